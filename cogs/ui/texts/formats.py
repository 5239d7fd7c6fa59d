"""How each language writes numbers, money and lists.

The CLDR says it. Babel would keep all that the CLDR has about a language, more than a megabyte each, in a bot's memory;
so `make texts` copies what is needed here to `bot/locales/formats.json` (``cogs.ui.texts.cldr``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

FILE_NAME: Final = "formats.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFormat:
    """Patterns with ``{0}`` and ``{1}``: for a list of two, and for each step of joining a longer one."""

    pair: str
    start: str
    middle: str
    end: str

    def join(self, parts: Sequence[str]) -> str:
        """The parts as one list; a part alone stays as it is."""
        if len(parts) < 3:
            return self.pair.format(*parts) if len(parts) == 2 else "".join(parts)
        joined = self.start.format(*parts[:2])
        for part in parts[2:-1]:
            joined = self.middle.format(joined, part)
        return self.end.format(joined, parts[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The marks and patterns of one language, ``language`` without a country: ``pt``."""

    language: str
    point: str
    """What stands before the decimals."""
    group: str
    """What stands between thousands."""
    dollars: str
    """An amount of US dollars, the number as ``{0}``."""
    all_of: ListFormat
    """A list with "and"."""
    one_of: ListFormat
    """A list with "or"."""

    def number(self, value: Decimal | float) -> str:
        """A number with one decimal at most."""
        if isinstance(value, int):
            return f"{value:,}".replace(",", self.group)
        return self._marked(f"{round(Decimal(value), 1):,f}".removesuffix(".0"))

    def usd(self, amount: Decimal, places: int = 2) -> str:
        """An amount of US dollars with so many decimals."""
        sign = "-" if amount < 0 else ""
        return sign + self.dollars.format(self._marked(f"{abs(amount):,.{places}f}"))

    def _marked(self, written: str) -> str:
        return written.translate({ord(","): self.group, ord("."): self.point})


def _read() -> Mapping[str, Formats]:
    written = json.loads(files("bot").joinpath("locales", FILE_NAME).read_text(encoding="utf-8"))
    return MappingProxyType({name: _formats(entry) for name, entry in written.items()})


def _formats(entry: dict[str, Any]) -> Formats:
    lists: dict[str, Any] = {name: ListFormat(**entry.pop(name)) for name in ("all_of", "one_of")}
    return Formats(**entry, **lists)


FORMATS: Final = _read()
"""The formats by the names of the folders in `bot/locales` (``pt_BR``), and those of the source as ``en_US``."""
