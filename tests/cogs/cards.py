"""How much a card says, by Discord's own count."""

from __future__ import annotations

from typing import Any

from discord import ui

from tests.support import walk

MAX_CHARS = 4_000
"""What all texts of a message with components may hold together (Discord's page on components)."""
MAX_COMPONENTS = 40
"""How many components a message may have, nested ones included (the same page)."""


def text_in(card: ui.LayoutView) -> str:
    """Every text of a card, without anything between them."""
    return "".join(item["content"] for item in _components(card) if item["type"] == 10)


def fits_discord(card: ui.LayoutView) -> bool:
    """Whether Discord takes a card."""
    return len(text_in(card)) <= MAX_CHARS and len(_components(card)) <= MAX_COMPONENTS


def _components(card: ui.LayoutView) -> list[dict[str, Any]]:
    return list(walk(card.to_components()))  # type: ignore[no-untyped-call]
