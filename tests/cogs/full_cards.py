"""What fills a card as much as anything can."""

from datetime import UTC, datetime

from bot.domain.job import JobState
from bot.domain.policy import Access, Policy, Rule
from bot.domain.quota import Grant, Standing, Tally
from bot.domain.saved_element import ListedElement
from bot.domain.usage import Line
from bot.text import Quote, verbatim

NOW = datetime(2026, 8, 8, 12, tzinfo=UTC)


LAST_ID = 2**63 - 1


OPERATOR = Policy(daily_seconds=60, max_active=2)


FULL_RULE = Rule(
    daily_seconds=10_000_000, monthly_seconds=10_000_000, max_active=1_000, max_duration=3_600, access=Access.UNLIMITED
)


def elements(count: int, owner: int) -> list[ListedElement]:
    """Elements with the longest names there are: each sign of them is escaped."""
    return [
        ListedElement(name=f"{number:0>3}".rjust(32, "_"), owner_id=owner, owner_name="x" * 32, is_shared=True, views=4)
        for number in range(count)
    ]


def full_quota(grants: int) -> Standing:
    tally = Tally(used=9_999_999, held=9_999_999)
    given = [Grant(id=n, seconds=10_000_000, left=9_999_999, expires_at=NOW) for n in range(grants)]
    return Standing(day=tally, month=tally, active=1_000, grants=given)


LINE = Line(
    seconds=10,
    granted=10,
    at=NOW,
    prompt="_" * 2_500,
    state=JobState.FAILED,
    is_settled=False,
    is_released=True,
    cause="failed",
    reason=verbatim(Quote("*" * 5_000)),
)
