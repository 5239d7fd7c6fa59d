"""What can be done with finished videos."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.access import AccessParts
from bot.composition.discord import DiscordParts
from bot.composition.jobs import JobParts
from bot.composition.library import LibraryParts
from bot.composition.media import MediaParts
from bot.composition.resources import Subject
from bot.composition.spending import SpendingParts
from bot.composition.storage import StorageParts
from bot.services.jobs.join import ShotJoiner
from bot.services.jobs.join_files import JoinFiles
from bot.services.jobs.joined_results import JoinedResults
from bot.services.jobs.original_video import OriginalVideos
from bot.services.moderation.results import JobResultModerator


@dataclass(frozen=True, eq=False)
class ResultParts(Subject):
    """The original, a join, and what is pressed under a result."""

    storage: StorageParts
    media: MediaParts
    discord: DiscordParts
    spending: SpendingParts
    access: AccessParts
    library: LibraryParts
    jobs: JobParts

    @cached_property
    def originals(self) -> OriginalVideos:
        return OriginalVideos(
            self.store, self.client, self.jobs.downloader, self.jobs.confirmations, self.storage.files
        )

    @cached_property
    def joiner(self) -> ShotJoiner:
        files = JoinFiles(
            self.store,
            self.jobs.downloader,
            self.jobs.confirmations,
            self.media.fitter,
            self.resources.workspace,
            self.timing,
            self.clock,
        )
        return ShotJoiner(
            self.storage.joins,
            self.storage.videos,
            files,
            self.discord.unredacted_conversations,
            self.jobs.upload_limits,
            self.library.content_policy,
            self.discord.languages,
            self.access.shutdown_guard,
            self.access.drain,
            self.timing,
            self.clock,
        )

    @cached_property
    def joined_results(self) -> JoinedResults:
        return JoinedResults(
            self.storage.joins,
            self.store,
            self.storage.moderation,
            self.discord.unredacted_conversations,
            self.library.content_policy,
            self.access.shutdown_guard,
            self.discord.notice_sender,
            operator_channel_id=self.spending.operator.channel_id,
        )

    @cached_property
    def result_moderator(self) -> JobResultModerator:
        return JobResultModerator(
            self.store,
            self.storage.moderation,
            self.discord.conversations,
            self.jobs.cards,
            self.discord.notice_sender,
            operator_channel_id=self.spending.operator.channel_id,
        )
