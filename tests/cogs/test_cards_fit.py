"""The longest that a private answer can be is one that Discord takes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.budget import Budget
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import HistoryEntry, JobState
from bot.domain.money import MICROS
from bot.domain.periods import UTC_CALENDAR, calendar
from bot.domain.policy import Access, Level, Policy, Rule, Rules
from bot.domain.quota import Grant, Standing, Tally, view_quota
from bot.domain.saved_element import ListedElement
from bot.domain.usage import Line, Report, Span, Sums, UserUsage
from bot.services.spending.admin import Change
from bot.text import Quote, verbatim
from cogs.ui.admin_cards import audit_card, rules_card, running_card, server_card, text_card, usage_card
from cogs.ui.element_cards import list_card
from cogs.ui.operator_jobs import history_card, jobs_card
from cogs.ui.policy_texts import policy_in_words, rule_in_words
from cogs.ui.quota_cards import quota_card, quota_text
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.workbench_card import OPTIONS, workbench_card
from sandbox.pseudo_locale import pseudo_texts
from sandbox.texts import saying
from tests.cogs.cards import fits_discord, text_in
from tests.cogs.workbench_views import FULL_NOTES, FULL_THUMBNAILS, fullest_workbench
from tests.support import job, request, walk

VIEWS = f" · {ENGLISH('count.pictures', count=4)} · "
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


@pytest.mark.parametrize(("own", "others"), [(20, 30), (0, 100), (100, 0), (20, 80), (99, 1)])
def test_a_list_of_elements_with_the_longest_names_fits_and_says_how_many_it_leaves_out(own: int, others: int) -> None:
    found = elements(own, owner=LAST_ID) + elements(others, owner=LAST_ID - 1)
    card = list_card(found, 5_000, LAST_ID)
    assert fits_discord(card)
    shown = text_in(card).count(VIEWS)
    assert shown >= 30
    assert text_in(card).endswith(ENGLISH("common.more", count=5_000 - shown))


def test_a_list_of_a_few_elements_leaves_none_out() -> None:
    text = text_in(list_card(elements(2, owner=7) + elements(3, owner=8), 5, 7))
    assert text.count(VIEWS) == 5
    assert "more" not in text
    assert text.index(saying("element.own")) < text.index(saying("element.others"))


def test_as_many_rules_as_a_server_likes_fit() -> None:
    card = rules_card([(Level.ROLE, LAST_ID - number, FULL_RULE) for number in range(1_000)], OPERATOR)
    assert fits_discord(card)
    assert "more" in text_in(card)


def test_the_settings_of_a_server_with_every_channel_fit() -> None:
    zone = calendar("America/Argentina/ComodRivadavia")
    channels = frozenset(LAST_ID - number for number in range(50))
    budget = Budget(day=10**6 * MICROS, month=10**6 * MICROS)
    server = GuildSettings(guild_id=9, calendar=zone, notice_channel_id=LAST_ID, budget=budget, channels=channels)
    assert fits_discord(server_card(server))


def test_as_many_videos_as_an_operator_is_shown_fit_with_their_reasons_and_a_long_history_shows_its_end() -> None:
    jobs = [replace(job(n), state=JobState.UNDELIVERABLE, reason=verbatim(Quote("*" * 5_000))) for n in range(9)]
    assert fits_discord(jobs_card(jobs, ENGLISH))
    steps = [HistoryEntry(at=NOW, from_state=None, to_state=JobState.FAILED, why=f"{n} {'_' * 800}") for n in range(99)]
    card = history_card(jobs[0].id, steps, ENGLISH)
    assert fits_discord(card)
    assert "98 " in text_in(card)
    assert "`0 " not in text_in(card)


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


def test_a_quota_with_many_grants_and_ten_lines_with_long_reasons_fits() -> None:
    view = view_quota(Rules(server=FULL_RULE).resolve(OPERATOR), full_quota(1_000), NOW, UTC_CALENDAR)
    assert fits_discord(quota_card(view, [LINE] * 10))


def test_what_an_admin_is_shown_of_a_members_quota_fits() -> None:
    policy = Rules(user=FULL_RULE).resolve(OPERATOR)
    view = view_quota(policy, full_quota(1_000), NOW, UTC_CALENDAR)
    card = text_card(f"**Quota of <@{LAST_ID}>**", policy_in_words(policy), rule_in_words(FULL_RULE), quota_text(view))
    assert fits_discord(card)


def test_the_usage_of_a_server_with_many_users_fits() -> None:
    most = 10**14
    sums = Sums(jobs=most, failed=most, cancelled=most, used=most, held=most, micros_used=most, micros_held=most)
    users = [UserUsage(user_id=LAST_ID - number, sums=sums) for number in range(1_000)]
    report = Report(
        span=Span.MONTH, first_day="2026-08-01", last_day="2026-08-31", total=sums, users=users, days=[]
    )  # fmt: skip
    assert fits_discord(usage_card(report))


def test_the_running_videos_with_the_longest_prompts_fit() -> None:
    jobs = [job(number, user_id=LAST_ID, request=request("_" * 2_500)) for number in range(10)]
    assert fits_discord(running_card(10_000, jobs))


@pytest.mark.parametrize("sentence", ["blocked <@7>.", "set the quota of somebody: " + "x" * 300, "x" * 5_000])
def test_the_last_changes_fit_newest_first(sentence: str) -> None:
    changes: Sequence[Change] = [
        Change(at=NOW, by=LAST_ID - number, sentence=verbatim(sentence)) for number in range(20)
    ]
    card = audit_card(changes)
    assert fits_discord(card)
    assert f"<@{LAST_ID}>" in text_in(card)


@pytest.mark.parametrize("page", ["0", "1", "2", OPTIONS])
@pytest.mark.parametrize("texts", [ENGLISH, pseudo_texts()])
def test_the_fullest_workbench_fits_on_each_of_its_pages(page: str, texts: Texts) -> None:
    card = workbench_card(fullest_workbench(), page, FULL_THUMBNAILS, FULL_NOTES, texts)
    assert fits_discord(card)
    assert {len(item["custom_id"]) <= 100 for item in walk(card.to_components()) if "custom_id" in item} == {True}  # type: ignore[no-untyped-call]
