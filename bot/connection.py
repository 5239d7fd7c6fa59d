"""Staying connected to Discord: through outages at the start, and through what its gateway was not expected to say."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Iterator

import aiohttp
import discord

from bot.client import VideoBot
from bot.errors import SettingsError

_log = logging.getLogger(__name__)
_BAD_TOKEN = "DISCORD_TOKEN is not accepted by Discord: please check it."  # noqa: S105 - a sentence
_AUTHENTICATION_FAILED = 4004
_HELD_SECONDS = 300.0
"""A connection that held for so long was a good one: the wait after it is short again."""
_AWAY = (discord.HTTPException, aiohttp.ClientError, OSError)


async def stay_connected(bot: VideoBot, token: str) -> None:
    """Log in and stay connected until the bot is closed.

    Raises:
        SettingsError: Discord will not let this bot in, however often it asks.
    """
    async with bot:
        await _log_in(bot, token)
        await _connect(bot)


async def _log_in(bot: VideoBot, token: str) -> None:
    for delay in _delays():
        try:
            await bot.login(token)
        except discord.LoginFailure as error:
            raise SettingsError(_BAD_TOKEN) from error
        except _AWAY as error:
            _log.warning("Discord could not be reached (%s); trying again in %.0f s", error, delay)
        else:
            return
        # The next login opens a session of its own, on a connector that this one must not close.
        await bot.http.close()
        bot.http.connector = discord.utils.MISSING
        await asyncio.sleep(delay)


async def _connect(bot: VideoBot) -> None:
    """Follow the gateway. discord.py comes back by itself from what it foresees, and gives up on the rest."""
    loop, delays = asyncio.get_running_loop(), _delays()
    while True:
        begun, delay = loop.time(), next(delays)
        try:
            await bot.connect(reconnect=True)
        except discord.PrivilegedIntentsRequired as error:
            raise SettingsError("Discord refuses the intents of this bot. It needs none that is privileged.") from error
        except discord.ConnectionClosed as error:
            if error.code == _AUTHENTICATION_FAILED:
                raise SettingsError(_BAD_TOKEN) from error
            raise SettingsError(f"Discord ended the connection for good (code {error.code}).") from error
        except Exception:  # noqa: BLE001 - one odd frame must not end a process that has videos to deliver
            _log.exception("Discord's gateway was not understood; connecting again in %.0f s", delay)
            bot.dispatch("disconnect")  # which discord.py says of what it foresees alone
        else:
            return
        if loop.time() - begun > _HELD_SECONDS:
            delays = _delays()
        if bot.ws:
            await bot.ws.close()
        await asyncio.sleep(delay)


def _delays() -> Iterator[float]:
    delay = 1.0
    while True:
        yield delay * random.uniform(1.0, 1.2)  # noqa: S311 - jitter, not a secret
        delay = min(delay * 2, 60.0)
