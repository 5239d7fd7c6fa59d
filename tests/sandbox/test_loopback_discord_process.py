"""Running a program of ours in a process of its own."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from sandbox.discord import LoopbackDiscord
from sandbox.process import BotProcess, ExitedError


def program(code: str, environment: dict[str, str] | None = None, ready: str | None = None) -> BotProcess:
    return BotProcess(environment or {}, arguments=["-c", code], ready=ready)


async def test_it_sees_nothing_of_our_environment_but_what_it_is_given() -> None:
    os.environ.setdefault("UNRELATED_SECRET", "x")
    code = "import os, sys; print(sorted(os.environ)); print('oops', file=sys.stderr)"
    async with program(code, {"GIVEN": "yes"}) as process:
        assert await process.exited() == 0
    assert "'GIVEN'" in process.stdout
    assert "UNRELATED_SECRET" not in process.stdout
    assert process.stderr == "oops\n"


async def test_sigterm_gives_its_exit_status() -> None:
    code = "import signal, sys; signal.signal(15, lambda *_: sys.exit(3)); print('up', flush=True); signal.pause()"
    async with program(code, ready="up") as process:
        await process.started()
        assert await process.stop() == 3


async def test_a_program_that_ends_too_soon_is_reported_with_its_words() -> None:
    async with program("raise SystemExit('no token')", ready="up") as process:
        with pytest.raises(ExitedError, match="no token"):
            await process.started()


async def test_leaving_the_block_ends_it_and_what_it_started() -> None:
    code = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
time.sleep(600)
"""
    async with program(code, ready="child") as process:
        await process.started()
        child = psutil.Process(int(process.stdout.split()[1]))
        await process.kill()
        assert process.returncode == -9
        assert child.is_running()
    await asyncio.to_thread(psutil.wait_procs, [child], timeout=10)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


async def test_the_redirection_touches_nothing_but_where_discord_py_goes() -> None:
    code = """
import sys
print("early" if "discord" in sys.modules else "late")
import discord.http, discord.gateway, discord.state
print(discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY)
print(discord.Client(intents=discord.Intents.none())._connection.guild_ready_timeout)
"""
    async with LoopbackDiscord() as server:
        async with program(code, server.environment()) as process:
            assert await process.exited() == 0
        gateway = server.origin.replace("http", "ws")
        assert process.stdout.split() == ["late", f"{server.origin}/api/v10", f"{gateway}/gateway/", "2.0"]
        async with program(code, server.environment(guild_ready_seconds=0.1)) as process:
            assert await process.exited() == 0
        assert process.stdout.split()[-1] == "0.1"


async def test_it_runs_in_the_folder_it_is_told(tmp_path: Path) -> None:
    arguments = ["-c", "import os; print(os.getcwd())"]
    async with BotProcess({}, arguments=arguments, folder=tmp_path) as process:
        await process.exited()
    assert process.stdout.strip() == str(tmp_path)
