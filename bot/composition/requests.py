"""Requests that are not made yet."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.access import AccessParts
from bot.composition.discord import DiscordParts
from bot.composition.jobs import JobParts
from bot.composition.library import LibraryParts
from bot.composition.resources import Subject
from bot.composition.spending import SpendingParts
from bot.composition.storage import StorageParts
from bot.services.jobs.waiting_requests import WaitingRequests
from bot.services.library.workbench import Workbench
from cogs.adapter.waiting_places import DiscordWaitingPlaces


@dataclass(frozen=True, eq=False)
class RequestParts(Subject):
    """The workbench, and what waits for its turn."""

    storage: StorageParts
    discord: DiscordParts
    spending: SpendingParts
    access: AccessParts
    library: LibraryParts
    jobs: JobParts

    @cached_property
    def workbench(self) -> Workbench:
        return Workbench(
            self.library.prompt_checks,
            self.library.elements,
            self.spending.models,
            self.jobs.submitter,
            self.spending.quotas,
            self.library.picture_comparison,
        )

    @cached_property
    def waiting_requests(self) -> WaitingRequests:
        return WaitingRequests(
            self.storage.waiting_requests,
            DiscordWaitingPlaces(self.discord.bot, self.discord.bot.catalogues),
            self.library.prompt_checks,
            self.jobs.submitter,
            self.spending.models,
            self.library.elements,
            self.library.drafts,
            self.library.picture_storage,
            self.access.gate,
            self.spending.operator,
            self.jobs.runner,
            self.discord.languages,
            self.access.drain,
            self.timing,
            self.clock,
        )
