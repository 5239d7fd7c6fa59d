"""All parts of one bot together, and what its commands and buttons call."""

from __future__ import annotations

from functools import cached_property

from pydantic import HttpUrl

from bot.composition.access import AccessParts
from bot.composition.discord import DiscordParts
from bot.composition.jobs import JobParts
from bot.composition.library import LibraryParts
from bot.composition.media import MediaParts
from bot.composition.operation import OperationParts
from bot.composition.requests import RequestParts
from bot.composition.resources import Resources, Subject
from bot.composition.results import ResultParts
from bot.composition.spending import SpendingParts
from bot.composition.storage import StorageParts
from bot.services.greetings import Greetings
from bot.services.jobs.job_history import JobHistory
from bot.services.jobs.transition_log import log_transition
from bot.services.jobs.video_list import VideoList
from bot.services.rate_limits import RequestRateLimit
from bot.services.services import Pages, Services
from bot.store.greetings import GreetingStore
from bot.store.personal_data import PersonalDataStore
from cogs.adapter.directory import follow_servers
from cogs.client import TranslatedBot


class Parts(Subject):
    """Every part of one bot, by its subject. Parts are built from resources, and from parts of subjects before them."""

    def __init__(self, resources: Resources) -> None:
        super().__init__(resources)
        self.storage = StorageParts(resources)
        self.media = MediaParts(resources)
        self.discord = DiscordParts(resources, self.storage, self.media)
        self.spending = SpendingParts(resources, self.storage, self.discord)
        self.access = AccessParts(resources, self.storage, self.discord, self.spending)
        self.library = LibraryParts(resources, self.storage, self.media, self.discord)
        self.jobs = JobParts(resources, self.media, self.discord, self.spending, self.access, self.library)
        self.requests = RequestParts(
            resources, self.storage, self.discord, self.spending, self.access, self.library, self.jobs
        )
        self.results = ResultParts(
            resources, self.storage, self.media, self.discord, self.spending, self.access, self.library, self.jobs
        )
        self.operation = OperationParts(
            resources, self.storage, self.media, self.discord, self.spending, self.access, self.library, self.jobs
        )

    @property
    def bot(self) -> TranslatedBot:
        """The Discord client."""
        return self.discord.bot

    def connect(self) -> None:
        """Have the parts hear of each other: of what is written, of servers, and of what people press."""
        self.store.observe(log_transition)
        self.store.observe(self.jobs.cards.follow)
        self.store.observe(self.requests.waiting_requests.follow)
        self.discord.adapter.board.frames = self.results.originals
        self.bot.services = self.services
        follow_servers(self.bot, self.access.control)

    @cached_property
    def services(self) -> Services:
        return Services(
            access=self.access.control,
            gate=self.access.gate,
            greetings=Greetings(GreetingStore(self.database, self.clock), self.access.gate, self.spending.operator),
            rate_limit=RequestRateLimit(self.settings.max_commands_per_minute),
            submitter=self.jobs.submitter,
            waiting_requests=self.requests.waiting_requests,
            models=self.spending.models,
            canceller=self.jobs.canceller,
            job_history=JobHistory(self.store, self.jobs.runner),
            videos=VideoList(self.storage.videos, self.storage.files),
            joiner=self.results.joiner,
            joined_results=self.results.joined_results,
            original_videos=self.results.originals,
            elements=self.library.elements,
            drafts=self.library.drafts,
            prompt_checks=self.library.prompt_checks,
            workbench=self.requests.workbench,
            picture_storage=self.library.picture_storage,
            content_policy=self.library.content_policy,
            personal_data=PersonalDataStore(self.database, self.clock),
            pages=Pages(privacy=_text_of(self.settings.privacy_url), terms=_text_of(self.settings.terms_url)),
            result_moderator=self.results.result_moderator,
            result_copies=self.jobs.copies,
            content_admin=self.operation.content_admin,
            runner=self.jobs.runner,
            reconciler=self.jobs.reconciler,
            quotas=self.spending.quotas,
            guild_admin=self.operation.guild_admin,
            operator=self.operation.operator_control,
            operator_jobs=self.operation.operator_jobs,
            notice_sender=self.discord.notice_sender,
            languages=self.discord.languages,
            price_monitor=self.spending.price_monitor,
            credit=self.spending.credit,
            charges=self.spending.charges,
            retention=self.operation.retention,
            shutdown_guard=self.access.shutdown_guard,
            answer_turns=self.access.answer_turns,
            drain=self.access.drain,
        )


def _text_of(url: HttpUrl | None) -> str | None:
    return None if url is None else str(url)
