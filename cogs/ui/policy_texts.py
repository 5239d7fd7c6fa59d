"""Limits in words, for admins."""

from __future__ import annotations

from bot.domain.policy import LIMITS, NO_LIMIT, Level, Policy, Rule
from bot.services.spending.rule_texts import rule_text, subject_value
from cogs.ui.texts import ENGLISH, Texts


def rule_in_words(rule: Rule, texts: Texts = ENGLISH) -> str:
    """What a rule says: ``600 s per month, 2 at a time``."""
    return texts.render(rule_text(rule))


def policy_in_words(policy: Policy, texts: Texts = ENGLISH) -> str:
    """What holds, a line for each limit, with where it comes from."""

    def source(name: str) -> str:
        return texts(f"policy.source.{policy.sources[name]}")

    lines = [texts("policy.blocked", source=source("access"))] if policy.is_blocked else []
    for name in LIMITS:
        number = getattr(policy, name)
        if number >= NO_LIMIT:
            lines.append(texts(f"policy.no_limit.{name}", source=source(name)))
        else:
            lines.append(texts(f"policy.limit.{name}", number=number, source=source(name)))
    return "\n".join(lines)


def subject_in_words(level: Level, subject_id: int, texts: Texts = ENGLISH) -> str:
    """Whom a rule is for, as Discord shows it."""
    return texts.value(subject_value(level, subject_id))
