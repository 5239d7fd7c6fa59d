"""Reading a database as who is not the bot: at any time, and without writing anything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bot.errors import StoreError


def connect_read_only(database: Path) -> sqlite3.Connection:
    """A connection that cannot write, and does not make a file that is missing.

    Raises:
        sqlite3.Error: there is no such file, or it is no database.
    """
    connection = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Read a database of the bot inside the block.

    Raises:
        StoreError: it cannot be read, with a sentence; an older one may lack a table or a column.
    """
    try:
        with closing(connect_read_only(database)) as connection:
            yield connection
    except (sqlite3.Error, IndexError, ValueError) as error:
        sentence = f"DATABASE_PATH: {database} cannot be read as a database of this bot ({error})."
        raise StoreError(sentence, user_message=sentence) from error
