"""``/video`` as people meet it, in a simulated Discord with a simulated Oxen."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.errors import RequestError
from bot.text import Option
from cogs.ui.texts import ENGLISH
from sandbox.oxen import pad_mp4, tiny_clip
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.videos import FAILED, READY, ask, card_says, in_thread, made, told
from tests.support import (
    buttons_of,
    choose,
    denied,
    links_of,
    media_of,
    mentions_in,
    picture_bytes,
    png,
    private,
    text_of,
    unreadable_video,
    usage_of,
)

PROMPT = "@Element1 lands next to the ox in @Image1"


async def test_a_request_becomes_a_video_in_a_thread_that_mentions_its_user_alone(here: World) -> None:
    answer = await ask(here, prompt=PROMPT, element1_front=png(seed=1), element1_angle1=png(seed=2))
    assert not answer.ephemeral
    here.oxen.succeed(await made(here))
    message = await in_thread(here, READY)
    assert f"<@{here.alice.id}>" in text_of(message)
    [url] = media_of(message)
    assert url.endswith("video.mp4")
    assert here.env.backend.cdn.get(url) == tiny_clip("16:9", 5)
    posts = [r for r in here.env.http_requests if r.method == "POST" and r.path.endswith("/messages")]
    assert mentions_in(posts[-1].json or {}) == [str(here.alice.id)]


async def test_the_thread_is_named_by_the_prompt_and_opens_with_the_pictures_under_their_names(here: World) -> None:
    await ask(here, prompt=PROMPT, element1_front=png(seed=1), element1_angle1=png(seed=2))
    board = await in_thread(here, saying("board.title"))
    thread = here.thread()
    assert thread is not None
    assert thread.name == PROMPT
    for name in ("**@Image1**", "**@Element1 front**", "**@Element1 angle 1**"):
        assert name in text_of(board)
    assert [a.filename.split("-")[0] for a in board.attachments] == ["image1", "element1_front", "element1_angle1"]


async def test_oxen_is_sent_the_bots_own_copies_under_closed_up_numbers(here: World) -> None:
    front = picture_bytes(5)
    await ask(
        here,
        prompt="@image3 and @Elem 2, then @Image 5",
        image1=None,
        image3=png(seed=3),
        image5=png(seed=4),
        element2_front=("front.png", front),
    )
    body = here.oxen.generations[await made(here)].body
    assert body["prompt"] == "@Image1 and @Element1, then @Image2"
    assert [here.env.backend.cdn.get(url) for url in body["input_image"]] == [picture_bytes(3), picture_bytes(4)]
    [sent] = body["elements"]
    assert here.env.backend.cdn.get(sent["frontal_image_url"]) == front
    assert sent["reference_image_urls"] == [sent["frontal_image_url"]]
    board = await in_thread(here, saying("board.title"))
    assert set(body["input_image"]) <= {attachment.url for attachment in board.attachments}


async def test_the_card_shows_the_users_own_names_and_what_the_prompt_never_names(here: World) -> None:
    answer = await ask(here, prompt="only @Image3", image1=None, image3=png(), image6=png(seed=2))
    card = text_of(answer.response)
    assert "**@Image3**" in card
    assert ENGLISH("card.not_used", slots="@Image6") in card


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prompt": "   "}, saying("refusal.prompt_empty")),
        ({"prompt": "x" * 2_501}, "2,501"),
        (
            {"prompt": "@Image2"},
            ENGLISH("refusal.no_such_picture", slot="@Image2", where=Option("image2"), have="@Image1"),
        ),
        ({"image1": None}, saying("refusal.no_pictures")),
        ({"image1": ("a.svg", b"<svg/>")}, ENGLISH("picture.refused.unreadable", picture="image1 (a.svg)")),
        ({"element1_angle1": png()}, ENGLISH("refusal.no_front", number=1, where=Option("element1_front"))),
        (
            {"prompt": "x"} | {f"image{n}": png(seed=n) for n in range(1, 8)} | {"element1_front": png()},
            "The limit is 7. Remove 1.",
        ),
    ],
)
async def test_a_bad_request_is_refused_in_private_and_costs_nothing(
    here: World, options: dict[str, Any], words: str
) -> None:
    answer = await ask(here, **options)
    assert answer.ephemeral
    assert words in text_of(answer.response)
    assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0
    assert here.oxen.started == 0


async def test_a_failed_generation_is_told_with_its_reason_and_not_charged(here: World) -> None:
    await ask(here)
    here.oxen.fail(await made(here), "The *prompt* was rejected by @everyone")
    message = await in_thread(here, FAILED)
    assert "rejected by \\@everyone" in text_of(message)
    assert "\\*prompt\\*" in text_of(message)
    assert saying("result.returned") in text_of(message)
    usage = await usage_of(here.parts.store, here.alice.id, here.guild.id)
    assert (usage.used, usage.held) == (0, 0)


async def test_a_refusal_by_oxen_is_told_and_not_charged(here: World) -> None:
    here.oxen.credits_micro_usd = 0
    await ask(here)
    assert "out of credit" in text_of(await in_thread(here, FAILED))
    assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0


async def test_cancel_stops_it_at_oxen_gives_the_seconds_back_and_says_so(here: World) -> None:
    answer = await ask(here)
    generation = await made(here)
    clicked = await here.alice.click(answer.response, label="Cancel")
    assert clicked.ephemeral
    message = await in_thread(here, saying("result.canceled"))
    assert saying("result.returned") in text_of(message)
    assert here.oxen.generations[generation].status == "cancelled"
    card = await card_says(here, here.channel, saying("card.canceled"))
    assert "Cancel" not in buttons_of(card)
    assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).held == 0


async def test_somebody_else_cannot_cancel_but_a_moderator_can(here: World) -> None:
    answer = await ask(here)
    await made(here)
    bob = here.guild.add_member(here.env.create_user("bob"))
    refused = await bob.click(answer.response, label="Cancel")
    assert refused.ephemeral
    assert "Manage Messages" in text_of(refused.response)
    role = here.guild.create_role("mods", permissions=discord.Permissions(manage_messages=True))
    carol = here.guild.add_member(here.env.create_user("carol"), roles=[role])
    await carol.click(answer.response, label="Cancel")
    assert f"canceled by <@{carol.id}>" in text_of(await in_thread(here, saying("result.canceled_by")))


@pytest.mark.slow
async def test_cancel_after_the_end_changes_nothing(here: World) -> None:
    answer = await ask(here)
    old_card = answer.response.message
    here.oxen.succeed(await made(here))
    card = await card_says(here, here.channel, saying("card.done"))
    assert "Cancel" in buttons_of(old_card)
    assert "Cancel" not in buttons_of(card)
    [job] = await here.parts.services.job_history.recent(here.alice.id, here.guild.id)
    with pytest.raises(RequestError, match=r"note\.done_already"):
        await here.parts.services.canceller.cancel(job.id, user_id=here.alice.id, is_moderator=False)
    assert (await usage_of(here.parts.store, here.alice.id, here.guild.id)).used == 5


@pytest.mark.slow
async def test_a_video_larger_than_discord_takes_comes_as_a_copy_that_plays_with_the_original_one_press_away(
    here: World,
) -> None:
    await ask(here)
    here.oxen.succeed(await made(here), pad_mp4(tiny_clip("16:9", 5), 21 * 1024 * 1024))
    message = await in_thread(here, READY)
    [url] = media_of(message)
    assert len(here.env.backend.cdn.get(url) or b"") < 20 * 1024 * 1024
    assert "gets the original (21\u00a0MB)" in text_of(message)
    shown = private(await choose(here.alice, message, "original"))
    [link] = links_of(shown)
    assert link.startswith(here.oxen.result_origin)
    assert "The link works until <t:" in text_of(shown)


@pytest.mark.slow
async def test_an_original_that_oxen_denies_for_the_first_time_is_not_said_to_be_gone(here: World) -> None:
    await ask(here)
    generation = await made(here)
    here.oxen.succeed(generation, pad_mp4(tiny_clip("16:9", 5), 21 * 1024 * 1024))
    message = await in_thread(here, READY)
    here.oxen.vanish(generation)
    assert ENGLISH("note.oxen_unreachable") in text_of(private(await choose(here.alice, message, "original")))


@pytest.mark.slow
@pytest.mark.parametrize("token_chars", [0, 1_000, 3_600], ids=["short", "as of cloud storage", "endless"])
async def test_a_large_video_that_cannot_be_read_comes_as_a_link_that_says_until_when_it_works(
    here: World, token_chars: int
) -> None:
    here.oxen.faults.result.token_chars = token_chars
    await ask(here, prompt="@Image1 " + "*" * 2_000)
    here.oxen.succeed(await made(here), unreadable_video(21 * 1024 * 1024))
    message = await in_thread(here, READY)
    if token_chars < 3_000:
        [link] = links_of(message)
        assert "The link works until <t:" in text_of(message)
    else:
        [link] = links_of(private(await here.alice.click(message, label=saying("button.download"))))
    assert link.startswith(here.oxen.result_origin)


@pytest.mark.slow
async def test_a_link_that_no_message_holds_is_said_to_be_too_long(here: World) -> None:
    here.oxen.faults.result.token_chars = 6_000
    await ask(here)
    here.oxen.succeed(await made(here), unreadable_video(21 * 1024 * 1024))
    message = await in_thread(here, READY)
    assert ENGLISH("note.link_too_long") in text_of(private(await choose(here.alice, message, "original")))


@pytest.mark.slow
async def test_a_list_of_videos_that_failed_with_long_reasons_is_still_shown(tmp_path: Path) -> None:
    async with world(tmp_path, max_active_jobs_per_user=20) as here:
        for number in range(1, 9):
            await ask(here, prompt="@img1 * " * 200)
            here.oxen.fail(await made(here, number), "[type=string_too_long, input_value='*'] " * 40)
        await here.until(lambda: all(told(here, thread, FAILED) for thread in here.channel.threads))
        listed = await here.alice.slash(here.channel, "videos")
        assert text_of(listed.response).count(saying("card.failed")) == 6  # a page


@pytest.mark.slow
async def test_a_server_that_takes_less_than_it_says_is_stepped_down_to_and_remembered(here: World) -> None:
    await ask(here)
    generation = await made(here)
    thread = await here.until(here.thread)
    await in_thread(here, saying("board.title"))
    path = f"/channels/{thread.id}/messages"
    here.env.inject_error("POST", path, status=413, code=40005, message="Request entity too large", times=1)
    here.oxen.succeed(generation, pad_mp4(tiny_clip("16:9", 5), 9 * 1024 * 1024))
    message = await in_thread(here, READY)
    [url] = media_of(message)
    assert len(here.env.backend.cdn.get(url) or b"") < 8 * 1024 * 1024
    await ask(here, thread, prompt="again @Image1")
    here.oxen.succeed(await made(here, 2), pad_mp4(tiny_clip("16:9", 5), 9 * 1024 * 1024))
    again = await here.until(lambda: told(here, thread, READY) if told(here, thread, "again") else None)
    assert len(here.env.backend.cdn.get(media_of(again)[0]) or b"") < 8 * 1024 * 1024


@pytest.mark.slow
async def test_in_a_thread_the_answer_and_the_video_come_right_there(here: World) -> None:
    first = await ask(here)
    thread = await here.until(here.thread)
    here.oxen.succeed(await made(here))
    await in_thread(here, READY)
    await ask(here, thread, prompt="again @Image1")
    here.oxen.succeed(await made(here, 2))
    await here.until(lambda: told(here, thread, "again"))
    await here.until(lambda: sum(READY in text_of(m) for m in thread.history()) == 2)
    assert len(here.channel.threads) == 1
    assert first.response.channel_id == here.channel.id


async def test_where_no_thread_may_be_made_the_video_is_a_reply_in_the_channel(here: World) -> None:
    locked = here.guild.create_text_channel(
        "no-threads", overwrites={here.guild.default_role: denied("create_public_threads")}
    )
    answer = await ask(here, locked)
    here.oxen.succeed(await made(here))
    message = await here.until(lambda: told(here, locked, READY))
    assert message.reference.message_id == answer.response.id
    assert media_of(message)


async def test_in_direct_messages_everything_happens_there(here: World) -> None:
    dora = here.env.create_user("dora")
    here.guild.add_member(dora)
    await dora.slash("video", prompt="@Image1", image1=png())
    here.oxen.succeed(await made(here))
    message = await here.until(lambda: told(here, dora.dm_channel, READY))
    assert media_of(message)


async def test_a_channel_where_the_bot_may_not_write_is_refused_at_once_with_what_it_lacks(here: World) -> None:
    quiet = here.guild.create_text_channel("no-files", overwrites={here.guild.default_role: denied("attach_files")})
    erin = here.guild.add_member(
        here.env.create_user("erin"),
        roles=[here.guild.create_role("all", permissions=discord.Permissions(administrator=True))],
    )
    answer = await erin.slash(quiet, "video", prompt="@Image1", image1=png())
    assert answer.ephemeral
    assert "Attach Files" in text_of(answer.response)
    assert here.oxen.started == 0


async def test_no_text_of_a_user_pings_anyone_or_breaks_a_card(tmp_path: Path) -> None:
    nasty = "@everyone <@1> <@&2> **@Image1** ```x``` [a](http://e.vil) # big\n> q <t:1:R> ||s|| \u202egnp"
    async with world(tmp_path) as here:
        answer = await ask(here, prompt=nasty)
        here.oxen.succeed(await made(here))
        await in_thread(here, READY)
        sent = [r.json for r in here.env.http_requests if isinstance(r.json, dict)]
        allowed = [mentions_in(body.get("data", body)) for body in sent if "components" in body.get("data", body)]
        assert {who for mentions in allowed for who in mentions} == {str(here.alice.id)}
        card = text_of(answer.response)
        for raw in ("\\@everyone", "\\<\\@1\\>", "\\`\\`\\`", "\\[a\\](http\\://e.vil)", "\\# big", "\\|\\|s\\|\\|"):
            assert raw in card
        assert "\u202e" not in card


async def test_a_card_is_edited_only_when_what_it_says_changes(here: World) -> None:
    answer = await ask(here)
    here.oxen.succeed(await made(here))
    await in_thread(here, READY)
    await card_says(here, here.channel, saying("card.done"))
    edits = [r for r in here.env.http_requests if r.method == "PATCH" and r.path.endswith(f"/{answer.response.id}")]
    assert len(edits) <= 3


async def test_a_command_during_the_shutdown_is_refused_in_private_and_costs_nothing(here: World) -> None:
    await here.parts.services.shutdown_guard.close(1)
    answer = await ask(here)
    assert answer.ephemeral
    assert "restarting" in text_of(answer.response)


async def test_an_unexpected_error_gets_an_id_that_is_in_the_log_beside_the_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with world(tmp_path) as here:
        with closing(sqlite3.connect(tmp_path / "bot.sqlite3")) as connection:
            connection.execute("DROP TABLE ledger")
        answer = await ask(here)
        assert answer.ephemeral
        sentence = text_of(answer.response)
        error_id = sentence.partition("(error ")[2][:8]
    [record] = [r for r in caplog.records if getattr(r, "error_id", None) == error_id]
    assert record.exc_info is not None
