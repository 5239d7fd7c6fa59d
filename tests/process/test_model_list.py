"""``python -m bot models``: an operator sees in one command what each model costs and takes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.oxen import SimulatedOxen
from sandbox.process import BotProcess

OMNI = "kling-video-o3-omni"


@pytest.fixture
async def oxen() -> AsyncIterator[SimulatedOxen]:
    async with SimulatedOxen(seconds=None) as running:
        yield running


async def listed(oxen: SimulatedOxen, folder: Path, **settings: str) -> tuple[int, dict[str, str]]:
    """The status, and the lines by their models; an offered one's begins with a star."""
    environment = {
        "DISCORD_TOKEN": "sandbox-discord-token",
        "OXEN_API_KEY": oxen.api_key,
        "OXEN_API_URL": oxen.url,
        "DATABASE_PATH": str(folder / "bot.sqlite3"),
        **settings,
    }
    async with BotProcess(environment, arguments=("-m", "bot", "models"), is_forked=True) as bot:
        status = await bot.exited()
    lines = bot.stdout.splitlines()
    return status, {line.removeprefix("* ").split()[0]: line for line in lines if line.strip()}


async def test_each_model_is_listed_with_its_price_and_what_it_takes(tmp_path: Path, oxen: SimulatedOxen) -> None:
    oxen.models["odd"] = {**oxen.models[OMNI], "id": "odd"}
    oxen.models["odd"]["request_schema"] = {"type": "object", "properties": {"prompt": {}}, "required": ["what"]}
    status, lines = await listed(oxen, tmp_path, OXEN_MODELS=f"{OMNI},nowhere")
    assert status == 0
    assert lines[OMNI].startswith("* ")
    for words in ("$0.84", "7 images", "7 elements", "start frame", "end frame", "3-15 s", "sound"):
        assert words in lines[OMNI]
    assert "requires what" in lines["odd"]
    assert "Oxen does not know it" in lines["nowhere"]
    assert not lines["minimax-h3"].startswith("* ")
    assert "sandbox-text-model" not in lines


async def test_an_oxen_that_is_away_is_told_in_two_sentences_and_nothing_else(tmp_path: Path) -> None:
    environment = {
        "DISCORD_TOKEN": "sandbox-discord-token",
        "OXEN_API_KEY": "sandbox-oxen-key",
        "OXEN_API_URL": "http://127.0.0.1:9/api",
        "DATABASE_PATH": str(tmp_path / "bot.sqlite3"),
    }
    async with BotProcess(environment, arguments=("-m", "bot", "models"), is_forked=True) as bot:
        assert await bot.exited() == 2
    no_list, not_asked = bot.stderr.splitlines()
    assert no_list.startswith("Oxen gives no list of its models")
    assert not_asked.startswith("Oxen could not be asked")
    assert bot.stdout == ""
