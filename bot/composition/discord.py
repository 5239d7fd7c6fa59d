"""The Discord client, and what is said with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.media import MediaParts
from bot.composition.resources import Subject
from bot.composition.storage import StorageParts
from bot.services.languages import Languages
from bot.services.moderation.redact import RedactingConversations
from bot.services.ports import Conversations
from bot.services.spending.notices import NoticeSender
from bot.store.notices import NoticeStore
from cogs.adapter.conversations import DiscordConversations
from cogs.adapter.directory import DiscordDirectory
from cogs.adapter.notices import DiscordNoticeBoard
from cogs.client import TranslatedBot
from cogs.setup import build_client


@dataclass(frozen=True, eq=False)
class DiscordParts(Subject):
    """The client, and the ports that are carried out with it."""

    storage: StorageParts
    media: MediaParts

    @cached_property
    def bot(self) -> TranslatedBot:
        return build_client(self.timing, self.resources.catalogues)

    @cached_property
    def directory(self) -> DiscordDirectory:
        return DiscordDirectory(self.bot)

    @cached_property
    def adapter(self) -> DiscordConversations:
        bot = self.bot
        conversations = DiscordConversations(
            bot,
            self.resources.normalizer,
            self.storage.files,
            self.media.web,
            has_limits=lambda: bot.call_rate.has_limits,
            has_many_refusals=lambda: bot.refused_calls.are_many,
            catalogues=bot.catalogues,
        )
        conversations.board.strips = self.media.pictures
        return conversations

    @cached_property
    def unredacted_conversations(self) -> Conversations:
        return self.resources.wrap_conversations(self.adapter)

    @cached_property
    def conversations(self) -> Conversations:
        return RedactingConversations(self.unredacted_conversations, self.store)

    @cached_property
    def languages(self) -> Languages:
        return Languages(self.storage.accounts)

    @cached_property
    def notice_board(self) -> DiscordNoticeBoard:
        return DiscordNoticeBoard(self.bot, self.languages, self.bot.catalogues)

    @cached_property
    def notice_sender(self) -> NoticeSender:
        return NoticeSender(NoticeStore(self.database), self.notice_board, self.timing)
