"""The sandbox's page as somebody uses it: typed into, clicked on and looked at in a real Chromium."""

import json
from pathlib import Path

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.drawings import PICTURES, ox_in_a_meadow
from sandbox.page import PROJECT, page, write_pictures
from sandbox.texts import saying
from tests.sandbox.browser import Tab, browser, chromium
from tests.sandbox.page_user import VIDEO, ask_for_video, open_page, play, says

pytestmark = pytest.mark.exhaustive

PICTURE = PROJECT / "artefacts" / "sandbox-page.png"
NEWCOMER = PICTURE.with_name("newcomer.png")
PHONE = (390, 844)
PROMPT = "The ox of @Image1 looks up and sings"
TOO_MANY = ENGLISH(
    "refusal.too_many_references", references="8 references", images="7 images", elements="1 element", limit=7, excess=1
)
CHROMIUM = chromium()


def write(file: Path, data: bytes) -> None:
    """Keep a picture, in a folder that need not be there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
async def test_a_video_asked_for_in_the_browser_arrives_and_plays_without_a_reload(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    write_pictures(tmp_path / "chosen")
    [ox, *_] = [tmp_path / "chosen" / name for name in PICTURES]
    async with page(tmp_path, seconds=1, render=False) as served, browser(CHROMIUM) as tab:
        await open_page(tab, served.preview.url)
        await tab.run("window.neverReloaded = true")
        await ask_for_video(tab, PROMPT, {"image1": ox})
        await tab.until(says(saying("result.ready")))
        await play(tab)
        write(PICTURE, await tab.photograph())
        assert await tab.run("window.neverReloaded") is True
        assert await tab.run(f"[{VIDEO}.videoWidth > 0, {VIDEO}.error]") == [True, None]
    [generation] = served.here.oxen.generations.values()
    assert "sings" in str(generation.body["prompt"])
    assert len(generation.body["input_image"]) == 1


async def mention(tab: Tab, user_id: int) -> None:
    """Write a mention and nothing else."""
    await tab.click("#channel-composer-input")
    await tab.until("document.activeElement.id === 'channel-composer-input'")
    await tab.type(f"<@{user_id}>")
    await tab.click("#send-message")


async def press(tab: Tab, label: str) -> None:
    """Press the first button on the page that says so."""
    button = f"[...document.querySelectorAll('.component-button')].find(one => one.innerText === {json.dumps(label)})"
    await tab.until(button)
    await tab.run(f"{button}.scrollIntoView({{block: 'center'}})")
    await tab.run(f"{button}.click()")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
async def test_a_newcomer_on_a_phone_has_a_video_after_a_mention_and_two_presses(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    async with page(tmp_path, seconds=1, render=False) as served, browser(CHROMIUM, size=PHONE) as tab:
        await open_page(tab, served.preview.url)
        await mention(tab, served.here.env.backend.bot_user.id)
        await press(tab, ENGLISH("help.try"))
        await tab.until("document.querySelector('.modal-dialog')")
        write(NEWCOMER, await tab.photograph())
        await tab.click(".modal-dialog button[type=submit]")
        await tab.until(says(saying("result.ready")))
        await tab.until(VIDEO)
    [generation] = served.here.oxen.generations.values()
    assert generation.body["prompt"] == ENGLISH("help.example.start_frame.prompt")


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
async def test_an_overfull_request_is_emptied_on_the_workbench_and_made_on_a_phone(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    write_pictures(tmp_path / "chosen")
    [ox, bird, _] = [tmp_path / "chosen" / name for name in PICTURES]
    async with page(tmp_path, seconds=1, render=False) as served, browser(CHROMIUM, size=PHONE) as tab:
        await open_page(tab, served.preview.url)
        images = {f"image{number}": ox for number in range(1, 8)}
        await ask_for_video(tab, "@Image7 and @Element1", {**images, "element1_front": bird})
        await tab.until(says(TOO_MANY))
        assert served.here.oxen.generations == {}
        await press(tab, ENGLISH("button.remove"))
        await tab.until(f"!{says(TOO_MANY)}")
        await press(tab, ENGLISH("workbench.make"))
        await tab.until(says(saying("result.ready")))
    [generation] = served.here.oxen.generations.values()
    assert generation.body["prompt"] == "@Image6 and @Element1"
    assert [len(generation.body[key]) for key in ("input_image", "elements")] == [6, 1]


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
async def test_a_command_in_the_menu_of_a_message_opens_its_form_with_the_pictures_of_the_message(
    tmp_path: Path,
) -> None:
    assert CHROMIUM is not None
    async with page(tmp_path, seconds=1, render=False) as served, browser(CHROMIUM) as tab:
        await served.here.alice.send(served.thread, "Look at this", attachments=[("ox.png", ox_in_a_meadow())])
        await open_page(tab, served.preview.url)
        await choose_from_menu(tab, "Look at this", ENGLISH("command.make_from_message"))
        await tab.until("document.querySelector('.modal-dialog')")
        await tab.click(".modal-dialog textarea")
        await tab.type("The ox of @Image1 dances")
        await tab.click(".modal-dialog button[type=submit]")
        await tab.until(says(saying("result.ready")))
    [generation] = served.here.oxen.generations.values()
    assert generation.body["prompt"] == "The ox of @Image1 dances"


async def choose_from_menu(tab: Tab, words: str, name: str) -> None:
    """Choose a command in the menu of the first message that says something."""
    choice = f"""[...document.querySelectorAll('.channel-message')]
        .filter(one => one.innerText.includes({json.dumps(words)}))
        .flatMap(one => [...one.querySelectorAll('.message-commands button')])
        .find(one => one.textContent === {json.dumps(name)})"""
    await tab.until(choice)
    await tab.run(f"{choice}.click()")
