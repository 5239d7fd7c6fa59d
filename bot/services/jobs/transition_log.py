"""The log of what jobs go through: one line a transition, at INFO, and nothing in it that a user wrote."""

from __future__ import annotations

import logging
from typing import Final

from bot.domain.job_update import JobUpdate
from bot.errors import ConversationError, OxenRefused

_log = logging.getLogger(__name__)
_QUOTING: Final = (OxenRefused, ConversationError)
"""Errors whose texts are Oxen's or Discord's, which may quote what they refuse."""


def log_transition(update: JobUpdate) -> None:
    """Log a transition with how long the job has been on its way, and was in the state before (seconds)."""
    if not update.is_transition or not _log.isEnabledFor(logging.INFO):
        return
    job, before = update.after, update.before
    fields: dict[str, object] = {
        "job": job.id,
        "user": job.user_id,
        "guild": job.guild_id,
        "seconds": job.seconds,
        "elapsed": round((job.updated_at - job.created_at).total_seconds(), 3),
    }
    if before is not None:
        fields["in_state"] = round((job.updated_at - before.updated_at).total_seconds(), 3)
    fields["why"] = _why(update)
    if update.cause is not None:
        fields["cause"] = type(update.cause).__name__
    _log.info("job %s", f"{before.state} → {job.state}" if before else job.state, extra=fields)


def _why(update: JobUpdate) -> str:
    why = update.why.partition(":")[0] if isinstance(update.cause, _QUOTING) else update.why
    return " ".join(why.replace(update.after.request.prompt, "[prompt]").split())
