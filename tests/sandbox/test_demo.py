"""The demo, run as its reader runs it, and the way it tells a conversation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest

from cogs.ui.texts import ENGLISH
from sandbox.demo import PROMPT, inspect, main, play
from sandbox.drawings import PICTURES
from sandbox.oxen import check_image
from sandbox.plain_text import PlainText, relative
from sandbox.process import BotProcess
from sandbox.world import World

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def demo(folder: Path, **environment: str) -> BotProcess:
    """The demo as a program of its own, with nothing else in its environment."""
    return BotProcess(environment, arguments=("-m", "sandbox.demo", "--seconds", "0.2", "--folder", str(folder)))


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_the_demo_ends_with_status_0_and_a_video_that_plays(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        status = await running.exited()
    film = inspect(tmp_path / "video.mp4")
    assert (status, running.stderr) == (0, "")
    assert (film.seconds, film.width, film.height) == (5.0, 640, 360)
    assert str(tmp_path / "video.mp4") in running.stdout
    assert "\x1b" not in running.stdout


@pytest.mark.exhaustive
async def test_the_demo_can_be_read_where_there_is_only_ascii(tmp_path: Path) -> None:
    async with demo(tmp_path, PYTHONIOENCODING="ascii") as running:
        assert await running.exited() == 0, running.output
    assert "Your video is ready." in running.stdout


@pytest.mark.exhaustive
async def test_a_second_run_into_the_same_folder_replaces_the_video(tmp_path: Path) -> None:
    (tmp_path / "video.mp4").write_text("of an earlier run")
    (tmp_path / "video.part").write_text("of a run that was killed")
    paths = [await play(tmp_path, 0.2, lambda _line: None) for _ in range(2)]
    assert paths[0] == paths[1]
    assert inspect(paths[1]).seconds == 5.0
    assert names(tmp_path) == ["video.mp4"]


async def test_the_conversation_is_told_from_the_command_to_the_video(tmp_path: Path) -> None:
    told: list[str] = []
    await play(tmp_path, 0.2, told.append)
    story = "\n".join(told)
    steps = [
        ENGLISH("quota_card.today", left=60, limit=60).strip("*"),
        "alice types /video in #videos",
        "Getting ready",
        "[Cancel]",
        "opens a thread in #videos",
        "Oxen Video in “@Element1 flies into the scene and lands…”",
        "References",
        "Oxen is asked: POST /api/ai/queue",
        f"prompt as sent: {PROMPT}",
        "1 image, 1 element in 2 views, 5 s, 16:9",
        "edits the card in #videos",
        "Oxen announces on the event stream: succeeded",
        "[player video.mp4",
        "@alice Your video is ready.",
        "Done",
        ENGLISH("quota_card.today", left=55, limit=60).strip("*"),
    ]
    place = 0
    for step in steps:
        place = story.find(step, place) + 1
        assert place, f"{step!r} is not told, or too early:\n{story}"


def test_a_demo_that_cannot_save_its_video_says_so_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file where the folder should be")
    status = main(["--seconds", "0.2", "--folder", str(tmp_path / "taken")])
    error = capsys.readouterr().err
    assert status == 1
    assert "The demo failed:" in error
    assert "Traceback" not in error


@pytest.mark.parametrize("name", PICTURES)
def test_every_drawing_is_a_picture_that_oxen_takes(name: str) -> None:
    check_image(PICTURES[name](), name)


def plain() -> PlainText:
    return PlainText({1: "alice", 2: "#videos"}.__getitem__, lambda: NOW)


def test_markup_is_told_as_it_would_be_read() -> None:
    soon = int((NOW + timedelta(minutes=5)).timestamp())
    text = rf"**Done** \*really\* <@1> <t:{soon}:R> https://discord.com/channels/9/2/3"
    assert plain().text(text) == "Done *really* @alice in 5 minutes [#videos › message]"


def test_a_link_button_is_told_with_where_it_leads_but_not_its_signature() -> None:
    button = {"type": 2, "style": 5, "label": "Open the video", "url": "https://example.org/v.mp4?sig=secret"}
    lines = plain().message({"content": "", "components": [{"type": 1, "components": [button]}], "attachments": []})
    assert lines == ["[Open the video -> https://example.org/v.mp4]"]


def test_a_file_that_no_component_shows_is_told_by_its_name() -> None:
    lines = plain().message({"content": "Here", "attachments": [{"filename": "a.png", "size": 2_500_000}]})
    assert lines == ["Here", "[file a.png, 2.5 MB]"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "just now"), (-1.2, "1 second ago"), (125, "in 2 minutes"), (-7_200, "2 hours ago"), (90_000, "in 1 day")],
)
def test_times_are_told_from_now(seconds: float, text: str) -> None:
    assert relative(NOW + timedelta(seconds=seconds), NOW) == text


async def test_every_card_is_told_without_names_of_the_code(here: World) -> None:
    role = here.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    ada = here.guild.add_member(here.env.create_user("ada"), roles=[role])
    told = PlainText(str, lambda: NOW)
    for command in ("help", "quota", "admin setup", "admin usage", "videos", "privacy"):
        answer = await ada.slash(here.channel, command)
        shown = answer.response or answer.followups[0]
        lines = "\n".join(told.message({"content": shown.content, "components": shown.components}))
        assert "ComponentType" not in lines
        assert "](" not in lines


def test_a_poster_is_told_as_a_picture_by_its_name() -> None:
    gallery = {"type": 12, "items": [{"media": {"url": "https://cdn.example/1/2/poster.jpg?ex=1"}}]}
    assert plain().message({"components": [gallery]}) == ["[picture poster.jpg]"]


def test_a_link_in_a_text_is_told_by_its_words() -> None:
    assert (
        plain().text("**Done** · [Watch the video](https://discord.com/channels/1/2/3)") == "Done · [Watch the video]"
    )


def test_a_list_is_told_by_what_is_chosen_in_it() -> None:
    options = [{"label": "60 s per day", "value": "60", "default": True}, {"label": "120 s per day", "value": "120"}]
    row = {"type": 1, "components": [{"type": 3, "custom_id": "x", "options": options}]}
    assert plain().message({"components": [row, {"type": 14}]}) == ["[list: 60 s per day]", "─" * 20]
