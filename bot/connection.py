"""Staying connected to Discord: through outages at the start, and through what its gateway was not expected to say."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import discord

from bot.backoff import Backoff
from bot.client import VideoBot
from bot.errors import SettingsError

_log = logging.getLogger(__name__)
_BAD_TOKEN = "DISCORD_TOKEN is not accepted by Discord: please check it."  # noqa: S105 - a sentence
_AUTHENTICATION_FAILED = 4004
_OTHER_SHARDS = frozenset({4010, 4011})
"""Discord's close codes for shards of a number that it does not want any more."""
_HELD_SECONDS = 300.0
"""A connection that held for so long was a good one: the wait after it is short again."""
_SHORTEST_WAIT_SECONDS = 10.0
"""Between two looks at how many more times the bot may connect today."""
_BACKOFF = Backoff(first=1.0, cap=60.0, spread=(1.0, 1.2))
_AWAY = (discord.HTTPException, aiohttp.ClientError, OSError)
_NOT_UNDERSTOOD = (LookupError, TypeError, ValueError)
"""What discord.py raises of an answer of another shape: a page of somebody on the road, say."""


async def stay_connected(bot: VideoBot, token: str) -> None:
    """Log in and stay connected until the bot is closed.

    Raises:
        SettingsError: Discord will not let this bot in, however often it asks.
    """
    async with bot:
        await _log_in(bot, token)
        await _connect(bot)


async def _log_in(bot: VideoBot, token: str) -> None:
    for delay in _BACKOFF.delays():
        try:
            await bot.login(token)
        except discord.LoginFailure as error:
            raise SettingsError(_BAD_TOKEN) from error
        except _AWAY as error:
            _log.warning("Discord could not be reached (%s); trying again in %.0f s", error, delay)
        except _NOT_UNDERSTOOD:
            _log.exception("Discord's answer to the login was not understood; trying again in %.0f s", delay)
        else:
            return
        # The next login opens a session of its own, on a connector that this one must not close.
        await bot.http.close()
        bot.http.connector = discord.utils.MISSING
        await asyncio.sleep(delay)


async def _connect(bot: VideoBot) -> None:
    """Follow the gateway. discord.py comes back by itself from what it foresees, and gives up on the rest."""
    loop, delays = asyncio.get_running_loop(), _BACKOFF.delays()
    while not bot.is_closed():
        begun, delay = loop.time(), next(delays)
        try:
            await bot.follow(*await _session_start(bot))
        except discord.PrivilegedIntentsRequired as error:
            raise SettingsError("Discord refuses the intents of this bot. It needs none that is privileged.") from error
        except discord.ConnectionClosed as error:
            _check_close_code(error)
            _log.warning("Discord wants the bot in more shards; connecting again with as many in %.0f s", delay)
        except (discord.GatewayNotFound, discord.RateLimited, *_AWAY) as error:
            _log.warning("Discord's gateway could not be reached (%s); trying again in %.0f s", error, delay)
        except Exception:  # noqa: BLE001 - one odd frame must not end a process that has videos to deliver
            _log.exception("Discord's gateway was not understood; connecting again in %.0f s", delay)
        else:
            return
        if loop.time() - begun > _HELD_SECONDS:
            delays = _BACKOFF.delays()
        await asyncio.sleep(delay)


def _check_close_code(error: discord.ConnectionClosed) -> None:
    """Do nothing where connecting again may help.

    Raises:
        SettingsError: it cannot.
    """
    if error.code == _AUTHENTICATION_FAILED:
        raise SettingsError(_BAD_TOKEN) from error
    if error.code not in _OTHER_SHARDS:
        raise SettingsError(f"Discord ended the connection for good (code {error.code}).") from error


async def _session_start(bot: VideoBot) -> tuple[int, int]:
    """How many shards Discord recommends and how many it lets in at a time, once it lets that many in today."""
    while True:
        shards, _, limit = await bot.http.get_bot_gateway()
        remaining = limit.get("remaining", shards)
        if remaining >= shards:
            return shards, limit.get("max_concurrency", 1)
        seconds = limit.get("reset_after", 0) / 1000
        message = "Discord lets the bot connect %d more times today, and its %d shards need as many; waiting for %.0f s"
        _log.warning(message, remaining, shards, seconds)
        await asyncio.sleep(max(seconds, _SHORTEST_WAIT_SECONDS))
