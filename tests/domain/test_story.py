"""Which take of each shot makes a story."""

import random
from datetime import timedelta

import pytest

from bot.domain.job import Job, JobState
from bot.domain.story import Shot, chosen_takes
from tests.support import NOON, job

CHAIN = "c" * 16


def take(number: int, shot: int, state: JobState = JobState.DELIVERED, picked: int | None = None) -> Job:
    """A take of a shot; ``picked`` is after how many minutes it was picked."""
    picked_at = None if picked is None else NOON + timedelta(minutes=picked)
    return job(number, state=state, shot=Shot(story_id=CHAIN, number=shot, count=9, picked_at=picked_at))


def test_the_first_video_of_a_shot_counts_until_another_is_picked() -> None:
    first, second = take(1, 1), take(2, 1)
    assert chosen_takes([first, second]) == [first]
    assert chosen_takes([first, take(2, 1, picked=1)]) == [take(2, 1, picked=1)]
    assert chosen_takes([take(1, 1, picked=2), take(2, 1, picked=1)]) == [take(1, 1, picked=2)]


def test_a_take_that_failed_counts_for_nothing() -> None:
    made = take(2, 1)
    assert chosen_takes([take(1, 1, JobState.FAILED, picked=5), made]) == [made]
    assert chosen_takes([take(1, 1), take(2, 2, JobState.CANCELLED)]) == [take(1, 1)]


def test_a_take_that_is_still_made_stands_for_its_shot_while_there_is_no_video_of_it() -> None:
    running = take(2, 2, JobState.RUNNING)
    assert chosen_takes([take(1, 1), running]) == [take(1, 1), running]
    assert chosen_takes([take(1, 1), running, take(3, 2)]) == [take(1, 1), take(3, 2)]


@pytest.mark.parametrize("seed", range(50))
def test_a_story_has_each_shot_once_in_order_and_only_what_may_be_seen(seed: int) -> None:
    rng = random.Random(seed)
    takes = [
        take(number, rng.randrange(1, 5), rng.choice(list(JobState)), rng.choice([None, rng.randrange(9)]))
        for number in range(1, rng.randrange(2, 20))
    ]
    story = chosen_takes(takes)
    numbers = [one.shot.number for one in story if one.shot is not None]
    assert numbers == sorted(set(numbers))
    alive = [one for one in takes if one.is_made or not one.has_ended]
    assert set(numbers) == {one.shot.number for one in alive if one.shot is not None}
    for one in story:
        rivals = [other for other in alive if other.shot and one.shot and other.shot.number == one.shot.number]
        made = [other for other in rivals if other.is_made]
        assert one in (made or rivals)
        if made and one.shot is not None:
            latest = max((o.shot.picked_at for o in made if o.shot and o.shot.picked_at), default=None)
            assert one.shot.picked_at == latest
