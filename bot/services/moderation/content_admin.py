"""What a server's admins set about what is made there: words, age-restricted channels, the prompt log, mentions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.actor import Actor
from bot.domain.moderation import MAX_WORD_CHARS, OutsideAgeRestricted, word_key
from bot.errors import RequestError
from bot.services.spending.notices import NoticeSender
from bot.store.admin import AdminStore, AuditEntry
from bot.store.moderation import ModerationStore
from bot.text import Channel, Quote, Text, text

_CHOICES: Final = 25


class ContentAdmin:
    """What ``/admin words`` and the content settings of ``/admin settings`` do."""

    def __init__(self, store: ModerationStore, administration: AdminStore, notices: NoticeSender) -> None:
        self._store = store
        self._administration = administration
        self._notices = notices

    async def words(self, admin: Actor) -> Sequence[str]:
        """The words that prompts may not hold in the server."""
        return (await self._store.rules(admin.guild_id)).words

    async def choices(self, admin: Actor, typed: str) -> Sequence[str]:
        """Those of them that hold what was typed so far, at most 25."""
        key = word_key(typed)
        return [word for word in await self.words(admin) if key in word_key(word)][:_CHOICES]

    async def add_words(self, admin: Actor, given: str) -> Sequence[str]:
        """Add a word or phrase, or several with commas between them; those that are new.

        Raises:
            RequestError: one is none or too long, or there would be too many; nothing was changed.
        """
        words = [" ".join(word.split()) for word in re.split("[,，、]", given) if word.strip()]
        if not words:
            raise RequestError(text("admin.words.not_a_word", word=Quote(given)))
        for word in words:
            if not word_key(word):
                raise RequestError(text("admin.words.not_a_word", word=Quote(word)))
            if len(word) > MAX_WORD_CHARS:
                raise RequestError(text("admin.words.too_long", limit=MAX_WORD_CHARS))

        def describe(new: Sequence[str]) -> AuditEntry:
            return self._entry(admin, "words", text("audit.words_added", count=len(new)))

        new = await self._administration.add_words(admin.guild_id, words, describe)
        self._notices.wake()
        return new

    async def remove_word(self, admin: Actor, word: str) -> str:
        """Take a word off the list; as it stood there.

        Raises:
            RequestError: it is not on it.
        """

        def describe(_removed: str) -> AuditEntry:
            return self._entry(admin, "words", text("audit.word_removed"))

        removed = await self._administration.remove_word(admin.guild_id, word, describe)
        if removed is None:
            raise RequestError(text("admin.words.unknown", word=Quote(word)))
        self._notices.wake()
        return removed

    async def set_outside_age_restricted(self, admin: Actor, outside: OutsideAgeRestricted) -> None:
        """Say what becomes of videos in channels that are not age-restricted."""
        await self._change(admin, {"outside_age_restricted": outside}, text(f"audit.outside.{outside}"))

    async def set_prompt_log(self, admin: Actor, channel_id: int | None) -> None:
        """Say where prompts are posted for moderators, or (``None``) that they are not."""
        said = (
            text("audit.no_prompt_log") if channel_id is None else text("audit.prompt_log", channel=Channel(channel_id))
        )
        await self._change(admin, {"prompt_log_channel_id": channel_id}, said)

    async def set_mentions(self, admin: Actor, *, are_taken: bool) -> None:
        """Say whether a mention of the bot with a prompt makes a video."""
        said = text("audit.mentions.on" if are_taken else "audit.mentions.off")
        await self._change(admin, {"takes_mentions": int(are_taken)}, said)

    async def _change(self, admin: Actor, changes: dict[str, object], said: Text) -> None:
        await self._administration.change_server(changes, self._entry(admin, "content", said))
        self._notices.wake()

    def _entry(self, admin: Actor, action: str, sentence: Text) -> AuditEntry:
        return AuditEntry(guild_id=admin.guild_id, by=admin.user_id, action=action, sentence=sentence)
