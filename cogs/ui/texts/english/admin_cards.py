"""What ``/admin`` answers with cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "admin_card.rules": "**Quota rules**",
    "admin_card.rule": "{who}: {rule}",
    "admin_card.no_rules": "No rules yet.",
    "admin_card.models": "**Models**",
    "admin_card.unknown_model": "unknown model",
    "admin_card.more_models": "…and {count} more models",
    "admin_card.model_rule": "{model}: {rule}",
    "admin_card.defaults": "**Bot defaults** (where no rule applies)",
    "admin_card.server": "**Server settings**",
    "admin_card.time_zone": "Time zone: {zone}",
    "admin_card.language": "Language: {language}",
    "admin_card.language_automatic": "the server's or the asker's",
    "admin_card.notices": "Notices: {channel}",
    "admin_card.notices_off": "Notices: off",
    "admin_card.channels": "Allowed channels: {channels}",
    "admin_card.all_channels": "Allowed channels: all",
    "admin_card.budget": "Budget: {day} per day, {month} per month.",
    "admin_card.no_limit": "no limit",
    "admin_card.today": "**Today** · {day}",
    "admin_card.span.week": "**This week** · {first} to {last}",
    "admin_card.span.month": "**This month** · {first} to {last}",
    "admin_card.videos": Plural("count", "{count} video", "{count} videos"),
    "admin_card.delivered": "{seconds}\u00a0s delivered",
    "admin_card.spent": "{spent} spent",
    "admin_card.undelivered": "{spent} of it went to videos that nobody got: canceled late, timed out, or never picked up. "
    "Their seconds were returned, but Oxen was paid.",
    "admin_card.spent_reserved": "{spent} spent, {reserved} reserved",
    "admin_card.failed": "{count} failed",
    "admin_card.canceled": "{count} canceled",
    "admin_card.user_seconds": "{seconds}\u00a0s",
    "admin_card.forgotten": "users who deleted their data",
    "admin_card.more_users": "…and {count} more in the CSV file",
    "admin_card.chart": "Bar chart: seconds of video per day",
    "admin_card.legend": "Bars: seconds per day, delivered (blue) and reserved (amber, on top)",
    "admin_card.no_videos": "No videos in this period.",
    "admin_card.audit": "**Audit log**",
    "admin_card.change": "{at:f} · {who} {done}",
    "admin_card.operator": "The bot's operator",
    "admin_card.no_changes": "No changes yet.",
    "admin_card.none_running": "No videos are running here.",
    "admin_card.running": "**{count} running**",
    "admin_card.running_line": "{user} · {seconds}\u00a0s · requested {at:R}",
    "admin_card.newer": "…and {count} newer ones",
}
