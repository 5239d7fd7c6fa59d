"""The part of YAML that the deployment files are written in."""

from __future__ import annotations

import re
from typing import Any


def read_yaml(text: str) -> Any:
    """The part of YAML that compose.yaml is written in: nested mappings, lists of texts and of mappings, comments."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert not any("\t" in line for line in lines)
    value, rest = _block(lines, 0)
    assert rest == []
    return value


def _block(lines: list[str], indent: int) -> tuple[Any, list[str]]:
    """The block that is indented so far, and the lines after it."""
    if lines[0].lstrip().startswith("- "):
        items: list[Any] = []
        while lines and _indent(lines[0]) == indent and lines[0].lstrip().startswith("- "):
            head = " " * (indent + 2) + lines[0].lstrip()[2:]
            if re.match(r" *[\w-]+: ", head):
                item, lines = _block([head, *lines[1:]], indent + 2)
            else:
                item, lines = _scalar(head), lines[1:]
            items.append(item)
        return items, lines
    entries: dict[str, Any] = {}
    while lines and _indent(lines[0]) == indent:
        key, colon, after = lines[0].strip().partition(":")
        assert colon, lines[0]
        assert key not in entries, f"{key} is there twice"
        lines = lines[1:]
        if after.strip():
            entries[key] = _scalar(after)
        else:
            assert lines, f"{key} has nothing in it"
            assert _indent(lines[0]) > indent, f"{key} has nothing in it"
            entries[key], lines = _block(lines, _indent(lines[0]))
    assert not lines or _indent(lines[0]) < indent, f"not indented like its neighbours: {lines[0]!r}"
    return entries, lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _scalar(text: str) -> str:
    return text.strip().strip('"')
