"""What is opened before any part is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Settings
from bot.domain.clock import Clock
from bot.http_calls import HttpCalls
from bot.media.worker.pool import WorkerPool
from bot.oxen.client import OxenClient
from bot.services.jobs.download import Workspace
from bot.services.ports import Conversations, PictureNormalizer
from bot.services.timing import Timing
from bot.store.database import Database
from bot.store.job_store import Store
from cogs.ui.texts import Catalogues


@dataclass(frozen=True, eq=False, kw_only=True)
class Resources:
    """The settings, and what reaches outside: the store, the Oxen client, the folder for videos, the pool of workers.

    ``wrap_conversations`` is put around the conversations in Discord.
    """

    settings: Settings
    store: Store
    client: OxenClient
    workspace: Workspace
    timing: Timing
    clock: Clock
    pool: WorkerPool
    normalizer: PictureNormalizer
    wrap_conversations: Callable[[Conversations], Conversations]
    oxen_calls: HttpCalls
    catalogues: Catalogues | None = None


@dataclass(frozen=True, eq=False)
class Subject:
    """Parts that belong together, built from the fields and from each other: each once, when somebody asks for it."""

    resources: Resources

    @property
    def settings(self) -> Settings:
        """What the operator set."""
        return self.resources.settings

    @property
    def store(self) -> Store:
        """The jobs."""
        return self.resources.store

    @property
    def database(self) -> Database:
        """The database, for the other stores."""
        return self.resources.store.database

    @property
    def client(self) -> OxenClient:
        """Oxen."""
        return self.resources.client

    @property
    def timing(self) -> Timing:
        """How long parts wait."""
        return self.resources.timing

    @property
    def clock(self) -> Clock:
        """What time it is."""
        return self.resources.clock
