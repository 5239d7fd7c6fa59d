"""How long delivered jobs took, from the table ``jobs``. Called inside a transaction of the store."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from typing import Final

from bot.domain.job import Job
from bot.domain.job_times import LATEST, UsualTime, usual_time

_TAKEN: Final = (
    "SELECT updated_at - running_at AS taken FROM jobs INDEXED BY jobs_by_time_taken"
    " WHERE state = 'delivered' AND model IS ? AND seconds = ? AND running_at IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM job_history WHERE job_id = jobs.id AND to_state = 'undeliverable')"
    " ORDER BY updated_at DESC LIMIT ?"
)
"""Of the last ones; those whose user had to have them sent again waited for something else."""


def usual(connection: sqlite3.Connection, job: Job) -> UsualTime | None:
    """How long videos of a job's model and length take from Oxen's answer to their delivery, if enough are known."""
    rows = connection.execute(_TAKEN, (job.model, job.seconds, LATEST))
    return usual_time([timedelta(milliseconds=row["taken"]) for row in rows])
