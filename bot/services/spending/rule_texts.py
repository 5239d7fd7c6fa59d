"""Rules and whom they are for, as data for the audit."""

from __future__ import annotations

from bot.domain.model_rule import ONE, ModelRule
from bot.domain.policy import LIMITS, Access, Level, Rule
from bot.text import Role, Text, User, Value, text


def rule_text(rule: Rule) -> Text:
    """What a rule says: ``600 s per month, 2 at a time``."""
    parts = [
        text(f"policy.rule.limit.{name}", number=number)
        for name in LIMITS
        if (number := getattr(rule, name)) is not None
    ]
    match rule.access:
        case Access.BLOCKED:
            parts.insert(0, text("policy.rule.blocked"))
        case Access.UNLIMITED:
            parts.insert(0, text("policy.rule.unlimited"))
        case Access.NORMAL:
            pass
    return text("policy.rule", parts=tuple(parts)) if parts else text("policy.rule.none")


def model_rule_text(rule: ModelRule) -> Text:
    """What a rule about a model says: ``1 s counts as 2.5 s``."""
    if not rule.is_allowed:
        return text("policy.model.not_allowed")
    if rule.tenths == ONE:
        return text("policy.model.plain")
    return text("policy.model.factor", factor=rule.factor)


def subject_value(level: Level, subject_id: int) -> Value:
    """Whom a rule is for."""
    match level:
        case Level.USER:
            return User(subject_id)
        case Level.ROLE:
            return Role(subject_id)
        case _:
            return text("policy.everyone")
