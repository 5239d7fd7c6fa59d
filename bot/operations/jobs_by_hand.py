"""``jobs``, ``fail``, ``resend`` and ``resume``: jobs seen and moved from a terminal, whether the bot runs or not."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.domain.clock import utc_now
from bot.domain.job import Job, JobState
from bot.errors import StoreError
from bot.operations.job_requests import carry_out
from bot.services.job_control import JobControl, Unowned
from bot.store.database import lock
from bot.store.job_list import find_job, list_jobs
from bot.store.job_store import Store
from bot.store.operator_requests import Action, Answer, OperatorRequest, ask_running_bot
from cogs.ui.texts import PLAIN_ENGLISH


def list_lines(
    database: Path, *, state: JobState | None, user_id: int | None, older: timedelta | None, limit: int
) -> Iterator[str]:
    """A line for each job, newest first: id, state, age, who and where, its length, Oxen's id, why it ended.

    Raises:
        StoreError: the database cannot be read.
    """
    now = utc_now()
    before = None if older is None else now - older
    for job in list_jobs(database, state=state, user_id=user_id, before=before, limit=limit):
        yield _line(job, now)


def do_by_hand(database: Path, request: OperatorRequest) -> Answer:
    """Have one job failed, resent or resumed: by the bot where one runs, else here. One of both owns the job.

    Raises:
        StoreError: it could not be, with a sentence.
    """
    job = find_job(database, request.job_id)
    if job is None:
        sentence = f"No video {request.job_id} is known. After RETENTION_DAYS it is forgotten."
        return Answer(is_done=False, sentence=sentence)
    known = OperatorRequest(action=request.action, job_id=job.id, reason=request.reason)
    if _is_running(database):
        return ask_running_bot(database, known, utc_now())
    if request.action is Action.RESUME:
        return Answer(is_done=False, sentence="The bot does not run. It takes up every unfinished video at its start.")
    return asyncio.run(_do_here(database, known))


async def _do_here(database: Path, request: OperatorRequest) -> Answer:
    store = await Store.open(database)
    try:
        answer = await carry_out(JobControl(store, Unowned()), request)
    finally:
        await store.close()
    if not answer.is_done:
        return answer
    return Answer(is_done=True, sentence=f"{answer.sentence} The rest is done when the bot starts.")


def _is_running(database: Path) -> bool:
    """Whether a bot holds the database."""
    try:
        os.close(lock(database))
    except StoreError:
        return True
    except OSError as error:
        sentence = f"DATABASE_PATH: {database} cannot be used ({error.strerror}). Nothing was changed."
        raise StoreError(sentence, user_message=sentence) from error
    return False


def _line(job: Job, now: datetime) -> str:
    where = f"server {job.guild_id}" if job.in_guild else "direct messages"
    parts = [
        f"{job.id}  {job.state:<13}  {_age(now - job.created_at):>4}",
        f"user {job.user_id}  {where}  {job.seconds} s",
        job.generation_id or "-",
    ]
    return "  ".join([*parts, " ".join(PLAIN_ENGLISH.render(job.reason).split())] if job.reason else parts)


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
