"""Words that may not be in a prompt, tried by every way in: nothing reaches Oxen, and nothing is paid."""

from pathlib import Path

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import rows, says
from tests.cogs.messages import fill
from tests.cogs.saved_elements import element, save
from tests.cogs.videos import READY, ask, in_thread, made, told
from tests.cogs.word_filters import with_filter
from tests.cogs.workbench import edit, press
from tests.support import png, private, text_of

RUN_AGAIN = ENGLISH("button.run_again", seconds=5)
BAD = "the B\u00f6\uff33e of @Image1"
REFUSED = "has a word that isn't allowed in this server"


async def nothing_was_paid(here: World, folder: Path, jobs: int = 0) -> None:
    await here.quiet()
    assert here.oxen.started == jobs
    assert rows(folder, "SELECT count(*) FROM ledger WHERE kind = 'reserve'") == [(jobs,)]


async def test_a_command_is_refused_in_private_and_names_the_word(tmp_path: Path, here: World) -> None:
    await with_filter(here)
    answer = await ask(here, prompt=BAD)
    assert REFUSED in text_of(private(answer))
    assert "bose" in text_of(private(answer))
    await nothing_was_paid(here, tmp_path)


async def test_a_form_is_refused_and_so_is_the_edit_that_keeps_the_word(tmp_path: Path, here: World) -> None:
    await with_filter(here)
    shown = await here.alice.slash(here.channel, "studio")
    sent = await fill(here, shown, BAD, [png()], None, None, ["5 16:9"])
    assert REFUSED in text_of(private(sent))
    panel = await edit(here, private(sent), "a BAD-OX of @Image1")
    assert REFUSED in text_of(await press(here, panel, "Make"))
    await nothing_was_paid(here, tmp_path)


async def test_a_command_on_a_message_is_refused(tmp_path: Path, here: World) -> None:
    await with_filter(here)
    message = await here.alice.send(here.channel, "look", attachments=[png("a.png", 1)])
    shown = await here.alice.context_menu(here.channel, "Make a video from this", message)
    assert REFUSED in text_of(private(await fill(here, shown, BAD, ["5 16:9"])))
    await nothing_was_paid(here, tmp_path)


async def test_a_mention_is_refused_without_a_thread_and_without_saying_the_word_in_public(
    tmp_path: Path, here: World
) -> None:
    await with_filter(here)
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> {BAD}", attachments=[png()])
    answer = await here.until(lambda: told(here, here.channel, "isn't allowed in this server"))
    assert "bose" not in text_of(answer)
    assert here.channel.threads == []
    await nothing_was_paid(here, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("label", [RUN_AGAIN, "Edit"])
async def test_what_was_made_before_the_word_was_listed_is_not_made_again(
    tmp_path: Path, here: World, label: str
) -> None:
    await ask(here, prompt=BAD)
    here.oxen.succeed(await made(here))
    ready = await in_thread(here, READY)
    await with_filter(here)
    panel = private(await here.alice.click(ready, label=label))
    if label != RUN_AGAIN:
        panel = await press(here, panel, "Make")
    assert REFUSED in text_of(panel)
    await nothing_was_paid(here, tmp_path, jobs=1)


async def test_a_saved_name_with_the_word_is_neither_saved_nor_given_nor_used(tmp_path: Path, here: World) -> None:
    await save(here, "bad_ox")
    await save(here, "fine")
    await with_filter(here)
    assert "name has a word" in await save(here, "b\u00f6se")
    assert "name has a word" in await element(here, "rename", name="fine", new_name="BOSE")
    assert "name has a word" in text_of(private(await ask(here, prompt="@bad_ox dances", image1=None)))
    brought = await ask(here, prompt="@Element1 dances", image1=None, saved_element="bad_ox")
    assert "name has a word" in text_of(private(brought))
    await nothing_was_paid(here, tmp_path)


@pytest.mark.slow
async def test_where_words_are_filtered_no_thread_is_named_by_a_prompt(here: World) -> None:
    await with_filter(here)
    await ask(here, prompt="@Image1 dances")
    await in_thread(here, saying("board.title"))
    me = here.env.bot.user
    assert me is not None
    await here.alice.send(here.channel, f"<@{me.id}> @Image1 jumps", attachments=[png()])
    await here.until(lambda: len(here.channel.threads) == 2)
    assert [thread.name for thread in here.channel.threads] == ["Video for @alice", "Video for @alice"]


async def test_a_word_of_one_server_is_no_word_of_another(here: World) -> None:
    await with_filter(here)
    other = here.env.create_guild("Elsewhere")
    alice = other.add_member(here.alice.user)
    await alice.slash(other.create_text_channel("videos"), "video", prompt=BAD, image1=png())
    await made(here)


async def test_the_operators_words_are_refused_everywhere_and_in_direct_messages(tmp_path: Path) -> None:
    listed = tmp_path / "words.txt"
    listed.write_text("# not for us\n\nb\u00f6se\n", encoding="utf-8")
    async with world(tmp_path, blocked_words_file=listed) as here:
        refused = "isn't allowed with this bot"
        assert refused in text_of(private(await ask(here, prompt=BAD)))
        alice = here.alice.user
        assert refused in text_of(private(await alice.slash("video", prompt=BAD, image1=png())))
        await nothing_was_paid(here, tmp_path)


async def test_the_list_is_kept_by_admins(tmp_path: Path, here: World) -> None:
    ada = await with_filter(here, "ox, Kuh")
    assert "The list has this already" in await says(ada, here, "admin words add", word="\uff2f\uff38")
    listed = await says(ada, here, "admin words list")
    assert "ox" in listed
    assert "Kuh" in listed
    assert "Removed ox" in await says(ada, here, "admin words remove", word="OX")
    assert "isn't on the list" in await says(ada, here, "admin words remove", word="OX")
    assert "no letter" in await says(ada, here, "admin words add", word="...")
    assert "100 characters" in await says(ada, here, "admin words add", word="x" * 101)
    assert "200 words" in await says(ada, here, "admin words add", word=",".join(f"w{n}" for n in range(200)))
    await ask(here, prompt="the ox of @Image1")
    await made(here)
    assert rows(tmp_path, "SELECT count(*) FROM audit WHERE action = 'words'") == [(2,)]
