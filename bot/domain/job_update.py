"""What was just written about a job, for those who follow it: the log, the status cards."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class JobUpdate:
    """A committed write: the job as it was known before (``None``: it was just accepted), and as it is now.

    ``why`` is the line of its history, empty where the state stayed. ``cause`` is the error that was being handled
    when it was written, if one was.
    """

    before: Job | None
    after: Job
    why: str = ""
    cause: BaseException | None = None

    @property
    def is_transition(self) -> bool:
        """Whether the job entered a state with it; asking Oxen once more enters *submitting* again."""
        return bool(self.why)
