"""``METRICS_PORT``: what Prometheus, and whatever restarts things, get to see of a bot at work."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive


def free_port() -> int:
    """A port that nothing listens on, below those that the system gives to whoever asks for any: it stays free."""
    for port in random.sample(range(10_000, 30_000), 100):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


async def get(here: Harness, path: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{here.settings['METRICS_PORT']}{path}") as answer,
    ):
        return answer.status, await answer.text()


async def scrape(here: Harness) -> dict[tuple[str, tuple[str, ...]], float]:
    """Every sample by its name and the values of its labels."""
    status, text = await get(here, "/metrics")
    assert status == 200
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def sample(here: Harness, key: tuple[str, tuple[str, ...]], least: float = 0.0) -> float:
    """A sample, once it is there and as large."""
    async with asyncio.timeout(20):
        while True:
            if (value := (await scrape(here)).get(key)) is not None and value >= least:
                return value
            await asyncio.sleep(0.05)


async def ready(here: Harness, wanted: int) -> Any:
    """What ``/readyz`` says, once it has this status."""
    async with asyncio.timeout(20), aiohttp.ClientSession() as session:
        while True:
            async with session.get(f"http://127.0.0.1:{here.settings['METRICS_PORT']}/readyz") as answer:
                if answer.status == wanted:
                    return await answer.json()
            await asyncio.sleep(0.05)


async def test_a_video_is_in_the_metrics_from_its_command_to_its_delivery(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.0, METRICS_PORT=str(free_port()), BUDGET_USD_PER_DAY="20") as here:
        async with here.bot():
            await here.priced()
            await here.ask(prompt="The private ox of @Image1 dances")
            await here.outcome()
            await here.discord.wait_for(lambda: here.job()["state"] == "delivered")
            samples = await scrape(here)
            _, text = await get(here, "/metrics")
        [model] = [labels[0] for name, labels in samples if name == "videobot_jobs_accepted_total"]
        assert samples["videobot_jobs_accepted_total", (model,)] == 1
        assert samples["videobot_jobs_ended_total", ("delivered", model)] == 1
        assert samples["videobot_jobs", ("running",)] == 0
        for stage in ("queued", "finished", "delivered"):
            assert samples["videobot_job_seconds_count", (stage,)] == 1
        assert samples["videobot_deliveries_total", ("original",)] == 1
        assert samples["videobot_delivered_bytes_total", ("original",)] > 100
        assert samples["videobot_oxen_calls_total", ("POST /ai/queue", "200")] == 1
        assert samples["videobot_oxen_calls_total", ("download", "200")] >= 1
        assert samples["videobot_interactions_total", ("video", "application_command")] == 1
        assert samples["videobot_answer_seconds_count", ("video", "application_command")] == 1
        assert samples["videobot_discord_calls_total", ("200",)] > 3
        assert samples["videobot_spent_dollars", ("day",)] > 0
        assert samples["videobot_reserved_dollars", ("day",)] == 0
        assert samples["videobot_budget_dollars", ("day",)] == 20
        left = 20 - samples["videobot_spent_dollars", ("day",)]
        assert samples["videobot_budget_left_dollars", ("day",)] == pytest.approx(left)
        assert samples["videobot_stream_connected", ()] == 1
        assert samples["videobot_stream_connections_total", ()] == 1
        assert samples["videobot_discord_shards", ("yes",)] == 1
        assert samples["videobot_sweeps_total", ()] >= 1
        assert samples["videobot_card_edits_total", ()] >= 1
        assert ("videobot_card_edits_coalesced_total", ()) in samples
        assert samples["videobot_worker_tasks", ("encoding",)] == 0
        assert samples["videobot_database_bytes", ()] > 10_000
        assert samples["videobot_database_commits_total", ()] > 3
        assert samples["videobot_database_commit_seconds_total", ()] > 0
        for secret in ("private ox", here.oxen.api_key, here.discord.environment()["DISCORD_TOKEN"], "X-Amz"):
            assert secret not in text


async def test_how_long_a_video_waited_at_oxen_before_it_was_begun_is_seen_in_oxens_queue_once(tmp_path: Path) -> None:
    async with harness(tmp_path, METRICS_PORT=str(free_port()), RECONCILE_SECONDS="0.1") as here, here.bot():
        await here.ask()
        generation = await here.made()
        await here.discord.wait_for(lambda: here.job()["state"] == "running")
        assert ("videobot_job_seconds_count", ("running",)) not in await scrape(here)
        here.oxen.start(generation)
        assert await sample(here, ("videobot_job_seconds_count", ("running",))) == 1
        sweeps = ("videobot_sweeps_total", ())
        await sample(here, sweeps, await sample(here, sweeps) + 3)
        assert (await scrape(here))["videobot_job_seconds_count", ("running",)] == 1


async def test_a_request_that_a_limit_refuses_is_counted_by_that_limit(tmp_path: Path) -> None:
    async with harness(tmp_path, METRICS_PORT=str(free_port()), QUOTA_DAILY_SECONDS="3") as here, here.bot():
        await here.ask()
        assert await sample(here, ("videobot_quota_refusals_total", ("quota",))) == 1


async def test_a_bot_is_ready_while_discord_and_the_stream_are_there_and_alive_all_the_time(tmp_path: Path) -> None:
    async with harness(tmp_path, METRICS_PORT=str(free_port())) as here, here.bot():
        assert (await ready(here, 200))["ready"]
        here.oxen.api_key = "another"
        here.oxen.drop_streams()
        checks = (await ready(here, 503))["checks"]
        assert checks == {"discord": True, "stream": False, "database": True, "disk": True}
        assert await get(here, "/healthz") == (200, "ok\n")


async def test_a_port_that_is_taken_ends_the_bot_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        async with harness(tmp_path, METRICS_PORT=str(taken.getsockname()[1])) as here, here.bot(ready=False) as bot:
            bot_status = await bot.exited()
    assert "METRICS_PORT" in bot.stderr
    assert bot_status != 0


def listeners(pid: int) -> list[int]:
    """The ports that a process listens on."""
    return [entry.laddr.port for entry in psutil.Process(pid).net_connections() if entry.status == psutil.CONN_LISTEN]


async def test_the_bot_listens_on_that_port_alone_and_on_none_without_it(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            assert listeners(bot.pid) == []
        here.settings["METRICS_PORT"] = str(free_port())
        async with here.bot() as bot:
            assert listeners(bot.pid) == [int(here.settings["METRICS_PORT"])]
