"""What people keep, and what is checked of their requests."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.discord import DiscordParts
from bot.composition.media import MediaParts
from bot.composition.resources import Subject
from bot.composition.storage import StorageParts
from bot.config import Settings
from bot.services.library.picture_comparison import PictureComparison
from bot.services.library.picture_storage import PictureStorage, StorageLimits
from bot.services.library.prompt_checks import PromptChecks
from bot.services.library.reference_drafts import ReferenceDrafts
from bot.services.library.saved_elements import ElementLibrary
from bot.services.moderation.content_policy import ContentPolicy
from bot.word_file import read_words

_MEGABYTE = 1_000_000


@dataclass(frozen=True, eq=False)
class LibraryParts(Subject):
    """Pictures, saved elements, drafts, and the checks of a request."""

    storage: StorageParts
    media: MediaParts
    discord: DiscordParts

    @cached_property
    def content_policy(self) -> ContentPolicy:
        return ContentPolicy(
            self.storage.moderation,
            _blocked_words_of(self.settings),
            is_moderated=self.settings.moderation_url is not None,
        )

    @cached_property
    def picture_storage(self) -> PictureStorage:
        limits = StorageLimits(most=self.settings.max_saved_mb * _MEGABYTE)
        return PictureStorage(
            self.discord.adapter.board, self.resources.normalizer, self.storage.files, self.storage.library, limits
        )

    @cached_property
    def picture_comparison(self) -> PictureComparison:
        return PictureComparison(self.discord.adapter.board, self.media.pictures)

    @cached_property
    def elements(self) -> ElementLibrary:
        return ElementLibrary(
            self.storage.library, self.picture_storage, self.content_policy, limit=self.settings.max_saved_elements
        )

    @cached_property
    def drafts(self) -> ReferenceDrafts:
        return ReferenceDrafts(self.storage.library, self.picture_storage)

    @cached_property
    def prompt_checks(self) -> PromptChecks:
        return PromptChecks(self.storage.pending_requests, self.storage.library, self.clock)


def _blocked_words_of(settings: Settings) -> tuple[str, ...]:
    """The operator's own words that prompts may not hold anywhere."""
    return () if settings.blocked_words_file is None else read_words(settings.blocked_words_file)
