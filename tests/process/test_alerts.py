"""Alerts without Prometheus: the operator hears of what is wrong once, and once when it is over."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web

from sandbox.process import PROJECT, BotProcess
from tests.process.harness import QUICK_BOT, Harness, harness
from tests.process.small_disk import needs_a_small_disk, on_a_small_disk

pytestmark = pytest.mark.exhaustive

LOOKS: Final = {"ALERT_EVERY_SECONDS": "0.1"}
STREAM: Final = {"ALERT_STREAM_SECONDS": "2"}
"""Longer than a bot needs to start."""
SHARD: Final = {"ALERT_SHARD_SECONDS": "2"}


@dataclass(slots=True)
class Receiver:
    """What an operator's webhook got, in order; ``status`` is what it answers."""

    url: str = ""
    status: int = 204
    location: str = ""
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        self.bodies.append(json.loads(await request.text()))
        self.came.set()
        return web.Response(status=self.status, headers={"Location": self.location} if self.location else {})

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(body["alert"], body["state"]) for body in self.bodies]

    async def until(self, *told: tuple[str, str]) -> None:
        """Wait until it was told all of these."""
        async with asyncio.timeout(20):
            while not set(told) <= set(self.told):
                self.came.clear()
                await self.came.wait()

    def body(self, alert: str, state: str = "firing") -> dict[str, Any]:
        [found] = [body for body in self.bodies if (body["alert"], body["state"]) == (alert, state)]
        return found


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook/{token}", receiver.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook/very-secret-token"
    try:
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def watched(folder: Path, **settings: str) -> AsyncIterator[tuple[Harness, Receiver]]:
    async with receiving() as receiver, harness(folder) as here:
        here.settings |= {"ALERT_WEBHOOK_URL": receiver.url, **LOOKS, **settings}
        yield here, receiver


async def test_a_refused_key_and_a_stream_that_is_down_are_told_once_and_once_when_over(tmp_path: Path) -> None:
    async with watched(tmp_path, RECONCILE_SECONDS="0.1", **STREAM) as (here, receiver), here.bot() as bot:
        good, here.oxen.api_key = here.oxen.api_key, "another"
        here.oxen.drop_streams()
        await receiver.until(("key_refused", "firing"), ("stream_down", "firing"))
        here.oxen.api_key = good
        await receiver.until(("key_refused", "over"), ("stream_down", "over"))
        assert len(receiver.told) == 4
        assert "OXEN_API_KEY" in receiver.body("key_refused")["content"]
        assert await bot.stop() == 0
        for secret in (good, here.discord.environment()["DISCORD_TOKEN"]):
            assert secret not in str(receiver.bodies) + str(receiver.headers)
        assert "very-secret-token" not in bot.output


async def test_an_alert_is_told_once_across_a_restart(tmp_path: Path) -> None:
    async with watched(tmp_path, RECONCILE_SECONDS="0.1", **STREAM) as (here, receiver):
        async with here.bot() as bot:
            good, here.oxen.api_key = here.oxen.api_key, "another"
            here.oxen.drop_streams()
            await receiver.until(("stream_down", "firing"), ("key_refused", "firing"))
            assert await bot.stop() == 0
        here.oxen.api_key = good
        async with here.bot():
            await receiver.until(("stream_down", "over"), ("key_refused", "over"))
        assert len(receiver.told) == 4


async def test_three_videos_that_fail_in_the_same_way_are_told_and_another_end_is_the_end_of_it(tmp_path: Path) -> None:
    async with watched(tmp_path, MAX_ACTIVE_JOBS_PER_USER="9") as (here, receiver), here.bot():
        for number in range(1, 4):
            await here.ask(prompt=f"The private ox number {number} of @Image1 dances")
            here.oxen.fail(await here.made(number), "the machine is on fire")
        await receiver.until(("failures", "firing"))
        assert "3 videos in a row" in receiver.body("failures")["content"]
        assert "private" not in str(receiver.bodies)
        await here.ask()
        here.oxen.succeed(await here.made(4))
        await receiver.until(("failures", "over"))
        assert len(receiver.told) == 2


async def test_an_account_without_credit_is_told_and_that_there_is_some_again(tmp_path: Path) -> None:
    async with watched(tmp_path) as (here, receiver), here.bot():
        here.oxen.credits_micro_usd = 0
        await here.ask()
        await receiver.until(("out_of_credit", "firing"))
        here.oxen.credits_micro_usd = 5_000_000
        await receiver.until(("out_of_credit", "over"))


async def test_a_video_that_is_older_than_twice_its_limit_is_named(tmp_path: Path) -> None:
    async with watched(tmp_path) as (here, receiver), here.bot():
        await here.ask()
        generation = await here.made()
        await here.discord.wait_for(lambda: here.job()["state"] == "running")
        with closing(sqlite3.connect(tmp_path / "data" / "bot.sqlite3", isolation_level=None)) as connection:
            connection.execute("UPDATE jobs SET created_at = created_at - 7300000")
        await receiver.until(("job_overdue", "firing"))
        assert here.job()["id"] in receiver.body("job_overdue")["content"]
        here.oxen.succeed(generation)
        await receiver.until(("job_overdue", "over"))


async def test_a_backup_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    async with watched(tmp_path, BACKUP_DIR=str(tmp_path / "file" / "backups")) as (here, receiver), here.bot():
        await receiver.until(("backup_failed", "firing"))
        assert "BACKUP_DIR" in receiver.body("backup_failed")["text"]


@needs_a_small_disk
async def test_a_disk_with_little_room_is_told(tmp_path: Path) -> None:
    async with watched(tmp_path) as (here, receiver):
        environment = here.environment()
        environment["PYTHONPATH"] += f":{PROJECT}"
        program, arguments = on_a_small_disk(tmp_path, 900, QUICK_BOT)
        async with BotProcess(environment, arguments=arguments, program=program) as bot:
            await receiver.until(("disk_full", "firing"))
            assert "Make room" in receiver.body("disk_full")["content"]
            assert await bot.stop() == 0


async def test_a_shard_that_stays_away_is_told(tmp_path: Path) -> None:
    async with watched(tmp_path, **SHARD) as (here, receiver), here.bot():
        here.discord.gateway.refusals = 1_000_000
        await here.discord.gateway.drop()
        await receiver.until(("shard_down", "firing"))
        assert "1 of 1 shards" in receiver.body("shard_down")["content"]


async def test_a_webhook_that_is_away_is_told_later_and_in_order(tmp_path: Path) -> None:
    async with watched(tmp_path, RECONCILE_SECONDS="0.1") as (here, receiver), here.bot():
        receiver.status = 503
        here.oxen.credits_micro_usd = 0
        await here.ask()
        await receiver.until(("out_of_credit", "firing"))
        here.oxen.credits_micro_usd = 5_000_000
        receiver.bodies.clear()
        receiver.status = 200
        await receiver.until(("out_of_credit", "over"))
        assert receiver.told == [("out_of_credit", "firing"), ("out_of_credit", "over")]


async def test_a_webhook_that_redirects_is_not_followed(tmp_path: Path) -> None:
    async with receiving() as other, watched(tmp_path) as (here, receiver), here.bot() as bot:
        receiver.status, receiver.location = 307, other.url
        here.oxen.credits_micro_usd = 0
        await here.ask()
        await bot.wrote("takes no alert (status 307)")
        assert other.bodies == []


async def test_the_operators_channel_is_told_too(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.settings |= LOOKS
        operators = here.discord.add_channel(here.discord.add_guild("Operators"), "alerts")
        here.settings["OPERATOR_CHANNEL_ID"] = str(operators.id)

        def about_credit() -> list[str]:
            return [message.text for message in here.discord.messages(operators) if "credit" in message.text]

        async with here.bot():
            here.oxen.credits_micro_usd = 0
            await here.ask()
            await here.discord.wait_for(lambda: len(about_credit()) == 1)
            here.oxen.credits_micro_usd = 5_000_000
            await here.discord.wait_for(lambda: len(about_credit()) == 2)
            first, second = about_credit()
        assert "out of credit" in first
        assert "Over after" in second
