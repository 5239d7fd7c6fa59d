"""The catalogue: what code asks for is there, what is there is asked for, and Discord takes it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.text import MADE
from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.limits import limit_of
from cogs.ui.texts.message import Plural
from cogs.ui.texts.render import PLACEHOLDER, VARIANTS
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.world import world

PROJECT = Path(__file__).parents[2]
CATALOGUE = PROJECT / "cogs" / "ui" / "texts" / "english"
_MADE_BY = {
    "text": "",
    "texts": "",
    "ENGLISH": "",
    "PLAIN_ENGLISH": "",
    "command_text": "command.",
    "command_choice": "command.",
}
"""What is called with a key and the values of its placeholders; what it puts before the key."""
ANY = "[a-z_]+"
"""What stands in a key where code puts in a value."""
READ_AT_ONCE = r"(refusal|warning|reason|note|error|picture\.refused|element\.name|quota|budget)\..*"
READ_AT_ONCE_CHARS = 400
"""How much people read of what is in their way."""


@cache
def sources() -> list[tuple[Path, ast.Module]]:
    """Every module that may ask for a text."""
    paths = [path for folder in ("bot", "cogs") for path in sorted((PROJECT / folder).rglob("*.py"))]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths if CATALOGUE not in path.parents]


def keys_in(node: ast.expr, prefix: str = "") -> Iterator[str]:
    """What an expression may be as a key: a regular expression."""
    match node:
        case ast.Constant(str(key)):
            yield re.escape(prefix + key)
        case ast.JoinedStr(parts):
            written = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ANY for p in parts]
            yield "".join([re.escape(prefix), *written])
        case ast.IfExp(body=one, orelse=other):
            yield from keys_in(one, prefix)
            yield from keys_in(other, prefix)


def is_named(key: str) -> bool:
    """Whether it can be told from its beginning which subject a key belongs to."""
    return re.match(r"[a-z_]+\\\.", key) is not None


@cache
def messages_of(key: str) -> frozenset[str]:
    """The messages of the catalogue that a key may be."""
    if ANY in key:
        return frozenset(filter(re.compile(key).fullmatch, MESSAGES))
    return frozenset({key.replace("\\", "")} & MESSAGES.keys())


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """Each part of every module, and where it stands."""
    return [
        (f"{path.relative_to(PROJECT)}:{getattr(node, 'lineno', 0)}", node)
        for path, module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Call | ast.Constant | ast.JoinedStr)
    ]


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Each call that makes a text of a key, as far as the key can be read from it: where, the call, the key."""
    for where, node in nodes():
        if isinstance(node, ast.Call) and node.args and (name := _name(node.func)) in _MADE_BY:
            for key in keys_in(node.args[0], _MADE_BY[name]):
                yield where, node, key


def _name(called: ast.expr) -> str:
    match called:
        case ast.Name(name):
            return name
        case ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner):  # texts_of(interaction)("key")
            return "texts" if _name(inner).startswith("texts_of") else ""
        case _:
            return ""


def without_variant(key: str) -> str:
    """The key of the words for a video, if it is one of the same words for something else."""
    base = re.sub(rf"({'|'.join(map(re.escape, VARIANTS.values()))})$", "", key)
    return base if base in MESSAGES else key


HAS_VARIANTS = {without_variant(key) for key in MESSAGES if key != without_variant(key)}


def forms(key: str) -> tuple[str, ...]:
    """A message's words: one sentence, or one for each plural form."""
    message = MESSAGES[key]
    return (message.one, message.other) if isinstance(message, Plural) else (message,)


def placeholders(words: str) -> set[str]:
    """The names of the values that a message wants."""
    return {found["name"] for found in PLACEHOLDER.finditer(words) if found["name"]}


@pytest.mark.slow
def test_every_key_that_is_asked_for_is_in_the_catalogue() -> None:
    missing = [f"{where} {key}" for where, _, key in calls() if is_named(key) and not messages_of(key)]
    assert missing == []


@pytest.mark.slow
def test_every_message_of_the_catalogue_is_asked_for() -> None:
    keys = [key for _, _, key in calls()]
    keys += [
        key
        for _, node in nodes()
        if isinstance(node, ast.Constant | ast.JoinedStr)
        for key in keys_in(node)
        if is_named(key)
    ]
    used = frozenset[str]().union(*map(messages_of, keys))
    assert [key for key in MESSAGES if without_variant(key) not in used] == []


def test_the_values_that_are_given_are_those_that_the_message_wants() -> None:
    wrong = []
    for where, call, pattern in calls():
        given = {keyword.arg for keyword in call.keywords} - {MADE}
        if None in given or not is_named(pattern):  # **values, or a key that is not to be read
            continue
        for key in messages_of(pattern):
            if given != placeholders(" ".join(forms(key))):
                wrong.append(f"{where} {key}: {sorted(map(str, given))}")
    assert wrong == []


def test_whatever_has_other_words_for_a_picture_is_told_what_was_made() -> None:
    untold = [
        f"{where} {key}"
        for where, call, pattern in calls()
        for key in HAS_VARIANTS & messages_of(pattern)
        if not {MADE, None} & {keyword.arg for keyword in call.keywords}
    ]
    assert untold == []


@pytest.mark.parametrize("key", [key for key in MESSAGES if key != without_variant(key)])
def test_other_words_for_a_picture_want_the_values_of_those_for_a_video(key: str) -> None:
    assert placeholders(" ".join(forms(key))) == placeholders(" ".join(forms(without_variant(key))))


@pytest.mark.parametrize("key", [key for key, message in MESSAGES.items() if isinstance(message, Plural)])
def test_every_plural_form_wants_the_same_values(key: str) -> None:
    message = MESSAGES[key]
    assert isinstance(message, Plural)
    assert placeholders(message.one) == placeholders(message.other)
    assert message.by in placeholders(message.other)


async def test_every_command_in_a_message_is_one_of_the_bots(tmp_path: Path) -> None:
    named = {found["command"] for key in MESSAGES for words in forms(key) for found in PLACEHOLDER.finditer(words)}
    async with world(tmp_path, oxen_image_models=IMAGE_MODEL) as here:
        assert named - {None} - {command.qualified_name for command in here.parts.bot.tree.walk_commands()} == set()


def test_no_text_is_longer_than_its_place() -> None:
    long = []
    for key in MESSAGES:
        limit = READ_AT_ONCE_CHARS if re.fullmatch(READ_AT_ONCE, key) else limit_of(key)
        long += [f"{key}: {len(w)}" for words in forms(key) if len(w := PLACEHOLDER.sub("10,000", words)) > limit]
    assert long == []
