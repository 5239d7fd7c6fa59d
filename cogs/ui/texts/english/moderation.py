"""Sentences about what may be made and shown: word filters, spoilers, age-restricted channels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "refusal.word_of_server": "Your prompt has a word that isn't allowed in this server: {word}. Change it and try again.",
    "refusal.word_of_operator": "Your prompt has a word that isn't allowed with this bot: {word}. "
    "Change it and try again.",
    "refusal.unquoted_word_of_server": "Your prompt has a word that isn't allowed in this server. "
    "Change it and try again.",
    "refusal.unquoted_word_of_operator": "Your prompt has a word that isn't allowed with this bot. "
    "Change it and try again.",
    "refusal.word_in_name": "An element's name has a word that isn't allowed here. Use another name.",
    "refusal.unchanged": "This was refused before, just as it is. Change the prompt or the pictures and try again.",
    "reason.moderation": "This bot's moderation doesn't allow this request. Change the prompt or the pictures.",
    "reason.moderation.said": "This bot's moderation doesn't allow this request: {said}",
    "reason.moderation.unavailable": "This request couldn't be checked, so it wasn't made. Try again later.",
    "reason.picture_gone": "I couldn't read {label} ({name}) anymore. Attach it again.",
    "card.prompt.pending": "-# The prompt is shown once it was checked.",
    "card.prompt.refused": "-# The prompt isn't shown, because it was refused.",
    "card.spoiler": "spoiler",
    "result.hidden_here": "In this server, videos are posted as spoilers outside age-restricted channels.",
    "refusal.age_restricted": "Videos can only be made in age-restricted channels here. A server admin can change this.",
    "admin_card.outside.show": "Outside age-restricted channels, videos are shown.",
    "admin_card.outside.spoiler": "Outside age-restricted channels, videos are posted as spoilers.",
    "admin_card.outside.refuse": "Videos are made in age-restricted channels only.",
    "admin_card.mentions.on": "Mentioning me with a prompt makes a video.",
    "admin_card.mentions.off": "Mentioning me makes no video.",
    "admin_card.prompt_log": "Prompts are logged in {channel}.",
    "admin_card.no_prompt_log": "Prompts are logged nowhere.",
    "admin.prompt_log.both": "Choose a channel for the prompt log, or turn it off, not both.",
    "notice.prompt": "{user} in {channel}: {prompt}",
    "common.forgotten_user": "somebody who was forgotten",
    "privacy.kept_by_others": "What others made here of your prompts and pictures (a rerun, a saved element, pictures for "
    "a next video) is deleted with yours, and Oxen is asked to delete your videos. It keeps what it doesn't let me delete. "
    "A block stays, and so do messages in Discord.",
    "privacy.exported": "All I store about you, as one file. Only you can see this message.",
    "button.export_data": "Export my data",
    "button.privacy_page": "Privacy",
    "button.terms_page": "Terms",
    "privacy.prompt_log": "This server logs prompts: its admins have each one posted in {channel}, where it stays.",
    "button.report": "Report",
    "button.delete_result": "Delete",
    "result.reported": "Reported. A moderator or the bot's operator will look at this video.",
    "result.reported_before": "You reported this video already.",
    "result.deleted": "Deleted the video's message. Its seconds stay used.",
    "result.unknown": "I don't know this video anymore.",
    "result.not_yet": "This video is still being posted. Try again in a moment.",
    "result.delete.not_allowed": "Only {owner} or a moderator (Manage Messages) can delete this video.",
    "result.delete.later": "Discord can't be reached right now. Try again in a few minutes.",
    "result.delete.refused": "I couldn't delete this message. A moderator can delete it by hand.",
    "card.deleted.owner": "**Deleted** · The video's message was deleted by its owner.",
    "card.deleted.moderator": "**Deleted** · The video's message was deleted by a moderator.",
    "notice.report": "{reporter} reported a video of {owner} in {channel}: {link}\n"
    "Job `{job}`, asked for with: {prompt}",
    "warning.shared_element": "@{name} is shared by {owner}. Use it in your video?",
    "answer.use_it": "Use it",
    "element.name_mixed": "@{name} mixes letters of several scripts, so it could look like another name. "
    "Use letters of one script.",
    "element.no_room": "Your saved elements and collected pictures can take {limit} together. Delete some first.",
    "element.disk_full": "I can't save pictures right now, because my disk is nearly full. Try again later.",
    "element.storage_full": "I can't save more pictures: all of my room for them is taken. Try again later.",
    "note.deleted_video": "This video was deleted.",
    "audit.words_added": Plural(
        by="count", one="added {count} word to the filter.", other="added {count} words to the filter."
    ),
    "audit.word_removed": "removed a word from the filter.",
    "audit.outside.show": "has videos shown in every channel.",
    "audit.outside.spoiler": "has videos posted as spoilers outside age-restricted channels.",
    "audit.outside.refuse": "has videos made in age-restricted channels only.",
    "audit.prompt_log": "has prompts logged in {channel}.",
    "audit.no_prompt_log": "turned the prompt log off.",
    "audit.mentions.on": "turned videos by mention on.",
    "audit.mentions.off": "turned videos by mention off.",
    "audit.result_deleted": "deleted a video of {owner}.",
    "admin.words.title": "**Words that prompts can't have here**",
    "admin.words.none": "None yet. Add some with {/admin words add}.",
    "admin.words.added": Plural(
        by="count",
        one="Added {count} word: {words}. Prompts with it are refused from now on.",
        other="Added {count} words: {words}. Prompts with any of them are refused from now on.",
    ),
    "admin.words.known": "The list has this already.",
    "admin.words.removed": "Removed {word}. Prompts can have it again.",
    "admin.words.unknown": "{word} isn't on the list. See {/admin words list}.",
    "admin.words.not_a_word": "{word} has no letter or sign to look for. Use a word or a phrase.",
    "admin.words.too_long": "A word or phrase can have {limit} characters. Use a shorter one.",
    "admin.words.full": "The list can have {limit} words. Remove some first with {/admin words remove}.",
}
