"""``/admin usage`` and ``/admin jobs``: what an admin sees of a server, and stops there."""

import csv
import io
from pathlib import Path

import discord
import pytest
from PIL import Image

from bot.text import User, dump_text, text
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World
from tests.cogs.admins import admin, private, rows, says
from tests.cogs.videos import ask, in_thread, made
from tests.support import buttons_of, text_of

FAILED = saying("result.failed")


@pytest.mark.slow
async def test_usage_tells_who_used_what_with_a_chart_and_a_table(here: World) -> None:
    ada = admin(here)
    await ask(here)
    here.oxen.succeed(await made(here))
    await in_thread(here, saying("result.ready"))
    await ask(here, prompt="again @Image1", duration=10)
    here.oxen.fail(await made(here, 2), "too dark")
    await here.until(lambda: any(FAILED in text_of(m) for t in here.channel.threads for m in t.history()))
    await here.quiet()
    answer = await ada.slash(here.channel, "admin usage", span="day")
    shown, *_ = private(answer)
    text = text_of(shown)
    assert "2 videos · 5\u00a0s delivered · $0.56 spent · 1 failed" in text
    assert f"<@{here.alice.id}> · 2 videos · 5\u00a0s · $0.56 · 1 failed" in text
    files = {item.filename: bytes(here.env.backend.cdn.get(item.url) or b"") for item in shown.attachments}
    assert Image.open(io.BytesIO(files["usage.png"])).size == (960, 360)
    [line] = csv.DictReader(io.StringIO(files["usage.csv"].decode()))
    assert (line["user_id"], line["seconds_delivered"], line["usd_spent"]) == (str(here.alice.id), "5", "0.560000")


async def test_usage_is_acknowledged_before_it_is_looked_up_and_drawn(here: World) -> None:
    ada, seen = admin(here), len(here.env.http_requests)
    await ada.slash(here.channel, "admin usage")
    first = next(r for r in here.env.http_requests[seen:] if r.path.endswith("/callback"))
    assert (first.json or {})["type"] == discord.InteractionResponseType.deferred_channel_message.value


@pytest.mark.parametrize("span", ["day", "week", "month"])
async def test_usage_of_a_server_where_nothing_happened_is_empty(here: World, span: str) -> None:
    assert ENGLISH("admin_card.videos", count=0) in await says(admin(here), here, "admin usage", span=span)


async def test_an_admin_lists_everybodys_running_videos_and_cancels_any(tmp_path: Path, here: World) -> None:
    ada = admin(here)
    await ask(here)
    await made(here)
    listed = await ada.slash(here.channel, "admin jobs")
    assert f"<@{here.alice.id}>" in text_of(listed.response)
    assert "Cancel" in buttons_of(listed.response)
    await ada.click(listed.response, label="Cancel")
    assert f"canceled by <@{ada.id}>" in text_of(await in_thread(here, saying("result.canceled_by")))
    [(action, by)] = rows(tmp_path, "SELECT action, by_user FROM audit")
    assert (action, by) == ("cancel", ada.id)


async def test_a_cancel_that_cannot_be_written_down_in_the_audit_is_not_made(tmp_path: Path, here: World) -> None:
    ada = admin(here)
    await ask(here)
    await made(here)
    listed = await ada.slash(here.channel, "admin jobs")
    rows(tmp_path, "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no room'); END")
    await ada.click(listed.response, label="Cancel")
    assert rows(tmp_path, "SELECT cancel_requested_by FROM jobs") == [(None,)]


async def test_an_admins_second_cancel_changes_nothing_and_is_not_in_the_audit_again(
    tmp_path: Path, here: World
) -> None:
    ada = admin(here)
    await ask(here)
    here.oxen.faults.refuse("POST", "/api/ai/queue/*", status=503, times=None)
    await made(here)
    listed = await ada.slash(here.channel, "admin jobs")
    for _ in range(2):
        await ada.click(listed.response, label="Cancel")
    canceled = text("audit.canceled", user=User(here.alice.id))
    assert rows(tmp_path, "SELECT sentence FROM audit") == [(dump_text(canceled),)]


@pytest.mark.slow
async def test_the_audit_shows_the_last_changes_newest_first_with_who_made_them(here: World) -> None:
    ada, bea = admin(here), admin(here, name="bea")
    assert ENGLISH("admin_card.no_changes") in await says(ada, here, "admin audit")
    await says(ada, here, "admin quota set", daily_seconds=1)
    for number in range(2, 22):
        await says(ada, here, "admin quota set", daily_seconds=number)
    await says(bea, here, "admin block", user=here.alice)
    _, newest, *older = (await says(bea, here, "admin audit")).splitlines()
    assert newest.endswith(f":f> · <@{bea.id}> blocked <@{here.alice.id}>.")
    assert len(older) == 19
    assert older[0].endswith(f":f> · <@{ada.id}> set the quota for everyone in this server: 21\u00a0s per day.")
    elsewhere = here.env.create_guild("Elsewhere")
    eve = admin(here, elsewhere, "eve")
    assert ENGLISH("admin_card.no_changes") in await says(
        eve, here, "admin audit", elsewhere.create_text_channel("general")
    )
