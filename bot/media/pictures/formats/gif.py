"""Blocks of a GIF file (GIF89a specification, CompuServe 1990)."""

from __future__ import annotations

from typing import Final

_HEADER: Final = 13
_EXTENSION, _PICTURE, _TRAILER = 0x21, 0x2C, b";"
_CONTROL: Final = 0xF9
_CONTROL_BYTES: Final = 8


def readable(data: bytes) -> bytes:
    """The file with its first picture alone: no comment, no application's data, no further frames.

    It stays as it is where that picture is not whole.
    """
    if len(data) < _HEADER:
        return data
    position = _HEADER + _table_bytes(data[10])
    head, control = data[:position], b""
    try:
        while data[position] != _PICTURE:
            if data[position] != _EXTENSION:
                return data
            start, position = position, _end_of_blocks(data, position + 2)
            if data[start + 1] == _CONTROL and position - start == _CONTROL_BYTES:
                control = data[start:position]
        pixels = position + 10 + _table_bytes(data[position + 9]) + 1
        end = _end_of_blocks(data, pixels)
    except IndexError:
        return data
    return head + control + data[position:end] + _TRAILER


def _table_bytes(flags: int) -> int:
    """The size of the colour table that a descriptor announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    """Where a row of sub-blocks ends, behind its empty last one. Raises IndexError where the file ends before."""
    while length := data[position]:
        position += 1 + length
    return position + 1
