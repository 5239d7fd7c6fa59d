"""The tables of what people keep (saved elements, drafts): all of their SQL, one method for each intent."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Final, TypeVar

from bot.domain.clock import Clock
from bot.domain.picture_addresses import StoredPictureAddress
from bot.domain.reference_draft import Draft
from bot.domain.request import Element, Picture
from bot.domain.saved_element import ListedElement, SavedElement, name_key
from bot.errors import RequestError
from bot.store.database import ANSWER_SECONDS, Database
from bot.store.json_columns import dump_picture, load_picture, to_millis
from bot.store.write_queue import Intent
from bot.text import Bytes, Quote, User, text

_T = TypeVar("_T")
_COLUMNS: Final = (
    "SELECT e.id, e.user_id, e.user_name, e.guild_id, e.name, v.angle, v.picture"
    " FROM saved_elements e JOIN saved_views v ON v.element_id = e.id"
)
_SEEN: Final = "(e.user_id = ? OR (e.guild_id = ? AND e.guild_id <> 0))"
_ORDER: Final = " ORDER BY e.user_id = ? DESC, e.name_key, v.angle"
_NAMED_HERE: Final = (
    " FROM saved_elements e WHERE (e.user_id = ?1 OR (e.guild_id = ?2 AND e.guild_id <> 0))"
    " AND instr(e.name_key, ?3) > 0 AND (e.user_id = ?1 OR (NOT ?4 AND NOT EXISTS"
    " (SELECT 1 FROM saved_elements o WHERE o.user_id = ?1 AND o.name_key = e.name_key)))"
)
_LISTED: Final = (
    "SELECT name, user_id, user_name, guild_id,"  # noqa: S608 - texts of ours
    " (SELECT count(*) FROM saved_views v WHERE v.element_id = found.id) AS views"
    f" FROM (SELECT e.*{_NAMED_HERE} ORDER BY e.user_id = ?1 DESC, e.name_key LIMIT ?5) AS found"
    " ORDER BY user_id = ?1 DESC, name_key"
)
_COUNTED: Final = f"SELECT count(*){_NAMED_HERE}"
_OWN_NAMES: Final = "SELECT name_key FROM saved_elements WHERE user_id = ? LIMIT 200"
_NEAR: Final = (
    "SELECT name_key FROM saved_elements WHERE guild_id = ?1 AND guild_id <> 0"
    " AND name_key >= substr(?2, 1, 1) AND name_key < substr(?2, 1, 1) || char(0x10ffff)"
    " AND abs(length(name_key) - length(?2)) <= 2 ORDER BY"
    " (substr(name_key, 1, ?3) = substr(?2, 1, ?3)) + (substr(name_key, -?3) = substr(?2, -?3)) DESC,"
    " abs(length(name_key) - length(?2)) LIMIT 20"
)
_DRAFT: Final = "SELECT picture FROM drafts WHERE user_id = ? ORDER BY position"
_KEPT: Final = (
    "SELECT picture AS text FROM saved_views UNION ALL SELECT picture FROM drafts UNION ALL"
    " SELECT request FROM jobs WHERE board = '{}' AND instr(request, '\"stored:') > 0"
    " AND (state = 'accepted' OR created_at > ?) UNION ALL"
    " SELECT request FROM pending_requests WHERE instr(request, '\"stored:') > 0 UNION ALL"
    " SELECT request FROM waiting_requests WHERE instr(request, '\"stored:') > 0 UNION ALL"
    " SELECT '\"' || poster || '\"' FROM jobs WHERE poster IS NOT NULL AND removed_by IS NULL AND updated_at > ?"
    " UNION ALL SELECT '\"' || last_frame || '\"' FROM jobs"
    " WHERE last_frame IS NOT NULL AND removed_by IS NULL AND updated_at > ?"
)
_BYTES_OF_USER: Final = (
    "SELECT coalesce(sum(size), 0) FROM (SELECT DISTINCT picture ->> 'url' AS url, picture ->> 'size' AS size FROM ("
    "SELECT picture FROM saved_views JOIN saved_elements ON id = element_id WHERE user_id = ?1"
    " UNION ALL SELECT picture FROM drafts WHERE user_id = ?1"
    " UNION ALL SELECT value FROM waiting_requests, json_tree(request) WHERE user_id = ?1 AND type = 'object'"
    " AND value ->> 'url' LIKE 'stored:%'))"
)
"""What a user's saved elements, draft and waiting requests take together; the same picture counts once."""
_STORED: Final = re.compile(r'"(stored:[0-9a-f]{64}\.\w+)"')
_JOBS_KEEP: Final = timedelta(days=1)
_POSTERS_KEEP: Final = timedelta(days=30)
_LAST_FRAMES_KEEP: Final = timedelta(days=2)
"""They are large, and can be cut again for as long as Oxen has the video."""


class LibraryStore:
    """Saved elements and drafts."""

    def __init__(self, database: Database, clock: Clock, *, max_bytes_of_user: int = sys.maxsize) -> None:
        self._database = database
        self._clock = clock
        self._max_bytes_of_user = max_bytes_of_user

    async def named(self, user_id: int, guild_id: int, keys: Collection[str]) -> dict[str, SavedElement]:
        """What some names stand for, by their keys: one's own element, else the one shared in the server."""
        marks = ", ".join("?" * len(keys))
        sql = f"{_COLUMNS} WHERE {_SEEN} AND e.name_key IN ({marks}){_ORDER}"
        rows = await self._rows(sql, (user_id, guild_id, *keys, user_id))
        found: dict[str, SavedElement] = {}
        for element in _elements(rows):
            found.setdefault(name_key(element.name), element)
        return found

    async def agree(self, user_id: int, elements: Collection[SavedElement]) -> None:
        """Write down that a user agrees to those of some elements that they were asked about."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "UPDATE element_consents SET is_given = 1 WHERE user_id = ? AND element_id = ?",
                [(user_id, element.id) for element in elements],
            )

        await self._write(intent, "agree to elements")

    async def note_asked(self, user_id: int, elements: Collection[SavedElement]) -> None:
        """Write down which elements of others a user is asked about."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.executemany(
                "INSERT OR IGNORE INTO element_consents (user_id, element_id) SELECT ?1, id FROM saved_elements"
                " WHERE id = ?2",
                [(user_id, element.id) for element in elements],
            )

        await self._write(intent, "ask about elements")

    async def consents(self, user_id: int) -> set[int]:
        """The ids of the elements that a user agreed to."""
        sql = "SELECT element_id FROM element_consents WHERE user_id = ? AND is_given = 1"
        return {row["element_id"] for row in await self._rows(sql, (user_id,))}

    async def listed(
        self, user_id: int, guild_id: int, *, typed: str = "", own: bool = False, limit: int
    ) -> list[ListedElement]:
        """The first of what names stand for here whose keys hold ``typed``, a user's own before others'.

        ``own``: their own alone.
        """
        return [
            ListedElement(
                name=row["name"],
                owner_id=row["user_id"],
                owner_name=row["user_name"],
                is_shared=row["guild_id"] != 0,
                views=row["views"],
            )
            for row in await self._rows(_LISTED, (user_id, guild_id, typed, own, limit))
        ]

    async def count(self, user_id: int, guild_id: int) -> int:
        """How many names stand for something here."""
        [row] = await self._rows(_COUNTED, (user_id, guild_id, "", False))
        return int(row[0])

    async def near(self, user_id: int, guild_id: int, keys: Iterable[str]) -> set[str]:
        """The keys that some mistyped ones may have meant: one's own, and of those shared in a server the likeliest.

        Those begin with the same letter; one wrong letter leaves their first or their last half as it was.
        """

        def query(connection: sqlite3.Connection) -> set[str]:
            near = {row["name_key"] for row in connection.execute(_OWN_NAMES, (user_id,))}
            for key in keys:
                rows = connection.execute(_NEAR, (guild_id, key, max(1, len(key) // 2)))
                near.update(row["name_key"] for row in rows)
            return near

        return await self._database.read(query, name="near names", within=ANSWER_SECONDS)

    async def check_room(self, element: SavedElement, limit: int) -> None:
        """Check that an element can be saved now.

        Raises:
            RequestError: its name is taken, or the user has as many as they may.
        """
        await self._database.read(
            lambda connection: _check_room(connection, element, limit), name="check room", within=ANSWER_SECONDS
        )

    async def save(self, element: SavedElement, limit: int) -> None:
        """Write a new element.

        Raises:
            RequestError: its name is taken, or the user has as many as they may; nothing was written.
        """

        def intent(connection: sqlite3.Connection) -> None:
            _check_room(connection, element, limit)
            cursor = connection.execute(
                "INSERT INTO saved_elements (user_id, user_name, guild_id, name, name_key, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    element.owner_id,
                    element.owner_name,
                    element.guild_id,
                    element.name,
                    name_key(element.name),
                    to_millis(self._clock()),
                ),
            )
            views = {0: element.element.front, **element.element.angles}
            connection.executemany(
                "INSERT INTO saved_views (element_id, angle, picture) VALUES (?, ?, ?)",
                [(cursor.lastrowid, angle, dump_picture(picture)) for angle, picture in views.items()],
            )
            check_bytes(connection, element.owner_id, self._max_bytes_of_user)

        await self._write(intent, "save element")

    async def rename(self, element: SavedElement, new_name: str) -> None:
        """Give an element another name.

        Raises:
            RequestError: that name is taken, or the element is gone.
        """
        old, new = name_key(element.name), name_key(new_name)

        def intent(connection: sqlite3.Connection) -> None:
            if new != old:
                _check_name(connection, element, new_name)
            cursor = connection.execute(
                "UPDATE saved_elements SET name = ?, name_key = ? WHERE user_id = ? AND name_key = ?",
                (new_name, new, element.owner_id, old),
            )
            if cursor.rowcount != 1:
                raise RequestError(text("element.gone", name=Quote(element.name)))

        await self._write(intent, "rename element")

    async def delete(self, element: SavedElement) -> None:
        """Forget an element."""

        def intent(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM saved_elements WHERE user_id = ? AND name_key = ?",
                (element.owner_id, name_key(element.name)),
            )

        await self._write(intent, "delete element")

    async def draft(self, user_id: int) -> Draft:
        """A user's draft."""
        return _draft(await self._rows(_DRAFT, (user_id,)))

    async def change_draft(self, user_id: int, change: Callable[[Draft], Draft]) -> Draft:
        """Change a user's draft; what it is then. What ``change`` raises leaves it as it was."""

        def intent(connection: sqlite3.Connection) -> Draft:
            now = to_millis(self._clock())
            before = _draft(connection.execute(_DRAFT, (user_id,)))
            draft = change(before)
            connection.execute("DELETE FROM drafts WHERE user_id = ?", (user_id,))
            connection.executemany(
                "INSERT INTO drafts (user_id, position, picture, changed_at) VALUES (?, ?, ?, ?)",
                [(user_id, position, dump_picture(picture), now) for position, picture in enumerate(draft, start=1)],
            )
            if len(draft) > len(before):
                check_bytes(connection, user_id, self._max_bytes_of_user)
            return draft

        return await self._write(intent, "change draft")

    async def kept(self) -> set[StoredPictureAddress]:
        """Every picture that something uses: an element, a draft, a pending request, a job that has not posted it yet.

        A job that ended without a board keeps its pictures for a day, so that it can be run again; a job that was
        delivered keeps its poster for a month, and its last frame for two days.
        """
        now = self._clock()
        since = tuple(to_millis(now - span) for span in (_JOBS_KEEP, _POSTERS_KEEP, _LAST_FRAMES_KEEP))
        rows = await self._database.rows(_KEPT, since)
        addresses = {address for row in rows for address in _STORED.findall(row["text"])}
        return {source for address in addresses if (source := StoredPictureAddress.parse(address)) is not None}

    async def _rows(self, sql: str, parameters: tuple[object, ...]) -> list[sqlite3.Row]:
        return await self._database.rows(sql, parameters, within=ANSWER_SECONDS)

    async def _write(self, intent: Intent[_T], name: str) -> _T:
        """Somebody waits for each of them."""
        return await self._database.write(intent, name=name, within=ANSWER_SECONDS)


def check_bytes(connection: sqlite3.Connection, user_id: int, limit: int) -> None:
    """Check that a user keeps no more bytes of pictures than the limit, inside the transaction that keeps more.

    Raises:
        RequestError: they do.
    """
    [(count,)] = connection.execute(_BYTES_OF_USER, (user_id,))
    if count > limit:
        raise RequestError(text("element.no_room", limit=Bytes(limit)))


def unshare(connection: sqlite3.Connection, guild_id: int, key: str) -> tuple[str, int] | None:
    """End the sharing of an element in a server, inside a transaction: its name and its owner, if there was one."""
    rows = connection.execute(
        "UPDATE saved_elements SET guild_id = 0 WHERE guild_id = ? AND guild_id <> 0 AND name_key = ?"
        " RETURNING name, user_id",
        (guild_id, key),
    ).fetchall()
    return next(((row["name"], row["user_id"]) for row in rows), None)


def _check_room(connection: sqlite3.Connection, element: SavedElement, limit: int) -> None:
    _check_name(connection, element, element.name)
    [(count,)] = connection.execute("SELECT count(*) FROM saved_elements WHERE user_id = ?", (element.owner_id,))
    if count >= limit:
        raise RequestError(text("element.too_many", count=count, limit=limit))


def _check_name(connection: sqlite3.Connection, element: SavedElement, name: str) -> None:
    rows = connection.execute(
        "SELECT user_id FROM saved_elements WHERE name_key = ? AND (user_id = ? OR (guild_id = ? AND guild_id <> 0))",
        (name_key(name), element.owner_id, element.guild_id),
    )
    owners = [row["user_id"] for row in rows]
    if element.owner_id in owners:
        raise RequestError(text("element.name_taken", name=Quote(name)))
    if owners:
        raise RequestError(text("element.name_shared", owner=User(owners[0]), name=Quote(name)))


def _elements(rows: Iterable[sqlite3.Row]) -> list[SavedElement]:
    heads: dict[int, sqlite3.Row] = {}
    views: dict[int, dict[int, Picture]] = {}
    for row in rows:
        heads.setdefault(row["id"], row)
        views.setdefault(row["id"], {})[row["angle"]] = load_picture(row["picture"])
    return [
        SavedElement(
            name=head["name"],
            owner_id=head["user_id"],
            owner_name=head["user_name"],
            guild_id=head["guild_id"],
            id=number,
            element=Element(front=views[number].pop(0), angles=views[number]),
        )
        for number, head in heads.items()
    ]


def _draft(rows: Iterable[sqlite3.Row]) -> Draft:
    return tuple(load_picture(row["picture"]) for row in rows)
