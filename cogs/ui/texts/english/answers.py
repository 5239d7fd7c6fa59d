"""What commands and presses are answered with, where it is a sentence rather than a card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "answer.button_gone": "That button no longer works, because the message has changed. See your videos with {/videos}.",
    "answer.form_gone": "That form no longer works. It was sent already, it was open for more than an hour, or I "
    "restarted. Open it again.",
    "answer.example_gone": "This example is gone. See the new ones with {/help}.",
    "answer.no_server": "This command only works in a server.",
    "answer.no_pictures_in_message": "That message has no pictures I can use. Choose another one.",
    "answer.draft_empty": "The pictures for your next video were already used or cleared. "
    "Add some with **Apps → Add to my next video**.",
    "answer.cancelling": "Canceling. I'll post here once Oxen has stopped.",
    "answer.cancelling_elsewhere": "Canceling. Its thread will say when it's done.",
    "answer.sending_again": "Getting your video. I'll post it here.",
    "answer.element_share_in_dm": "You can't share an element in a direct message. "
    "Save it in the server where you want to share it.",
    "answer.element_renamed": "Renamed @{old} to @{new}.",
    "answer.element_deleted": "Deleted @{name} and its pictures.",
    "answer.privacy.stored": "**What I store about you**\n"
    "- For up to {kept} after a video ends: its prompt, a small picture of it, the Discord links of its pictures, and "
    "how it ended.\n"
    "- Until you delete them: your saved elements and, for up to {kept}, the pictures for your next video.\n"
    "- For 1 day: requests I refused or asked you about, and those you queued.\n"
    "- Permanently: the seconds and cost of your videos, because limits are counted from them; under your Discord ID "
    "until you delete your data. Server admins see totals, and prompts only while a video is running.\n"
    "- Until an admin changes them: limits, extra seconds, and blocks set for you.\n"
    "Prompts and pictures are sent to Oxen, which makes the videos and keeps its own copies.",
    "answer.privacy.deletion": "**Delete my data** deletes your prompts, pictures, and saved elements now; those of a "
    "running video when it ends. Seconds and costs stay without your name (this month's, once the month is over). "
    "My messages stay in Discord; a moderator can delete them.",
    "answer.privacy.delete": "Delete my data",
    "answer.privacy.sure": "Delete your prompts, pictures, and saved elements? This can't be undone.",
    "answer.privacy.confirm": "Yes, delete my data",
    "answer.privacy.deleted": "Deleted your prompts, pictures, and saved elements.",
    "answer.privacy.deleted_but_running": Plural(
        "count",
        one="Deleted your prompts, pictures, and saved elements. {count} video is running or just ended; its data is "
        "deleted next.",
        other="Deleted your prompts, pictures, and saved elements. {count} videos are running or just ended; their "
        "data is deleted next.",
    ),
    "answer.admin.user_or_role": "Choose a user or a role, not both.",
    "answer.admin.quota_of": "**Quota for {user}**",
    "answer.admin.own_rule": "Rule for this user: {rule}",
    "answer.admin.no_rule": "none",
    "answer.admin.rule_set": "Saved. {who}: {rule}. Applies from the next video on.",
    "answer.admin.rule_removed": "Removed the rule for {who}. The next level applies: role, server, or bot default.",
    "answer.admin.model_rule_set": "Saved. {model}: {rule}. Applies from the next video on.",
    "answer.admin.granted": "Gave {user} {seconds} extra seconds. They don't expire.",
    "answer.admin.granted_until": "Gave {user} {seconds} extra seconds. They expire {until:f}.",
    "answer.admin.blocked": "Blocked {user} from making videos here. Running videos continue; cancel them with {/admin jobs}.",
    "answer.admin.unblocked": "Unblocked {user}.",
    "answer.admin.unblocked_with_rule": "Unblocked {user}. Rule for this user: {rule}.",
    "answer.admin.not_blocked": "{user} isn't blocked. Nothing changed.",
    "answer.admin.rule_of": "the rule for {who}",
    "answer.admin.blocked_by_others": "{user} has no block of their own, but is blocked by {rules}. "
    "To let them in, set any limit for this user with {/admin quota set}.",
    "answer.admin.still_blocked": "{user} is still blocked by {rules}. "
    "To let them in, set any limit for this user with {/admin quota set}.",
    "answer.admin.element_unshared": "Unshared @{name} in this server. {owner} keeps it, and only they can use it.",
    "answer.admin.notices_both": "Choose a notice channel or turn notices off, not both.",
    "answer.admin.notices_refused": "I can't post in {channel}. I need View Channel and Send Messages there.",
    "answer.make_own": "Make your own version of {owner}'s video? It uses {seconds} of your {left}\u00a0s.",
    "answer.make_own_unlimited": "Make your own version of {owner}'s video? It uses {seconds}\u00a0s.",
    "answer.try_again": "Try again",
    "answer.edit": "Edit",
    "answer.missing_permissions": "I can't make videos in this channel. I need {permissions} here. Ask a server admin.",
}
