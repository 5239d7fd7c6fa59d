"""A joined video that is shared to its channel: once, and what is decided meanwhile holds for the copy, too."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.app import Composition
from bot.domain.actor import Actor
from bot.errors import RequestError
from cogs.ui.custom_ids import JOINED_COPY
from cogs.ui.texts import ENGLISH
from tests.cogs.admins import rows
from tests.faults.harness import Cell, Fault, FaultPoint, Harness, harness
from tests.faults.meanwhile import Meanwhile
from tests.faults.stories import story
from tests.faults.strikes import count


async def a_joined_video(here: Harness, gate: FaultPoint) -> tuple[str, Actor]:
    """A joined video of alice's in its thread: its id, and she in front of it."""
    await here.alice.click(await story(here, gate), label=ENGLISH("button.join", count=2))

    async def is_told() -> bool:
        return count(here, "SELECT count(*) FROM joins WHERE outcome_message_id IS NOT NULL") == 1

    await gate.until(is_told)
    [(join_id, place_id)] = rows(here.folder, "SELECT id, outcome_place_id FROM joins")
    return join_id, Actor(user_id=here.alice.id, guild_id=here.guild.id, channel_id=place_id)


def a_moderator(alice: Actor) -> Actor:
    """A moderator at the same place."""
    return replace(alice, user_id=alice.user_id + 1, is_moderator=True)


def copies(here: Harness) -> list[Any]:
    """The second messages about joined videos."""
    return [message for message in here.channel.history() if JOINED_COPY.prefix in str(message.components)]


async def share(here: Harness, parts: Composition, join_id: str, alice: Actor) -> None:
    await parts.services.joined_results.share(join_id, alice, here.channel.id, is_age_restricted=True)


async def test_a_joined_video_that_is_deleted_while_it_is_shared_does_not_come_back(tmp_path: Path) -> None:
    gate = Meanwhile()
    async with harness(tmp_path, seconds=None) as here, here.bot(gate) as parts:
        join_id, alice = await a_joined_video(here, gate)
        gate.happens = lambda: parts.services.joined_results.delete(join_id, a_moderator(alice))
        with pytest.raises(RequestError, match=r"note\.deleted_video"):
            await share(here, parts, join_id, alice)
        assert copies(here) == []
        with pytest.raises(RequestError, match=r"note\.deleted_video"):
            await share(here, parts, join_id, alice)
        assert copies(here) == []


async def test_one_whose_sharing_was_lost_is_deleted_in_its_channel_too(tmp_path: Path) -> None:
    gate = FaultPoint((Cell("discord.send_copy", 1, Fault.LOST_ANSWER),))
    async with harness(tmp_path, seconds=None) as here, here.bot(gate) as parts:
        join_id, alice = await a_joined_video(here, gate)
        with pytest.raises(RequestError):
            await share(here, parts, join_id, alice)
        assert len(copies(here)) == 1
        await parts.services.joined_results.delete(join_id, alice)
        assert copies(here) == []


async def test_one_that_is_shared_twice_at_once_is_shared_once(tmp_path: Path) -> None:
    gate = FaultPoint()
    async with harness(tmp_path, seconds=None) as here, here.bot(gate) as parts:
        join_id, alice = await a_joined_video(here, gate)
        shared = await asyncio.gather(*(share(here, parts, join_id, alice) for _ in range(2)), return_exceptions=True)
        assert [type(error) for error in shared if error is not None] == [RequestError]
        assert gate.calls.count("discord.send_copy") == 1


async def test_a_video_that_is_shared_twice_at_once_is_shared_once(tmp_path: Path) -> None:
    gate = FaultPoint()
    async with harness(tmp_path) as here, here.bot(gate) as parts:
        await here.ask()

        async def is_made() -> bool:
            return bool(await here.jobs()) and await here.is_settled()

        await gate.until(is_made)
        [job] = await here.jobs()
        sharing = (parts.services.result_copies.share(job.id, here.alice.id, is_age_restricted=True) for _ in range(2))
        shared = await asyncio.gather(*sharing, return_exceptions=True)
        assert [type(error) for error in shared if isinstance(error, Exception)] == [RequestError]
        assert gate.calls.count("discord.send_copy") == 1
