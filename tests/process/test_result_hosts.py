"""Where a whole bot fetches from, when nobody said that it may fetch from this machine."""

from __future__ import annotations

from pathlib import Path

from tests.process.town import town


async def test_a_result_on_this_machine_is_not_asked_for_and_the_video_fails_with_its_seconds_returned(
    tmp_path: Path,
) -> None:
    async with town(tmp_path, RESULT_HOSTS_ALLOW_PRIVATE="false") as here, here.bot() as bot:
        await here.ask()
        here.oxen.succeed(await here.made())
        outcome = await here.outcome()
        assert "ready" not in outcome.text
        assert here.oxen.downloads == []
        assert here.ledger()["release"] == 5
        assert "may not be asked" in bot.output
        assert await bot.stop() == 0
