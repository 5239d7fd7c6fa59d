"""Discord: the token, shards, and what the bot may do in each server and channel. Only what REST tells."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import aiohttp
import discord

from bot.config import Settings
from bot.operations.doctor.clock import ServerClock, check_clock
from bot.operations.doctor.finding import Finding, fail, ok, warn

NEEDED: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    read_message_history=True,
)
"""What the invitation asks for."""
_LOGIN_SECONDS: Final = 20.0
_ALL_SECONDS: Final = 60.0
_SERVERS_IN_FULL: Final = 20
"""Of so many servers every channel is looked at, which takes three calls each; of the others what roles give."""
_MOST_LINES: Final = 50
_PAGE: Final = 200
_AWAY: Final = "Check the network, then Discord's status."
_FAILURES: Final = (discord.DiscordException, aiohttp.ClientError, OSError)


async def check_discord(settings: Settings) -> AsyncIterator[Finding]:
    """Everything about Discord; where it is away, that is said once. No connection to the gateway is made."""
    clock = ServerClock()
    async with discord.Client(intents=discord.Intents.none(), http_trace=clock.trace()) as client:
        try:
            async with asyncio.timeout(_LOGIN_SECONDS):
                await client.login(settings.discord_token.get_secret_value())
                shards, _, starts = await client.http.get_bot_gateway()
        except discord.LoginFailure:
            yield fail(
                "Discord's token", "Discord refuses it.", "Set DISCORD_TOKEN: developer portal, Bot, Reset Token."
            )
            return
        except (*_FAILURES, TimeoutError) as error:
            yield fail("Discord", f"it does not answer ({_in_short(error)}).", _AWAY)
            return
        yield ok("Discord's token", f"it is that of {client.user}.")
        yield ok("intents", "none that is privileged is asked for.")
        yield _shards(shards, starts["remaining"], starts["reset_after"] / 1000)
        try:
            async with asyncio.timeout(_ALL_SECONDS):
                async for finding in _servers(client):
                    yield finding
        except (*_FAILURES, TimeoutError) as error:
            yield warn("servers", f"not all of them could be looked at ({_in_short(error)}).")
    yield check_clock("Discord", clock)


def _shards(shards: int, remaining: int, reset_seconds: float) -> Finding:
    text = f"Discord recommends {shards}; {remaining} connections may still be begun today."
    if remaining < shards:
        return warn("shards", text, f"Do not restart the bot within {reset_seconds / 3600:.1f} hours.")
    return ok("shards", text)


async def _servers(client: discord.Client) -> AsyncIterator[Finding]:
    """Some servers by every channel, which takes calls; the others by what Discord says in the list of them."""
    count = full = by_roles = unknown = 0
    lacking: list[Finding] = []
    async for entry in _listed(client):
        count += 1
        name = f"server {' '.join(entry['name'].split())}"
        if full < _SERVERS_IN_FULL:
            full += 1
            yield await _looked_at(client, int(entry["id"]), name)
        elif (granted := entry.get("permissions")) is None:
            unknown += 1
        else:
            by_roles += 1
            if missing := _missing(_with_administrator(int(granted))):
                text = f"the bot's roles lack {', '.join(missing)}."
                lacking.append(warn(name, text, "Allow it for the bot's role."))
    for finding in lacking[:_MOST_LINES]:
        yield finding
    if len(lacking) > _MOST_LINES:
        yield warn("more servers", f"in {len(lacking) - _MOST_LINES} more the bot's roles lack something.")
    if not count:
        yield warn("servers", "the bot is in none.", "Invite it: the README has the link.")
        return
    text = f"the bot is in {count}. Looked at: every channel of {full}, the roles alone of {by_roles}"
    yield ok("servers", f"{text}, nothing of {unknown}." if unknown else f"{text}.")


async def _listed(client: discord.Client) -> AsyncIterator[Mapping[str, Any]]:
    """Every server that the bot is in, as the list has it: id, name, what its roles let it do there."""
    after: int | None = None
    while True:
        page = await client.http.get_guilds(_PAGE, after=after, with_counts=False)
        for entry in page:
            yield entry
        if len(page) < _PAGE:
            return
        after = int(page[-1]["id"])


def _with_administrator(value: int) -> discord.Permissions:
    granted = discord.Permissions(value)
    return discord.Permissions.all() if granted.administrator else granted


async def _looked_at(client: discord.Client, server_id: int, name: str) -> Finding:
    try:
        return await _server(client, server_id, name)
    except discord.HTTPException as error:
        return warn(name, f"it cannot be looked at ({_in_short(error)}).")


async def _server(client: discord.Client, server_id: int, name: str) -> Finding:
    assert client.user is not None
    server = await client.fetch_guild(server_id, with_counts=False)
    me = await server.fetch_member(client.user.id)
    lacking: dict[tuple[str, ...], list[str]] = {}
    hidden = 0
    for channel in await server.fetch_channels():
        if not isinstance(channel, discord.TextChannel):
            continue
        granted = channel.permissions_for(me)
        if not granted.view_channel:
            hidden += 1
        elif missing := _missing(granted):
            lacking.setdefault(missing, []).append(f"#{channel.name}")
    if lacking:
        parts = [f"{', '.join(missing)} in {_some(channels)}" for missing, channels in lacking.items()]
        return warn(name, f"the bot lacks {'; '.join(parts)}.", "Allow it for the bot's role there.")
    return ok(name, "nothing is missing" + (f"; {hidden} channels are hidden from the bot." if hidden else "."))


def _missing(granted: discord.Permissions) -> tuple[str, ...]:
    wanted = {name for name, is_needed in NEEDED if is_needed}
    return tuple(name.replace("_", " ").title() for name, has in granted if name in wanted and not has)


def _some(channels: list[str]) -> str:
    shown = ", ".join(channels[:5])
    return shown if len(channels) <= 5 else f"{shown} and {len(channels) - 5} more"


def _in_short(error: BaseException) -> str:
    if isinstance(error, discord.HTTPException):
        return f"status {error.status}"
    return "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
