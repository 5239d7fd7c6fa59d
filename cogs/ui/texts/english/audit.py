"""What admins and the operator did, as the audit has it and notices tell it: each goes on from a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "audit.operator_failed": "failed a video by {user}: {reason}",
    "audit.operator_resent": "had a video by {user} posted again.",
    "audit.operator_resumed": "had a video by {user} resumed.",
    "notice.by_admin": "{admin} {done}",
}
