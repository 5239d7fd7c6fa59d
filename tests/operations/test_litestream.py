"""``deploy/litestream.yml``: the copy that Litestream keeps is a database that the bot goes on with."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sqlite3
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.domain.policy import Policy
from bot.store.job_store import Store
from sandbox.new_database import place_new_database
from tests.project.yaml_files import read_yaml
from tests.support import job

CONFIGURATION = Path(__file__).parents[2] / "deploy" / "litestream.yml"
LITESTREAM = shutil.which("litestream", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
POLICY = Policy(daily_seconds=6_000, max_active=99)
needs_litestream = pytest.mark.skipif(LITESTREAM is None, reason="litestream (0.5) is not installed here")


def test_it_names_no_path_and_no_secret_of_its_own() -> None:
    text = CONFIGURATION.read_text(encoding="utf-8")
    assert re.findall(r"^ +- path: (.+)$", text, re.MULTILINE) == ["${DATABASE_PATH}"]
    assert re.findall(r"^ +url: (.+)$", text, re.MULTILINE) == ["${LITESTREAM_REPLICA_URL}"]
    assert not re.search(r"^ *(access-key|secret)", text, re.MULTILINE)


def test_it_is_written_as_litestream_documents_it_and_as_the_docs_tell_to_call_it() -> None:
    configuration = read_yaml(CONFIGURATION.read_text(encoding="utf-8"))
    assert configuration.keys() == {"dbs", "snapshot"}
    [database] = configuration["dbs"]
    assert (database.keys(), database["replica"].keys()) == ({"path", "replica"}, {"url", "sync-interval"})
    kept = configuration["snapshot"]
    assert kept.keys() == {"interval", "retention"}
    durations = [kept["interval"], kept["retention"], database["replica"]["sync-interval"]]
    assert all(re.fullmatch(r"\d+[smh]", duration) for duration in durations)
    page = (CONFIGURATION.parents[1] / "docs" / "operating.md").read_text(encoding="utf-8")
    assert f"stays in the copies for {kept['retention'].removesuffix('h')} hours" in page
    for line in ("replicate -config deploy/litestream.yml", "restore -config deploy/litestream.yml -o "):
        assert re.search(rf"^    litestream {re.escape(line)}", page, re.MULTILINE)
    export = re.search(r"^    export (.+)$", page, re.MULTILINE)
    assert export is not None
    assert {word.partition("=")[0] for word in export[1].split()} == set(
        re.findall(r"\$\{(\w+)\}", CONFIGURATION.read_text(encoding="utf-8"))
    )


async def litestream(folder: Path, *arguments: str | Path) -> Process:
    assert LITESTREAM is not None
    environment = {
        "DATABASE_PATH": str(folder / "data" / "bot.sqlite3"),
        "LITESTREAM_REPLICA_URL": f"file://{folder}/copy",
    }
    line = (arguments[0], "-config", CONFIGURATION, *arguments[1:])
    return await asyncio.create_subprocess_exec(
        LITESTREAM, *line, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )


@asynccontextmanager
async def replicating(folder: Path) -> AsyncIterator[None]:
    process = await litestream(folder, "replicate")
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            while b"snapshot complete" not in (line := await process.stdout.readline()):
                assert line, "litestream ended"
        yield
    finally:
        process.terminate()
        await process.communicate()  # it copies what is left before it ends


@needs_litestream
async def test_what_was_written_beside_it_is_in_the_copy_and_can_be_gone_on_with(tmp_path: Path) -> None:
    store = await Store.open(place_new_database(tmp_path / "data" / "bot.sqlite3"))
    await store.accept(job(1), POLICY)
    async with replicating(tmp_path):
        for number in range(2, 12):
            await store.accept(job(number), POLICY)
    await store.close()
    copy = tmp_path / "new" / "bot.sqlite3"
    copy.parent.mkdir()
    restoring = await litestream(tmp_path, "restore", "-o", copy, tmp_path / "data" / "bot.sqlite3")
    await restoring.communicate()
    assert restoring.returncode == 0
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    again = await Store.open(copy)
    assert len(await again.unfinished()) == 11
    await again.close()
