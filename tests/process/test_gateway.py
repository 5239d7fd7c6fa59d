"""What Discord's gateway may do to the bot: refuse it, say what nobody understands, say things twice or too late."""

from pathlib import Path
from typing import Any

import pytest

from cogs.ui.texts import ENGLISH
from sandbox.discord import Upload
from sandbox.discord.errors import Json
from sandbox.texts import saying
from tests.process.harness import Harness, harness
from tests.support import picture_bytes

pytestmark = pytest.mark.exhaustive


def recorded(here: Harness, wanted: str = "INTERACTION_CREATE") -> list[tuple[str, Json, Any]]:
    """Every event of a kind that is dispatched from now on, with its place."""
    seen: list[tuple[str, Json, Any]] = []

    def note(event: str, data: Json, place: Any) -> None:
        if event == wanted:
            seen.append((event, data, place))

    here.discord.world.subscribe(note)
    return seen


async def is_alive(here: Harness) -> bool:
    """Whether the bot answers a command."""
    quota = await here.discord.slash(here.channel, here.alice, "quota", {})
    return (await quota.answered()).ephemeral


async def test_a_frame_that_is_no_json_does_not_end_the_bot(tmp_path: Path) -> None:
    async with harness(tmp_path, LOG_FORMAT="json") as here, here.bot() as bot:
        await bot.wrote("Connected to Discord")
        before = here.discord.gateway.identified
        here.discord.gateway.live[0].outgoing.put_nowait("not json")
        await bot.wrote("The connection to Discord is lost")
        await here.discord.wait_for(lambda: here.discord.gateway.identified > before)
        assert await is_alive(here)
        assert await bot.stop() == 0
        assert all(line.startswith("{") for line in bot.stderr.splitlines())


async def test_an_event_that_nobody_understands_costs_neither_the_connection_nor_a_command(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot() as bot:
        await bot.wrote("Ready in 1 servers")
        before = here.discord.gateway.identified
        here.discord.world.emit("MESSAGE_CREATE", {"id": "5"}, here.channel)
        here.discord.world.emit("SOMETHING_NEW", {"id": "5"}, here.channel)
        assert await is_alive(here)
        assert here.discord.gateway.identified == before
        await bot.wrote("passed over: MESSAGE_CREATE")


@pytest.mark.parametrize(
    ("code", "says"),
    [(4004, "DISCORD_TOKEN is not accepted"), (4014, "refuses the intents"), (4012, "for good (code 4012)")],
)
async def test_a_bot_that_discord_will_not_have_ends_with_status_2_and_a_sentence(
    tmp_path: Path, code: int, says: str
) -> None:
    async with harness(tmp_path) as here, here.bot(quick=False) as bot:
        await here.discord.gateway.drop(code)
        assert await bot.exited() == 2
        assert says in bot.stderr
        assert "Traceback" not in bot.stderr


async def test_a_command_that_is_delivered_twice_makes_one_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot() as bot:
        seen = recorded(here)
        asked = await here.ask()
        here.discord.world.emit(*seen[0])
        await asked.answered()
        assert saying("result.ready") in (await here.outcome()).text
        assert await is_alive(here)
        assert await bot.stop() == 0
        assert here.ledger() == {"reserve": 5, "settle": 5}
        assert len(here.outcomes()) == 1


async def test_a_press_that_is_delivered_twice_makes_one_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot() as bot:
        await here.ask()
        first = await here.outcome()
        seen = recorded(here)
        again = await here.discord.click(first, ENGLISH("button.run_again", seconds=5), here.alice)
        here.discord.world.emit(*seen[0])
        await again.answered()
        await here.discord.wait_for(lambda: len(here.outcomes()) == 2)
        assert await is_alive(here)
        assert await bot.stop() == 0
        assert here.ledger() == {"reserve": 10, "settle": 10}
        assert len(here.outcomes()) == 2


async def test_a_mention_that_is_delivered_twice_makes_one_video(tmp_path: Path) -> None:
    async with harness(tmp_path, seconds=0.1) as here, here.bot() as bot:
        seen = recorded(here, "MESSAGE_CREATE")
        ox = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        here.discord.say(here.channel, here.alice, f"<@{here.discord.world.bot.id}> @Image1 dances", [ox])
        here.discord.world.emit(*seen[0])
        assert saying("result.ready") in (await here.outcome()).text
        assert await is_alive(here)
        assert await bot.stop() == 0
        assert here.ledger() == {"reserve": 5, "settle": 5}


async def test_a_mention_by_a_webhook_makes_nothing(tmp_path: Path) -> None:
    """Whoever may add webhooks has as many as they like: nobody's limits would hold."""
    async with harness(tmp_path) as here, here.bot() as bot:
        seen = recorded(here, "MESSAGE_CREATE")
        ox = Upload(filename="ox.png", data=picture_bytes(1), content_type="image/png")
        words = f"<@{here.discord.world.bot.id}> @Image1 dances"
        here.discord.say(here.channel, here.alice, words, [ox])
        [(event, told, place)] = seen
        await here.made()
        hook, message = str(here.discord.world.new_id()), str(here.discord.world.new_id())
        author = {"id": hook, "username": "Relay", "discriminator": "0000", "avatar": None}
        relayed = {key: value for key, value in told.items() if key != "member"}
        here.discord.world.emit(event, relayed | {"id": message, "webhook_id": hook, "author": author}, place)
        here.discord.say(here.channel, here.alice, words, [ox])  # mentions in a channel have their turns
        await here.made(2)
        assert await bot.stop() == 0
        assert here.oxen.started == 2
        assert here.ledger()["reserve"] == 10


async def test_a_button_that_the_message_lost_meanwhile_gets_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path) as here, here.bot():
        card = (await (await here.ask()).answered()).message
        assert card is not None
        [cancel] = [button["custom_id"] for button in card.buttons if button["label"] == "Cancel"]
        await here.made()
        await here.discord.click(card, "Cancel", here.alice)
        await here.outcome()
        await here.discord.wait_for(lambda: not card.buttons)
        late = await (await here.discord.press_stale(card, cancel, here.alice)).answered()
        assert late.ephemeral
        assert late.message is not None
        assert "no longer works" in late.message.text


async def test_a_form_that_was_open_during_a_restart_gets_a_sentence(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        async with here.bot() as bot:
            form = await (await here.discord.slash(here.channel, here.alice, "studio", {})).modal()
            assert await bot.stop() == 0
        async with here.bot():
            prompt = next(key for key, part in form.fields().items() if part["type"] == 4)
            late = await (await here.discord.submit_modal(form, {prompt: "The ox dances"})).answered()
            assert late.ephemeral
            assert late.message is not None
            assert "Open it again" in late.message.text


async def test_a_discord_that_is_away_at_the_start_leaves_no_session_open(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.discord.faults.refuse("GET", "/users/@me", 400)
        async with here.bot() as bot:
            assert await is_alive(here)
            assert await bot.stop() == 0
            assert "Unclosed" not in bot.output


async def test_commands_that_discord_could_not_take_are_told_again(tmp_path: Path) -> None:
    async with harness(tmp_path) as here:
        here.discord.faults.refuse("PUT", "/applications/*/commands", 503, times=2)
        async with here.bot(ready=False):
            await here.discord.wait_ready()
            assert await is_alive(here)
