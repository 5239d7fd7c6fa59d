"""Limits in words, for admins and for the audit."""

from __future__ import annotations

from bot.domain.policy import NO_LIMIT, Access, Level, Policy, Rule

_LIMITS = {
    "daily_seconds": ("{0} s", "a day"),
    "monthly_seconds": ("{0} s", "a month"),
    "max_active": ("{0}", "at once"),
    "max_duration": ("{0} s", "a video"),
}
_SOURCES = {
    Level.USER: "this user's own",
    Level.ROLE: "by role",
    Level.SERVER: "the server's default",
    Level.OPERATOR: "the bot's default",
}


def rule_in_words(rule: Rule) -> str:
    """What a rule says: ``600 s a month · 2 at once``."""
    said = [
        f"{words.format(number)} {each}"
        for name, (words, each) in _LIMITS.items()
        if (number := getattr(rule, name)) is not None
    ]
    if rule.access is not Access.NORMAL:
        said.insert(0, rule.access.value)
    return " · ".join(said) or "no limits of its own"


def policy_in_words(policy: Policy) -> str:
    """What holds, a line for each limit, with where it comes from."""
    lines = [f"Blocked: no videos at all ({_SOURCES[policy.sources['access']]})"] if policy.is_blocked else []
    for name, (words, each) in _LIMITS.items():
        number = getattr(policy, name)
        said = "No limit" if number >= NO_LIMIT else words.format(number)
        lines.append(f"{said} {each} ({_SOURCES[policy.sources[name]]})")
    return "\n".join(lines)


def subject_in_words(level: Level, subject_id: int) -> str:
    """Whom a rule is for, as Discord shows it."""
    match level:
        case Level.USER:
            return f"<@{subject_id}>"
        case Level.ROLE:
            return f"<@&{subject_id}>"
        case _:
            return "everybody in this server"
