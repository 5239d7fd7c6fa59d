"""Whose rule counts."""

from bot.domain.policy import NO_LIMIT, Access, Level, Policy, Rule, Rules
from bot.services.spending.rule_texts import rule_text
from bot.text import text
from cogs.ui.policy_texts import policy_in_words, rule_in_words

OPERATOR = Policy(daily_seconds=60, max_active=2)
BLOCKED = Rule(access=Access.BLOCKED)


def test_where_nobody_says_anything_the_operator_does() -> None:
    assert Rules().resolve(OPERATOR) == OPERATOR


def test_each_limit_comes_from_the_nearest_level_that_says_it() -> None:
    policy = Rules(
        user=Rule(max_active=5),
        roles=[Rule(monthly_seconds=600)],
        server=Rule(daily_seconds=30, monthly_seconds=300, max_active=1),
    ).resolve(OPERATOR)
    assert policy == Policy(daily_seconds=30, monthly_seconds=600, max_active=5)
    assert policy.sources == {
        "daily_seconds": Level.SERVER,
        "monthly_seconds": Level.ROLE,
        "max_active": Level.USER,
        "max_duration": Level.OPERATOR,
    }


def test_of_several_roles_the_most_generous_counts_for_each_limit() -> None:
    policy = Rules(roles=[Rule(daily_seconds=10, max_active=4), Rule(daily_seconds=90)]).resolve(OPERATOR)
    assert (policy.daily_seconds, policy.max_active) == (90, 4)


def test_unlimited_is_the_most_generous_and_yet_a_number_beside_it_counts() -> None:
    free = Rule(access=Access.UNLIMITED, max_duration=5)
    policy = Rules(roles=[Rule(daily_seconds=90), free], server=Rule(daily_seconds=1)).resolve(OPERATOR)
    assert (policy.daily_seconds, policy.monthly_seconds, policy.max_duration) == (NO_LIMIT, NO_LIMIT, 5)


def test_a_users_own_number_goes_before_an_unlimited_role() -> None:
    policy = Rules(user=Rule(daily_seconds=5), roles=[Rule(access=Access.UNLIMITED)]).resolve(OPERATOR)
    assert policy.daily_seconds == 5


def test_a_block_holds_at_the_nearest_level_that_has_a_rule() -> None:
    assert Rules(user=BLOCKED, roles=[Rule(access=Access.UNLIMITED)]).resolve(OPERATOR).is_blocked
    assert Rules(server=BLOCKED).resolve(OPERATOR).is_blocked
    assert not Rules(user=Rule(daily_seconds=5), server=BLOCKED).resolve(OPERATOR).is_blocked


def test_one_role_that_lets_in_is_enough() -> None:
    assert Rules(roles=[BLOCKED, BLOCKED]).resolve(OPERATOR).is_blocked
    assert not Rules(roles=[BLOCKED, Rule(monthly_seconds=600)], server=BLOCKED).resolve(OPERATOR).is_blocked


def test_rules_and_policies_read_as_words() -> None:
    rule = Rule(monthly_seconds=600, max_active=2)
    parts = (text("policy.rule.limit.monthly_seconds", number=600), text("policy.rule.limit.max_active", number=2))
    assert rule_text(rule) == text("policy.rule", parts=parts)
    assert rule_in_words(rule) == "600\u00a0s per month, 2 at a time"
    assert rule_text(BLOCKED) == text("policy.rule", parts=(text("policy.rule.blocked"),))
    assert rule_text(Rule()) == text("policy.rule.none")
    words = policy_in_words(Rules(user=Rule(daily_seconds=5)).resolve(OPERATOR)).splitlines()
    assert words == [
        "Daily limit: 5\u00a0s (set for this user)",
        "Monthly limit: none (bot default)",
        "Videos at a time: 2 (bot default)",
        "Longest video: no limit (bot default)",
    ]
