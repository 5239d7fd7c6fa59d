"""What the operator is told, and the answers of ``/operator``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "operator.added_elsewhere": "Somebody added me to the server {name} ({id}). I don't work there. "
    "Add it to SERVERS, or use {leave}.",
    "operator.no_credit": "Oxen refused a video: the account is out of credit. "
    "New videos are refused until there is credit again.",
    "operator.credit_again": "Oxen takes videos again.",
    "operator.price_missing": "Oxen names no usable price for {model} anymore. I go on with {believed} per second. "
    "Settle it with `python -m bot price accept`.",
    "operator.price_moved": "The price of {model} moved from {believed} to {said} per second. "
    "Until you settle it, {counted} counts. Settle it with `python -m bot price accept`.",
    "operator.alarm": "Spending is fast: {spent} in the last {minutes} min, of a budget of {ceiling} per day. "
    "{pause} stops new videos.",
}
