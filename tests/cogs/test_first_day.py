"""An admin's first day: the welcome, the hint, and the card of ``/admin setup``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simcord.backend import serializers

from bot.domain.clock import utc_now
from bot.store.greetings import GreetingStore
from cogs.ui.texts import ENGLISH
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.admins import admin, private, says
from tests.cogs.help_card import TITLE
from tests.cogs.videos import ask, made, told
from tests.support import denied, text_of, walk

WELCOME = saying("help.welcome")
HINT = saying("setup.hint")


async def join(here: World, system_channel: Any) -> None:
    """Have the bot added to the server, as far as Discord tells it; again, if it was before."""
    backend = here.env.backend
    guild = backend.guilds[here.guild.id]
    guild.system_channel_id = system_channel.id
    payload = serializers.guild_create_payload(backend, guild)
    del payload["unavailable"]  # only servers that were there before say so
    backend.emit("GUILD_CREATE", payload)
    await here.quiet()


def welcomes(channel: Any) -> list[Any]:
    """The welcomes in a channel."""
    return [message for message in channel.history() if WELCOME in text_of(message)]


def chosen(message: Any, custom_id: str) -> list[str]:
    """What is chosen in a list of a card."""
    [select] = [item for item in walk(message.components) if item.get("custom_id") == custom_id]
    options = [option["value"] for option in select.get("options", []) if option.get("default")]
    return options or [str(value["id"]) for value in select.get("default_values", [])]


async def test_a_server_is_welcomed_once_in_its_system_channel(here: World) -> None:
    lobby = here.guild.create_text_channel("lobby")
    await join(here, lobby)
    await join(here, lobby)
    [welcome] = welcomes(lobby)
    assert "60\u00a0s per day" in text_of(welcome)
    shown = await here.alice.click(welcome, label=ENGLISH("help.show_examples"))
    assert shown.ephemeral
    assert TITLE in text_of(shown.response)


async def test_a_server_is_welcomed_once_also_over_a_restart(tmp_path: Path) -> None:
    for is_first in (True, False):
        async with world(tmp_path) as here:
            assert await GreetingStore(here.parts.store.database, utc_now).note(42) is is_first


async def test_where_the_bot_may_not_write_nobody_is_welcomed(here: World) -> None:
    lobby = here.guild.create_text_channel("lobby", overwrites={here.guild.default_role: denied("send_messages")})
    await join(here, lobby)
    assert welcomes(lobby) == []


async def test_an_admin_is_told_of_the_setup_at_their_first_command_alone(here: World) -> None:
    ada, bea = admin(here), admin(here, name="bea")
    first, second = await says(ada, here, "admin budget"), await says(ada, here, "admin budget")
    assert (HINT in first, HINT in second) == (True, False)
    assert HINT in await says(bea, here, "admin audit")
    assert HINT not in await says(here.alice, here, "quota")


async def test_who_begins_with_the_setup_needs_no_hint(here: World) -> None:
    ada = admin(here)
    assert HINT not in await says(ada, here, "admin setup")
    assert HINT not in await says(ada, here, "admin budget")


async def test_an_admin_sets_up_a_server_with_one_card(here: World) -> None:
    ada, notices = admin(here), here.guild.create_text_channel("admins")
    other = here.guild.create_text_channel("other")
    [card] = private(await ada.slash(here.channel, "admin setup"))
    assert chosen(card, "setup:daily") == ["60"]
    assert chosen(card, "setup:budget") == ["none"]
    for what, values in (
        ("channels", [here.channel]),
        ("notices", [notices]),
        ("daily", ["300"]),
        ("budget", ["20000000"]),
        ("moderation", ["spoiler"]),
        ("language", ["de"]),
    ):
        await ada.select(card, values, custom_id=f"setup:{what}")
    assert chosen(card, "setup:channels") == [str(here.channel.id)]
    assert chosen(card, "setup:daily") == ["300"]
    await ada.click(card, custom_id="setup:done")
    holds = text_of(card)
    assert ENGLISH("admin_card.outside.spoiler") in holds
    assert "Deutsch" in holds
    for words in (f"<#{here.channel.id}>", f"<#{notices.id}>", "300\u00a0s per day", "$20.00"):
        assert words in holds
    refused = await ask(here, other)
    assert f"<#{here.channel.id}>" in text_of(refused.response)
    await here.until(lambda: told(here, notices, "$20.00"))


async def test_what_is_emptied_on_the_card_is_open_again(here: World) -> None:
    ada, other = admin(here), here.guild.create_text_channel("other")
    [card] = private(await ada.slash(here.channel, "admin setup"))
    await ada.select(card, [here.channel], custom_id="setup:channels")
    await ada.select(card, [], custom_id="setup:channels")
    await ada.select(card, ["none"], custom_id="setup:budget")
    await ask(here, other)
    await made(here)


async def test_notices_are_not_sent_where_the_bot_may_not_write(here: World) -> None:
    ada = admin(here)
    quiet = here.guild.create_text_channel("quiet", overwrites={here.guild.default_role: denied("send_messages")})
    [card] = private(await ada.slash(here.channel, "admin setup"))
    refused = await ada.select(card, [quiet], custom_id="setup:notices")
    assert saying("answer.admin.notices_refused").split("{")[0] in text_of(refused.response)
    assert chosen(card, "setup:notices") == []
