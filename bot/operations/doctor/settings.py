"""Each setting and what it means now; the budgets in one line."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import SecretStr

from bot.config import Settings
from bot.domain.money import dollars, micros
from bot.operations.doctor.finding import Finding, ok, warn


def check_settings(settings: Settings) -> Iterator[Finding]:
    """A line for each setting, then what all of them let be spent."""
    for name, field in type(settings).model_fields.items():
        value = getattr(settings, name)
        shown = "set, not shown" if isinstance(value, SecretStr) else "empty" if value is None else str(value)
        by_default = " (default)" if not field.is_required() and value == field.default else ""
        yield ok(name.upper(), f"{shown}{by_default}. {field.description}")
    yield _budget(settings)
    if settings.backup_dir is None:
        yield warn("backups", "none is made.", "Set BACKUP_DIR to a folder on another disk.")


def _budget(settings: Settings) -> Finding:
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
    return ok("budget", f"at most {' and '.join(ceilings)}, over all servers.")
