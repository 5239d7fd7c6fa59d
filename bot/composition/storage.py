"""The stores in the database and the pictures beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.resources import Subject
from bot.store import data_folders
from bot.store.admin import AdminStore
from bot.store.joins import JoinStore
from bot.store.library import LibraryStore
from bot.store.moderation import ModerationStore
from bot.store.operator_state import OperatorStateStore
from bot.store.pending_requests import PendingRequestStore
from bot.store.picture_files import PictureFiles
from bot.store.quota import QuotaStore
from bot.store.videos import VideoStore
from bot.store.waiting_requests import WaitingRequestStore

_MEGABYTE = 1_000_000


@dataclass(frozen=True, eq=False)
class StorageParts(Subject):
    """The stores that several parts share; what one part alone reads is built beside that part."""

    @cached_property
    def accounts(self) -> QuotaStore:
        return QuotaStore(self.database, self.clock)

    @cached_property
    def files(self) -> PictureFiles:
        return PictureFiles(data_folders.pictures_folder(self.settings.database_path))

    @cached_property
    def library(self) -> LibraryStore:
        return LibraryStore(self.database, self.clock, max_bytes_of_user=self._max_bytes_of_user)

    @property
    def _max_bytes_of_user(self) -> int:
        return self.settings.max_saved_mb_per_user * _MEGABYTE

    @cached_property
    def pending_requests(self) -> PendingRequestStore:
        return PendingRequestStore(self.database, self.clock)

    @cached_property
    def moderation(self) -> ModerationStore:
        return ModerationStore(self.database, self.clock)

    @cached_property
    def administration(self) -> AdminStore:
        return AdminStore(self.database, self.clock)

    @cached_property
    def operator_state(self) -> OperatorStateStore:
        return OperatorStateStore(self.database, self.clock)

    @cached_property
    def videos(self) -> VideoStore:
        return VideoStore(self.database, self.clock)

    @cached_property
    def joins(self) -> JoinStore:
        return JoinStore(self.database, self.clock)

    @cached_property
    def waiting_requests(self) -> WaitingRequestStore:
        return WaitingRequestStore(self.database, self.clock, max_bytes_of_user=self._max_bytes_of_user)
