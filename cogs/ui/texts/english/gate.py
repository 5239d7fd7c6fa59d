"""Refusals at the gate: who may use the bot, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "gate.too_many": "That was too much at once. Wait a few seconds and try again.\n-# No seconds used.",
}
