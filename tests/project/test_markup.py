"""Discord's markup and its commands are known to ``cogs`` alone; what ``bot`` says to people is data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BOT = Path(__file__).parents[2] / "bot"
MARKUP = re.compile(
    r"<t:|<@[!&]?|<#|^-# |\*\*\w|\]\(<?http|discord\.com/channels"  # moments, mentions, small print, bold, links
    r"|(?<![\w/.{])/(?:video|studio|quota|jobs|videos|element|admin|privacy|help)\b(?![/_])"
)
"""What only Discord, or whoever types there, makes something of."""
_NOT_SAID = ("oxen", "operations")
"""Rooms that say nothing to people at Discord."""


def strings(module: ast.Module) -> Iterator[ast.Constant]:
    """The strings of a module that are no docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    statements = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | statements:
            yield node


@pytest.mark.slow
def test_nothing_in_bot_writes_discords_markup_or_names_a_command() -> None:
    found = []
    for path in sorted(BOT.rglob("*.py")):
        if path.relative_to(BOT).parts[0] not in _NOT_SAID:
            module = ast.parse(path.read_text(encoding="utf-8"))
            found += [
                f"{path.relative_to(BOT.parent)}:{node.lineno} {node.value!r}"
                for node in strings(module)
                if MARKUP.search(str(node.value))
            ]
    assert found == []


@pytest.mark.parametrize(
    "said",
    ["Resets <t:12:R>", "<@7> did it", "in <#3>", "-# small", "**Done**", "see /quota.", "discord.com/channels/1/2/3"],
)
def test_markup_is_seen(said: str) -> None:
    assert MARKUP.search(said)


@pytest.mark.parametrize("said", ["/ai/queue", "a/b", "images/video.mp4", "2 ** 3", "-#", "<b>"])
def test_what_is_none_is_left_alone(said: str) -> None:
    assert not MARKUP.search(said)
