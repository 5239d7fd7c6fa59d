"""Whose buttons a job's are, as a rule without Discord."""

import pytest

from bot.domain.actor import Actor
from bot.domain.gate import Purpose, check_job
from bot.errors import NotAllowedError
from tests.support import job

OWNER, OTHER = 7, 8
GUILD, ELSEWHERE, DIRECT = 9, 10, 0
CHANNEL, THREAD, AWAY = 11, 12, 13


@pytest.mark.parametrize(
    ("user_id", "guild_id", "channel_id", "purpose", "has_to_do"),
    [
        (OWNER, GUILD, AWAY, Purpose.OWN, True),
        (OWNER, DIRECT, AWAY, Purpose.OWN, True),
        (OWNER, ELSEWHERE, AWAY, Purpose.OWN, False),
        (OTHER, GUILD, CHANNEL, Purpose.MAKE, True),
        (OTHER, GUILD, THREAD, Purpose.MAKE, True),
        (OTHER, GUILD, AWAY, Purpose.MAKE, False),
        (OTHER, GUILD, AWAY, Purpose.ADMIN, True),
        (OTHER, ELSEWHERE, CHANNEL, Purpose.ADMIN, False),
        (OTHER, DIRECT, CHANNEL, Purpose.ADMIN, False),
    ],
)
def test_a_jobs_button_is_for_its_owner_its_place_and_its_servers_admins(
    user_id: int, guild_id: int, channel_id: int, purpose: Purpose, *, has_to_do: bool
) -> None:
    theirs = job(user_id=OWNER, guild_id=GUILD, channel_id=CHANNEL, place_id=THREAD)
    actor = Actor(user_id=user_id, guild_id=guild_id, channel_id=channel_id)
    if has_to_do:
        assert check_job(actor, theirs, purpose) is theirs
        return
    with pytest.raises(NotAllowedError):
        check_job(actor, theirs, purpose)


def test_a_job_that_is_not_known_is_refused_as_one_of_elsewhere() -> None:
    actor = Actor(user_id=OWNER, guild_id=ELSEWHERE, channel_id=AWAY)
    with pytest.raises(NotAllowedError) as unknown:
        check_job(actor, None, Purpose.OWN)
    with pytest.raises(NotAllowedError) as elsewhere:
        check_job(actor, job(user_id=OTHER, guild_id=GUILD), Purpose.OWN)
    assert unknown.value.user_message == elsewhere.value.user_message
