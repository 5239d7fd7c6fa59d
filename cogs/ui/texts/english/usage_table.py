"""The columns of the table that ``/admin usage`` has as a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "table.user_id": "user_id",
    "table.videos": "videos",
    "table.failed": "failed",
    "table.cancelled": "cancelled",
    "table.seconds_delivered": "seconds_delivered",
    "table.seconds_held": "seconds_held",
    "table.usd_spent": "usd_spent",
    "table.usd_held": "usd_held",
    "table.usd_undelivered": "usd_undelivered",
}
