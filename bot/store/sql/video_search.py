"""The query for some of one's videos: those in whose prompts words stand, in some states, of a story, of an element."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from bot.domain.redaction import Redaction
from bot.domain.video_list import VideoFilter, model_key

_IS_SHOWN: Final = (
    f"redaction = {int(Redaction.NOTHING)} AND (verdict IS NULL OR verdict NOT IN ('pending', 'refused'))"
)
"""Whether the prompt is shown on the list; what is not shown is not found by its words either."""
_WORD: Final = "request ->> 'prompt' LIKE ? ESCAPE '\\'"
_ELEMENT: Final = (
    "EXISTS (SELECT 1 FROM json_each(request, '$.elements') used JOIN saved_views v ON v.angle = 0"
    " AND v.picture ->> 'filename' = used.value ->> '$.front.filename'"
    " JOIN saved_elements e ON e.id = v.element_id"
    " WHERE e.id = ? AND (e.user_id = ? OR (e.guild_id = ? AND e.guild_id <> 0)))"
)
"""A saved element's picture keeps the name of its file, wherever it is posted."""
_NEWEST: Final = "state = 'undeliverable' DESC, created_at DESC, rowid DESC"
_IN_ORDER: Final = "shot, created_at, rowid"


def search(
    wanted: VideoFilter, user_id: int, guild_id: int, models: Sequence[str], *, limit: int, offset: int
) -> tuple[str, tuple[object, ...]]:
    """The query for a user's videos in a server (0: everywhere). ``models`` are those that the user's videos are of.

    A story comes in its order, everything else as ``jobs.recent`` has it.
    """
    rules, values = ["user_id = ?"], list[object]((user_id,))
    if guild_id:
        rules.append("guild_id = ?")
        values.append(guild_id)
    if wanted.group is not None:
        states = sorted(wanted.group.states)
        rules.append(f"state IN ({_marks(states)})")
        values += states
    if wanted.story_id is not None:
        rules.append("chain_id = ?")
        values.append(wanted.story_id)
    if wanted.element is not None:
        rules.append(_ELEMENT)
        values += [wanted.element, user_id, guild_id]
    if wanted.model is not None:
        named = [model for model in models if model_key(model) == wanted.model]
        rules.append(f"model IN ({_marks(named)})")
        values += named
    if wanted.words:
        rules.append(_IS_SHOWN)
    for word in wanted.words:
        spellings = _spellings(word)
        rules.append(f"({' OR '.join([_WORD] * len(spellings))})")
        values += [f"%{_escaped(spelling)}%" for spelling in spellings]
    order = _NEWEST if wanted.story_id is None else _IN_ORDER
    sql = f"SELECT * FROM jobs WHERE {' AND '.join(rules)} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608 - ours
    return sql, (*values, limit, offset)


def models_of(connection: sqlite3.Connection, user_id: int) -> list[str]:
    """The models that a user's videos are of."""
    rows = connection.execute("SELECT DISTINCT model FROM jobs WHERE user_id = ? AND model IS NOT NULL", (user_id,))
    return [row[0] for row in rows]


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _spellings(word: str) -> list[str]:
    """A word in the cases in which it may stand: ``LIKE`` takes only ASCII's letters for the same in both."""
    if word.isascii():
        return [word]
    return list(dict.fromkeys((word, word.lower(), word.upper(), word.capitalize())))


def _escaped(word: str) -> str:
    """A word as a pattern that stands for itself alone."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
