"""The fault matrix of what somebody does who makes no video just then: settings, elements, drafts, workbench, erasure.

Each write is struck by each fault. It is made whole or not at all, whoever waits for it is told something, and when
it is done again there is one of it. Nothing of it costs seconds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest

from tests.cogs.collecting import add
from tests.cogs.workbench import as_it_is
from tests.faults.harness import Asked, Cell, Fault, FaultPoint, Harness, harness
from tests.faults.strikes import (
    about_to_be_forgotten,
    be_forgotten,
    count,
    have_it_wait,
    save_element,
    struck,
    with_one_refused,
)
from tests.support import png, private, text_of, walk

Act = Callable[[Harness, Any], Awaitable[Any]]
_HAD_EFFECT = {Fault.DIES_AFTER, Fault.LOST_ANSWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What somebody does, and its one write that is struck.

    ``act`` is given what ``prepare`` gave; it can be done again. ``count`` is SQL that says how often it took effect.
    """

    write: str
    act: Act
    count: str
    prepare: Callable[[Harness], Awaitable[Any]] | None = None


async def admin(here: Harness) -> Any:
    role = here.guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return here.guild.add_member(here.env.create_user("ada"), roles=[role])


async def set_results(here: Harness, ada: Any) -> Any:
    return await ada.slash(here.channel, "admin settings", results="both")


async def set_quota(here: Harness, ada: Any) -> Any:
    return await ada.slash(here.channel, "admin quota set", daily_seconds=100)


async def with_element(here: Harness) -> None:
    await save_element(here, None)


async def delete_element(here: Harness, _: Any) -> Any:
    return await here.alice.slash(here.channel, "element delete", name="bloxy")


async def with_message(here: Harness) -> Any:
    return await here.alice.send(here.channel, "look", attachments=[png("p1.png", 1)])


async def collect(here: Harness, message: Any) -> Any:
    return await here.alice.context_menu(here.channel, "Add to my next video", message)


async def ask_for_too_little(here: Harness, _: Any = None) -> Any:
    """Ask for a video whose prompt names a picture that is not there: that opens the workbench."""
    return await here.alice.slash(here.channel, "video", prompt="@Image2 runs past @Image1", image1=png())


async def with_workbench(here: Harness) -> Any:
    return private(await ask_for_too_little(here))


async def with_draft(here: Harness) -> Any:
    return await add(here, 1, 2)


async def remove_first(here: Harness, panel: Any) -> Any:
    shown = as_it_is(here, panel)
    first = next(one for item in walk(shown.components) if ":remove:" in (one := item.get("custom_id") or ""))
    return await here.alice.click(shown, custom_id=first)


WAYS = {
    "an admin sets where results go": Way(
        prepare=admin,
        act=set_results,
        write="change server",
        count="SELECT count(*) FROM servers WHERE results = 'both'",
    ),
    "an admin sets a quota": Way(
        prepare=admin,
        act=set_quota,
        write="change rule",
        count="SELECT count(*) FROM policies WHERE daily_seconds = 100",
    ),
    "an element is saved": Way(act=save_element, write="save element", count="SELECT count(*) FROM saved_elements"),
    "an element is deleted": Way(
        prepare=with_element,
        act=delete_element,
        write="delete element",
        count="SELECT 1 - count(*) FROM saved_elements",
    ),
    "a picture is collected": Way(
        prepare=with_message, act=collect, write="change draft", count="SELECT count(*) FROM drafts"
    ),
    "a workbench is opened": Way(
        act=ask_for_too_little, write="keep request", count="SELECT min(count(*), 1) FROM pending_requests"
    ),
    "a reference is removed": Way(
        prepare=with_draft, act=remove_first, write="change draft", count="SELECT 2 - count(*) FROM drafts"
    ),
    "somebody wishes to be forgotten": Way(
        prepare=about_to_be_forgotten,
        act=be_forgotten,
        write="wish to be forgotten",
        count="SELECT 1 - count(*) FROM saved_elements",
    ),
    "a request is to wait": Way(
        prepare=with_one_refused, act=have_it_wait, write="wait", count="SELECT count(*) FROM waiting_requests"
    ),
}
CELLS = [(way, Cell(f"database.{WAYS[way].write}", 1, fault)) for way in WAYS for fault in Fault]


@pytest.mark.parametrize(("way", "cell"), CELLS, ids=[f"{way}: {cell.fault}" for way, cell in CELLS])
async def test_it_is_made_whole_or_not_at_all_and_said_and_once_when_it_is_done_again(
    tmp_path: Path, way: str, cell: Cell
) -> None:
    what = WAYS[way]
    asked = Asked({"prompt": "@Image1", "image1": png()}, settings={"max_active_jobs_per_user": 1})
    async with harness(tmp_path, seconds=None, asked=asked) as here:
        gate, given = FaultPoint(), None
        async with here.bot(gate):
            given = await what.prepare(here) if what.prepare is not None else None
            answer = None
            with struck(gate, cell), contextlib.suppress(TimeoutError):
                answer = await what.act(here, given)
            gate.check()
            assert text_of(private(answer))
            assert count(here, what.count) == (cell.fault in _HAD_EFFECT)
            await what.act(here, given)
        if gate.is_dead:
            assert count(here, what.count) == (cell.fault in _HAD_EFFECT)
            async with here.bot(FaultPoint()):
                await what.act(here, given)
        assert count(here, what.count) == 1
        running = len(await here.jobs())
        assert here.ledger() == ({"reserve": 5} if running else {})
