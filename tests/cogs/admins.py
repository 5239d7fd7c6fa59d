"""What the tests of ``/admin`` share: somebody who may, what the bot answers, and what the database has then."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import discord

from sandbox.world import World
from tests.support import text_of


def admin(here: World, guild: Any = None, name: str = "ada") -> Any:
    """Somebody who manages the server."""
    guild = guild or here.guild
    role = guild.create_role("admins", permissions=discord.Permissions(manage_guild=True))
    return guild.add_member(here.env.create_user(name), roles=[role])


def private(result: Any) -> list[Any]:
    """The messages of an answer, at once or after a moment; nobody else may see them."""
    shown = [message for message in (result.response, *result.followups) if message is not None]
    assert all(message.ephemeral for message in shown)
    return shown


async def says(who: Any, here: World, command: str, where: Any = None, **options: Any) -> str:
    """What the bot answers, which must be private."""
    return "\n".join(map(text_of, private(await who.slash(where or here.channel, command, **options))))


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds in the bot's database."""
    with closing(sqlite3.connect(folder / "bot.sqlite3")) as connection:
        return connection.execute(sql).fetchall()
