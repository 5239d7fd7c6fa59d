"""The table of Discord's error codes, walked: whatever Discord answers to a call, the user gets what the table says."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.domain.job import Job
from bot.domain.redaction import Redaction
from cogs.adapter.discord_errors import ERRORS, MEANINGS, Meaning
from cogs.ui import custom_ids
from sandbox.texts import saying
from sandbox.world import World, world
from tests.cogs.videos import ask
from tests.support import media_of, text_of, walk

pytestmark = pytest.mark.exhaustive


class Call(StrEnum):
    """The calls to Discord on a job's way, each as SimCord names it."""

    ANSWER = "POST /interactions/*/*/callback"
    THREAD = "POST /channels/*/messages/*/threads"
    REFERENCES = "POST /channels/*/messages"
    EDIT = "PATCH /channels/*/messages/*"
    RESULT = "POST  /channels/*/messages"


class Gets(StrEnum):
    """What a user gets in the end."""

    IN_THREAD = "the video in the thread"
    IN_CHANNEL = "the video in the channel"
    WITHOUT_WORDS = "the video in the thread, without the prompt and with a sentence"
    SMALLER = "something smaller in the thread"
    BLOCKED = "a sentence and a private link in the thread"
    FAILED = "a failure that says why, uncharged"


USUAL = {Meaning.WAIT: Gets.IN_THREAD, Meaning.SLOW_MODE: Gets.IN_THREAD, Meaning.WORDS_REFUSED: Gets.WITHOUT_WORDS}
NEXT_PLACE = dict.fromkeys(
    (Meaning.PLACE_GONE, Meaning.MESSAGE_GONE, Meaning.REFUSED, Meaning.NO_REPLY), Gets.IN_CHANNEL
)
EXPECTED: dict[Call, dict[Meaning, Gets]] = {
    Call.ANSWER: {
        Meaning.INTERACTION_OVER: Gets.FAILED,
        Meaning.REFUSED: Gets.FAILED,
        Meaning.WORDS_REFUSED: Gets.WITHOUT_WORDS,
    },
    Call.THREAD: USUAL
    | NEXT_PLACE
    | {Meaning.SLOW_MODE: Gets.IN_CHANNEL, Meaning.NO_THREAD: Gets.IN_CHANNEL, Meaning.HAS_THREAD: Gets.IN_CHANNEL},
    Call.REFERENCES: USUAL | NEXT_PLACE | {Meaning.TOO_LARGE: Gets.FAILED, Meaning.FILE_REFUSED: Gets.FAILED},
    Call.EDIT: dict.fromkeys(Meaning, Gets.IN_THREAD),
    Call.RESULT: USUAL | NEXT_PLACE | {Meaning.TOO_LARGE: Gets.SMALLER, Meaning.FILE_REFUSED: Gets.BLOCKED},
}
"""What a user gets for each meaning at each call; a meaning that is missing cannot happen there.

``HAS_THREAD`` is answered here for a thread that is not there, so the channel serves.
"""
STATUSES = {10: 404, 50: 403, 160: 400, 240: 400}
BY_STATUS = {
    400: Meaning.REFUSED,
    403: Meaning.PLACE_GONE,
    404: Meaning.PLACE_GONE,
    413: Meaning.TOO_LARGE,
    429: Meaning.WAIT,
    500: Meaning.WAIT,
    503: Meaning.WAIT,
}
UNKNOWN = 999_999


def answers() -> Iterator[tuple[int, int, Meaning]]:
    """Status, code and meaning: of every code in the table, and of codes that are not in it by each status."""
    for code, meaning in MEANINGS.items():
        yield STATUSES.get(code // 1_000, 400), code, meaning
    for status, meaning in BY_STATUS.items():
        yield status, UNKNOWN, meaning
        yield status, 0, meaning


def outcome_of(here: World, job: Job) -> tuple[int, Any] | None:
    """Where the message is that tells a job's outcome, and the message."""
    for place, messages in here.env.backend.messages.items():
        for message in messages.values():
            marks = {mark.of(job.id) for mark in custom_ids.OUTCOME_MARKS}
            if any(part.get("custom_id") in marks for part in walk(message.components)):
                return place, message
    return None


def what_came(here: World, job: Job, place: int, message: Any) -> Gets:
    text = text_of(message)
    if saying("result.returned") in text:
        return Gets.FAILED
    if saying("result.blocked") in text:
        return Gets.BLOCKED
    if saying("button.open_video") in str(message.components):
        return Gets.SMALLER
    assert media_of(message)
    if place == here.channel.id:
        return Gets.IN_CHANNEL
    assert place == job.place_id
    return Gets.WITHOUT_WORDS if "Discord blocked this prompt here" in text else Gets.IN_THREAD


async def newest(here: World) -> Job:
    return (await here.parts.store.recent(here.alice.id, here.guild.id, 1))[0]


@pytest.mark.parametrize("call", Call)
async def test_a_user_gets_what_the_table_says_of_every_code(tmp_path: Path, call: Call) -> None:
    cases = [(answer, EXPECTED[call][answer[2]]) for answer in answers() if answer[2] in EXPECTED[call]]
    wrong = []
    method, path = call.value.split()
    async with world(
        tmp_path, seconds=None if call is Call.RESULT else 0.0, quota_daily_seconds=86_400, max_active_jobs_per_user=20
    ) as here:
        for number, ((status, code, meaning), expected) in enumerate(cases, 1):
            here.channel = here.guild.create_text_channel(f"videos-{number}")  # one alone takes no 50 threads at once
            if call is not Call.RESULT:
                here.env.inject_error(method, path, status=status, code=code)
            await ask(here)
            if call is Call.RESULT:
                await here.oxen.wait_for_generation(number)
                here.env.inject_error(method, path, status=status, code=code)
                here.oxen.succeed(list(here.oxen.generations)[-1])
            job = await newest(here)
            place, message = await here.until(partial(outcome_of, here, job))
            job = await here.parts.store.job(job.id)
            came = what_came(here, job, place, message)
            if call is Call.EDIT:  # beside the result, which knows of refused words or is there before
                here.env.backend.faults.clear()
                came = Gets.IN_THREAD if came is Gets.WITHOUT_WORDS else came
            if came is not expected or here.env.backend.faults:
                wrong.append(f"{status} {code} ({meaning.name}): {came}, not {expected}")
            here.env.backend.faults.clear()
            if call is not Call.EDIT:
                assert (job.redaction is Redaction.PROMPT) == (expected is Gets.WITHOUT_WORDS)
    assert wrong == []
    assert cases


def test_every_meaning_is_walked_at_some_call() -> None:
    assert set().union(*(meanings for call, meanings in EXPECTED.items() if call is not Call.EDIT)) == set(Meaning)


def test_every_code_that_is_an_error_of_the_services_has_its_own_class() -> None:
    assert len(set(ERRORS.values())) == len(ERRORS)
