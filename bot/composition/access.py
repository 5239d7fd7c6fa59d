"""Who may use the bot, and when nothing new is let in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.discord import DiscordParts
from bot.composition.resources import Subject
from bot.composition.spending import SpendingParts
from bot.composition.storage import StorageParts
from bot.services.access import AccessControl
from bot.services.answer_turns import AnswerTurns
from bot.services.drain import Drain
from bot.services.gate import Gate
from bot.services.shutdown_guard import ShutdownGuard
from bot.store.access import AccessStore
from bot.store.gate import GateStore


@dataclass(frozen=True, eq=False)
class AccessParts(Subject):
    """Who is let in, and when."""

    storage: StorageParts
    discord: DiscordParts
    spending: SpendingParts

    @cached_property
    def control(self) -> AccessControl:
        return AccessControl(
            AccessStore(self.database, self.clock),
            self.discord.directory,
            self.discord.notice_sender,
            self.clock,
            servers=self.settings.servers,
            server_ids=self.settings.server_ids,
            channel_id=self.spending.operator.channel_id,
        )

    @cached_property
    def gate(self) -> Gate:
        return Gate(self.control, GateStore(self.database))

    @cached_property
    def shutdown_guard(self) -> ShutdownGuard:
        return ShutdownGuard()

    @cached_property
    def answer_turns(self) -> AnswerTurns:
        return AnswerTurns()

    @cached_property
    def drain(self) -> Drain:
        return Drain(self.store, self.storage.joins)
