"""``/quota``: what is left, what pays for it, what became of the latest videos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "quota_card.blocked": "**You can't make videos in this server.** A server admin can change this.",
    "quota_card.today": "**{left} of {limit}\u00a0s left today**",
    "quota_card.about": Plural(
        "count", "about {count} video of {seconds}\u00a0s", "about {count} videos of {seconds}\u00a0s"
    ),
    "quota_card.no_daily_limit": "**No daily limit**",
    "quota_card.legend": "█ left ▓ reserved ░ used",
    "quota_card.standing": "{used}\u00a0s used · {held}\u00a0s reserved · {active} running",
    "quota_card.standing_of": "{used}\u00a0s used · {held}\u00a0s reserved · {active} of {limit} running",
    "quota_card.month": "This month: **{left} of {limit}\u00a0s left** ({used}\u00a0s used)",
    "quota_card.month_held": "This month: **{left} of {limit}\u00a0s left** "
    "({used}\u00a0s used, {held}\u00a0s reserved)",
    "quota_card.extra": "Extra seconds, used last: {grants}",
    "quota_card.grant": "{seconds}\u00a0s",
    "quota_card.grant_until": "{seconds}\u00a0s until {until:d}",
    "quota_card.more_grants": "{seconds}\u00a0s more",
    "quota_card.longest": "Longest video: {seconds}\u00a0s",
    "quota_card.model": "{model}: {rule}",
    "quota_card.resets_day": "Daily limit resets {day_ends:R}.",
    "quota_card.resets_month": "Monthly limit resets {month_ends:R}.",
    "quota_card.resets_both": "Daily limit resets {day_ends:R}, monthly limit {month_ends:R}.",
    "quota_card.not_counted": "Failed and canceled videos don't count.",
    "quota_card.everywhere": "Everywhere, {taken} of {limit}\u00a0s are reserved or paid for today. Oxen is also paid for "
    "videos that are canceled late or never picked up. Resets {ends:R}; the bot's operator can change this.",
    "quota_card.end.paid": "{end}; Oxen was paid",
    "quota_card.recent": "**Recent videos**",
    "quota_card.line": "{seconds}\u00a0s · {prompt} · {end}",
    "quota_card.line_extra": "{seconds}\u00a0s ({granted}\u00a0s extra) · {prompt} · {end}",
    "quota_card.prompt_deleted": "prompt deleted",
    "quota_card.end.delivered": "delivered",
    "quota_card.end.ready": "ready: get it with {/videos}",
    "quota_card.end.unopened": "ready, but its file doesn't open: see {/videos}",
    "quota_card.end.running": "running",
    "quota_card.end.canceled": "canceled, not counted",
    "quota_card.end.failed": "not counted: it failed",
    "quota_card.end.failed_why": "not counted: {reason}",
}
