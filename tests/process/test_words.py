"""What the bot says and logs about ordinary doings, where nothing is wrong."""

from pathlib import Path

from sandbox.texts import saying
from tests.process.harness import harness


async def test_a_mention_is_no_error_in_the_log(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        bot_id = here.discord.world.bot.id
        here.discord.say(here.channel, here.alice, f"<@{bot_id}> hello")
        await here.discord.wait_for(lambda: any("from pictures" in m.text for m in here.discord.messages(here.channel)))
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output
        assert "ERROR" not in bot.output


async def test_admin_is_for_servers_alone_and_says_so_where_discord_lets_it_through(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        [admin] = [entry for entry in here.discord.world.commands.values() if entry["name"] == "admin"]
        assert admin["contexts"] == [0]
        admin.update(contexts=None, dm_permission=True)
        asked = await here.discord.slash(here.discord.direct(here.alice), here.alice, "admin jobs", {})
        answer = await asked.answered()
        assert answer.message is not None
        assert saying("answer.no_server") in answer.message.text
        assert await bot.stop() == 0
        assert "Traceback" not in bot.output


async def test_what_is_typed_at_its_longest_is_answered_all_the_same(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        operator = here.discord.world.owner
        for typed in ("*" * 6000, "a" * 6000, "@everyone " * 600):
            asked = await here.discord.slash(here.channel, operator, "admin words remove", {"word": typed})
            answer = await asked.answered()
            assert answer.message is not None
            assert saying("admin.words.unknown") in answer.message.text
        assert here.discord.mistakes == []
        assert await bot.stop() == 0
