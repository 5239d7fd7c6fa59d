"""Each setting and what it means now; the budgets in one line."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from bot.config import Settings
from bot.domain.money import dollars, micros
from bot.operations.doctor.finding import Finding, ok, warn


def check_settings(settings: Settings) -> Iterator[Finding]:
    """A line for each setting, what of it others could make use of, then what all of them let be spent."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = "set, not shown" if isinstance(value, SecretStr) else "empty" if value is None else str(value)
        by_default = " (default)" if not field.is_required() and value == field.default else ""
        yield ok(name.upper(), f"{shown}{by_default}. {field.description}")
    for warning in settings.warnings:
        yield warn("safety", f"{warning}.")
    yield check_budget(settings)
    yield check_backups(settings)
    yield check_alerts(settings)


def check_backups(settings: Settings) -> Finding:
    """Whether there are any."""
    if settings.backup_dir is None:
        return warn("backups", "none is made.", "Set BACKUP_DIR to a folder on another disk.")
    return ok("backups", f"one a night into {settings.backup_dir}, of which {settings.backup_keep} are kept.")


def check_alerts(settings: Settings) -> Finding:
    """Whether anybody is told when something is wrong."""
    places = {
        "a webhook": settings.alert_webhook_url is not None,
        "channel OPERATOR_CHANNEL_ID": settings.operator_channel_id is not None,
        "Prometheus": settings.metrics_port is not None,
    }
    told = [place for place, is_set in places.items() if is_set]
    if not told:
        return warn(
            "alerts", "nobody is told when something is wrong.", "Set ALERT_WEBHOOK_URL or OPERATOR_CHANNEL_ID."
        )
    return ok("alerts", f"told by {' and '.join(told)}.")


def check_budget(settings: Settings) -> Finding:
    """What may be spent at most, in one line."""
    ceilings = [
        f"{dollars(micros(amount))} {period}"
        for amount, period in (
            (settings.budget_usd_per_day, "a day"),
            (settings.budget_usd_per_month, "a month"),
        )
        if amount is not None
    ]
    if not ceilings:
        return warn(
            "budget",
            "there is no ceiling: whatever quotas let through is paid.",
            "Set BUDGET_USD_PER_DAY or BUDGET_USD_PER_MONTH.",
        )
    share = settings.server_budget_usd_per_day
    parts = [f"at most {' and '.join(ceilings)}, over all servers"]
    if share is not None:
        parts.append(f"{dollars(micros(share))} a day for each server")
    parts.append(f"{settings.max_daily_seconds_per_user} s a day for each person")
    return ok("budget", f"{'; '.join(parts)}.")
