"""What admins and the operator did, as the audit has it and notices tell it: each goes on from a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "audit.rule_set": "set the quota for {who}: {rule}.",
    "audit.rule_removed": "removed the quota rule for {who}.",
    "audit.model_rule": "set the model {model}: {rule}.",
    "audit.blocked": "blocked {user}.",
    "audit.unblocked": "unblocked {user}.",
    "audit.granted": Plural(
        "seconds",
        "gave {user} {seconds} extra second, without expiry.",
        "gave {user} {seconds} extra seconds, without expiry.",
    ),
    "audit.granted_until": Plural(
        "seconds",
        "gave {user} {seconds} extra second, expiring {until:f}.",
        "gave {user} {seconds} extra seconds, expiring {until:f}.",
    ),
    "audit.budget": "set the server budget to {day} per day, {month} per month.",
    "audit.time_zone": "set the time zone to {zone}.",
    "audit.language": "set the language to {language}.",
    "audit.language_automatic": "set the language to automatic.",
    "audit.notices": "set the notice channel to {channel}.",
    "audit.notices_off": "turned notices off.",
    "audit.channel_allowed": "allowed videos in {channel}.",
    "audit.channel_removed": "removed {channel} from the allowed channels.",
    "audit.channels_set": "allowed videos in {channels} alone.",
    "audit.all_channels": "allowed videos in all channels.",
    "audit.canceled": "canceled a video by {user}.",
    "audit.unshared": "unshared @{name}, an element of {owner}.",
    "audit.operator_failed": "failed a video by {user}: {reason}",
    "audit.operator_resent": "had a video by {user} posted again.",
    "audit.operator_resumed": "had a video by {user} resumed.",
    "notice.by_admin": "{admin} {done}",
}
