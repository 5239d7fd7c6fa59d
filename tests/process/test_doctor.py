"""``python -m bot doctor``: whoever sets the bot up, or is called at night, finds the cause with one command."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.domain.policy import Policy
from bot.store.job_store import Store
from sandbox.discord import Limits, LoopbackDiscord
from sandbox.discord.permissions import Permission
from sandbox.oxen import SimulatedOxen
from sandbox.process import BotProcess
from tests.process.small_disk import needs_a_small_disk, on_a_small_disk
from tests.support import job

pytestmark = pytest.mark.exhaustive


class Examined(NamedTuple):
    """What an examination came to."""

    status: int
    findings: dict[str, dict[str, str]]
    output: str

    def level(self, name: str) -> str:
        return self.findings[name]["level"]

    def line(self, name: str) -> str:
        return f"{self.findings[name]['text']} {self.findings[name]['to_do']}"


@dataclass(slots=True)
class Surroundings:
    """Both services, and the folder that a bot is to run in."""

    folder: Path
    discord: LoopbackDiscord
    oxen: SimulatedOxen
    guild: Any
    channel: Any
    settings: dict[str, str] = field(default_factory=dict)

    async def examine(
        self, *arguments: str, megabytes: int | None = None, has_landlock: bool = True
    ) -> tuple[int, str]:
        """Run it; with ``megabytes`` the folder is on a disk of that size."""
        environment = {
            **self.discord.environment(),
            "OXEN_API_KEY": self.oxen.api_key,
            "OXEN_API_URL": self.oxen.url,
            "DATABASE_PATH": str(self.folder / "data" / "bot.sqlite3"),
            "BUDGET_USD_PER_DAY": "20",
            "BACKUP_DIR": str(self.folder / "backups"),
            "ALERT_WEBHOOK_URL": "http://127.0.0.1:9/secret-hook",
            **self.settings,
        }
        program, line = sys.executable, ("-m", "bot", "doctor", *arguments)
        if megabytes is not None:
            program, line = on_a_small_disk(self.folder, megabytes, line)
        if not has_landlock:
            line = (str(Path(__file__).with_name("without_landlock.py")), *line)
        is_usual = megabytes is None and has_landlock
        async with BotProcess(environment, arguments=line, program=program, is_forked=is_usual) as doctor:
            status = await doctor.exited(timeout=60)
            assert doctor.stderr == ""
            return status, doctor.stdout

    async def findings(self, *, megabytes: int | None = None) -> Examined:
        status, output = await self.examine("--json", megabytes=megabytes)
        return Examined(status, {entry["name"]: entry for entry in json.loads(output)}, output)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Surroundings]:
    async with LoopbackDiscord(Limits()) as discord, SimulatedOxen(keep_alive_seconds=0.05) as oxen:
        guild = discord.add_guild("The Herd")
        channel = discord.add_channel(guild, "videos")
        yield Surroundings(folder=tmp_path, discord=discord, oxen=oxen, guild=guild, channel=channel)


async def with_a_job(here: Surroundings, asked_at: datetime) -> None:
    store = await Store.open(here.folder / "data" / "bot.sqlite3", lambda: asked_at)
    await store.accept(job(1, created_at=asked_at, updated_at=asked_at), Policy(daily_seconds=60, max_active=9))
    await store.close()


async def test_where_all_is_well_every_line_says_so_and_nothing_was_paid_or_written(here: Surroundings) -> None:
    status, output = await here.examine()
    lines = output.splitlines()
    assert (status, [line for line in lines if not line.startswith("ok ")]) == (0, [])
    for word in ("Oxen's key", "Oxen's credit: $100.00", "a second costs $0.11", "event stream", "history", "The Herd"):
        assert word.lower() in output.lower()
    assert "at most $20.00 a day" in output
    assert here.oxen.started == 0
    assert {call.method for call in here.oxen.requests} == {"GET"}
    assert {call.method for call in here.discord.requests} == {"GET"}
    assert here.discord.mistakes == []
    assert list(here.folder.iterdir()) == []


async def test_no_secret_is_shown(here: Surroundings) -> None:
    for arguments in ((), ("--json",)):
        _, output = await here.examine(*arguments)
        assert here.oxen.api_key not in output
        assert here.discord.environment()["DISCORD_TOKEN"] not in output
        assert "secret-hook" not in output


async def test_every_setting_is_named_with_its_value(here: Surroundings) -> None:
    found = (await here.findings()).findings
    assert found["QUOTA_DAILY_SECONDS"]["text"].startswith("60 (default). Seconds of video")
    assert found["BUDGET_USD_PER_DAY"]["text"].startswith("20 (default). ")
    assert found["DISCORD_TOKEN"]["text"].startswith("set, not shown")


async def test_each_bad_state_of_oxen_is_said_with_what_to_do(here: Surroundings) -> None:
    here.oxen.credits_micro_usd = 0
    here.oxen.history_refused_with = 403
    here.settings["OXEN_MODEL"] = "no-such-model"
    found = await here.findings()
    assert found.status == 1
    assert found.level("Oxen's credit") == "fail"
    assert "Add credit" in found.line("Oxen's credit")
    assert found.level("Oxen's history") == "warn"
    assert found.level("model no-such-model") == "fail"
    assert "OXEN_MODEL" in found.line("model no-such-model")


async def test_each_model_that_users_may_choose_is_named_with_its_price_or_why_it_is_not_usable(
    here: Surroundings,
) -> None:
    here.settings["OXEN_MODELS"] = "kling-video-o3-omni,sandbox-text-model,no-such-model"
    found = await here.findings()
    assert found.status == 0
    assert found.line("model kling-video-o3-omni").startswith("usable. A second costs $0.17")
    assert found.level("model sandbox-text-model") == "warn"
    assert "neither videos nor images" in found.line("model sandbox-text-model")
    assert (found.level("model no-such-model"), "OXEN_MODELS" in found.line("model no-such-model")) == ("warn", True)


async def test_each_model_for_pictures_is_named_with_its_price_or_why_it_is_not_usable(here: Surroundings) -> None:
    here.settings["OXEN_IMAGE_MODELS"] = "sandbox-image-model,kling-video-o3-omni"
    found = await here.findings()
    assert found.line("model sandbox-image-model").startswith("usable. A picture costs $0.02")
    assert (found.status, found.level("model kling-video-o3-omni")) == (0, "warn")


async def test_the_favorites_are_looked_at_where_users_may_choose_from_them(here: Surroundings) -> None:
    here.settings["OXEN_MODELS"] = "favorites"
    here.oxen.favorites.append("happyhorse-1.1-r2v")
    assert (await here.findings()).line("model happyhorse-1.1-r2v").startswith("usable. A second costs $0.28")


async def test_a_refused_key_is_the_one_thing_said_of_oxen(here: Surroundings) -> None:
    here.settings["OXEN_API_KEY"] = "wrong-key"
    found = await here.findings()
    assert found.status == 1
    assert found.level("Oxen's key") == "fail"
    assert "OXEN_API_KEY" in found.line("Oxen's key")
    assert not [name for name in found.findings if "stream" in name or "history" in name]
    assert "wrong-key" not in found.output


async def test_credit_for_less_than_one_video_is_a_warning(here: Surroundings) -> None:
    here.oxen.credits_micro_usd = 500_000
    found = await here.findings()
    assert (found.status, found.level("Oxen's credit")) == (0, "warn")


async def test_an_oxen_and_a_discord_that_are_away_are_each_said_once(here: Surroundings) -> None:
    here.settings |= {"OXEN_API_URL": "http://127.0.0.1:9/api", "LOOPBACK_DISCORD": "http://127.0.0.1:9"}
    found = await here.findings()
    assert found.status == 1
    assert [name for name, entry in found.findings.items() if entry["level"] == "fail"] == ["Discord", "Oxen"]


async def test_a_refused_token_is_said(here: Surroundings) -> None:
    here.settings["DISCORD_TOKEN"] = "wrong-token"
    found = await here.findings()
    assert (found.status, found.level("Discord's token")) == (1, "fail")
    assert "DISCORD_TOKEN" in found.line("Discord's token")


async def test_what_is_missing_in_a_channel_is_named_with_the_channel(here: Surroundings) -> None:
    here.discord.deny(here.channel, Permission.ATTACH_FILES)
    here.discord.deny(here.discord.add_channel(here.guild, "secret"), Permission.VIEW_CHANNEL)
    found = await here.findings()
    assert (found.status, found.level("server The Herd")) == (0, "warn")
    assert "Attach Files in #videos" in found.line("server The Herd")
    assert "#secret" not in found.output


async def test_of_many_servers_it_says_how_many_were_looked_at_and_how(here: Surroundings) -> None:
    for number in range(230):
        here.discord.add_guild(f"Herd {number}")
    found = await here.findings()
    assert "in 231. Looked at: every channel of 20, the roles alone of 211" in found.line("servers")
    assert found.status == 0
    assert here.discord.mistakes == []


async def test_it_says_whether_what_opens_strangers_files_is_shut_in(here: Surroundings) -> None:
    found = await here.findings()
    assert found.findings["worker sandbox"]["level"] in ("ok", "warn")
    assert "in force" in found.line("worker sandbox")


@pytest.mark.skipif(sys.platform != "linux", reason="there is Landlock on Linux alone")
async def test_a_kernel_without_landlock_is_a_warning(here: Surroundings) -> None:
    status, output = await here.examine("--json", has_landlock=False)
    [sandbox] = [entry for entry in json.loads(output) if entry["name"] == "worker sandbox"]
    assert (status, sandbox["level"]) == (0, "warn")
    assert "Landlock" in sandbox["to_do"]


@pytest.mark.slow
async def test_a_stream_that_stays_silent_is_a_warning(here: Surroundings) -> None:
    here.oxen.faults.silence = True
    found = await here.findings()
    assert (found.status, found.level("Oxen's event stream")) == (0, "warn")


async def test_few_connections_left_for_today_are_a_warning(here: Surroundings) -> None:
    here.discord.limits.session_starts = 0
    found = await here.findings()
    assert (found.status, found.level("shards")) == (0, "warn")


async def test_the_database_of_a_running_bot_is_looked_at(here: Surroundings) -> None:
    store = await Store.open(here.folder / "data" / "bot.sqlite3")
    found = await here.findings()
    await store.close()
    assert found.status == 0
    assert found.line("database").startswith("whole")
    assert found.line("bot").startswith("one is running")
    assert found.level("modes") == "ok"


async def test_a_video_that_should_have_ended_long_ago_is_a_warning(here: Surroundings) -> None:
    await with_a_job(here, datetime(2026, 8, 8, 12, tzinfo=UTC))
    found = await here.findings()
    assert (found.status, found.level("jobs")) == (0, "warn")
    assert "bot jobs" in found.line("jobs")


async def test_a_newer_or_damaged_database_is_said(here: Surroundings) -> None:
    await with_a_job(here, datetime.now(UTC))
    path = here.folder / "data" / "bot.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 999")
    assert "Update the bot" in (await here.findings()).line("database")
    path.write_bytes(b"this is not a database" * 100)
    found = await here.findings()
    assert (found.status, found.level("database")) == (1, "fail")


@needs_a_small_disk
@pytest.mark.parametrize(("megabytes", "status", "level"), [(900, 0, "warn"), (50, 1, "fail")])
async def test_a_disk_with_little_room_is_said(here: Surroundings, megabytes: int, status: int, level: str) -> None:
    found = await here.findings(megabytes=megabytes)
    assert (found.status, found.level("disk")) == (status, level)
    assert "Make room" in found.line("disk")


@needs_a_small_disk
async def test_folders_that_cannot_be_written_in_are_said(here: Surroundings) -> None:
    found = await here.findings(megabytes=0)
    assert found.status == 1
    for name, setting in (("folder", "DATABASE_PATH"), ("folder for backups", "BACKUP_DIR")):
        assert found.level(name) == "fail"
        assert setting in found.line(name)


@pytest.mark.parametrize(("minutes", "level"), [(0.5, "warn"), (60, "fail")])
async def test_a_clock_that_goes_wrong_and_a_stream_that_does_not_open_are_said(
    here: Surroundings, minutes: float, level: str
) -> None:
    elsewhere = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    here.oxen.faults.refuse("GET", "/api/events", 503, headers={"Date": elsewhere})
    found = await here.findings()
    assert (found.level("clock beside Oxen"), found.level("clock beside Discord")) == (level, "ok")
    assert "NTP" in found.line("clock beside Oxen")
    assert (found.status, found.level("Oxen's event stream")) == (1, "fail")


async def test_a_model_without_a_price_fails_where_there_is_a_budget(here: Surroundings) -> None:
    for model in here.oxen.models.values():
        model.pop("pricing", None)
    name = "model kling-video-o1-reference-to-video"
    found = await here.findings()
    assert (found.status, found.level(name)) == (1, "fail")
    here.settings["BUDGET_USD_PER_DAY"] = "none"
    found = await here.findings()
    assert (found.status, found.level(name)) == (0, "warn")


async def test_a_bot_that_nobody_invited_is_told_to_be_invited(here: Surroundings) -> None:
    here.discord.world.guilds.clear()
    found = await here.findings()
    assert (found.status, found.level("servers")) == (0, "warn")
    assert "Invite it" in found.line("servers")


async def test_what_somebody_else_could_make_use_of_is_a_warning(here: Surroundings) -> None:
    here.settings |= {"SERVERS": "anyone", "SERVER_BUDGET_USD_PER_DAY": "5"}
    found = await here.findings()
    assert (found.status, found.level("safety")) == (0, "warn")
    assert "SERVERS is anyone" in found.line("safety")
    assert "$5" in found.line("budget")


async def test_what_others_on_the_machine_may_read_is_said(here: Surroundings) -> None:
    await with_a_job(here, datetime.now(UTC))
    os.chmod(here.folder / "data" / "bot.sqlite3", 0o644)  # noqa: PTH101 - an async test
    found = await here.findings()
    assert (found.level("modes"), "chmod" in found.line("modes")) == ("warn", True)


async def test_without_a_budget_backups_and_alerts_each_is_a_warning(here: Surroundings) -> None:
    here.settings |= {"BUDGET_USD_PER_DAY": "none", "BACKUP_DIR": "", "ALERT_WEBHOOK_URL": ""}
    found = await here.findings()
    assert found.status == 0
    assert [found.level(name) for name in ("budget", "backups", "alerts")] == ["warn", "warn", "warn"]


@pytest.mark.parametrize("arguments", [(), ("--json",)])
async def test_a_bad_setting_is_a_finding(here: Surroundings, arguments: tuple[str, ...]) -> None:
    here.settings["RETENTION_DAYS"] = "soon"
    status, output = await here.examine(*arguments)
    assert status == 1
    assert "RETENTION_DAYS" in output
    assert "fail" in output


async def test_an_unknown_option_says_how_it_is_used(here: Surroundings) -> None:
    async with BotProcess({}, arguments=("-m", "bot", "doctor", "--pay"), is_forked=True) as doctor:
        assert await doctor.exited() == 2
    assert "usage" in doctor.stderr
