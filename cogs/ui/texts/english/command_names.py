"""Names of commands and options (at most 32 characters): lower case, letters, digits, ``_`` and ``-``.

A key is the command's whole English name; one of an option is the same for every command that has it. Whoever reads
another language sees and types the name in that language, so an English word that is not usual there is better kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "command_name.video": "video",
    "command_name.studio": "studio",
    "command_name.quota": "quota",
    "command_name.jobs": "jobs",
    "command_name.privacy": "privacy",
    "command_name.element": "element",
    "command_name.element_save": "save",
    "command_name.element_list": "list",
    "command_name.element_show": "show",
    "command_name.element_rename": "rename",
    "command_name.element_delete": "delete",
    "command_name.admin": "admin",
    "command_name.admin_quota": "quota",
    "command_name.admin_quota_show": "show",
    "command_name.admin_quota_set": "set",
    "command_name.admin_quota_clear": "clear",
    "command_name.admin_grant": "grant",
    "command_name.admin_block": "block",
    "command_name.admin_unblock": "unblock",
    "command_name.admin_budget": "budget",
    "command_name.admin_channels": "channels",
    "command_name.admin_settings": "settings",
    "command_name.admin_usage": "usage",
    "command_name.admin_jobs": "jobs",
    "command_name.admin_audit": "audit",
    "command_name.admin_element": "element",
    "command_name.admin_element_remove": "remove",
    "option_name.prompt": "prompt",
    "option_name.image": "image{number}",
    "option_name.element_front": "element{number}_front",
    "option_name.element_angle": "element{number}_angle{angle}",
    "option_name.use": "use",
    "option_name.duration": "duration",
    "option_name.aspect_ratio": "aspect_ratio",
    "option_name.name": "name",
    "option_name.new_name": "new_name",
    "option_name.front": "front",
    "option_name.angle": "angle{number}",
    "option_name.share": "share",
    "option_name.user": "user",
    "option_name.role": "role",
    "option_name.daily_seconds": "daily_seconds",
    "option_name.monthly_seconds": "monthly_seconds",
    "option_name.max_active": "max_active",
    "option_name.max_duration": "max_duration",
    "option_name.access": "access",
    "option_name.seconds": "seconds",
    "option_name.expires": "expires",
    "option_name.daily_usd": "daily_usd",
    "option_name.monthly_usd": "monthly_usd",
    "option_name.remove": "remove",
    "option_name.allow": "allow",
    "option_name.everywhere": "everywhere",
    "option_name.time_zone": "time_zone",
    "option_name.notice_channel": "notice_channel",
    "option_name.no_notices": "no_notices",
    "option_name.language": "language",
    "option_name.span": "span",
}
