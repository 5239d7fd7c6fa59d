"""Administering: what an admin of a server may set, see and stop there. Who may call it is Discord's to say."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.actor import Actor
from bot.domain.budget import Budget
from bot.domain.clock import Clock
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job
from bot.domain.model_rule import ONE, ModelRule
from bot.domain.periods import calendar, parse_expiry
from bot.domain.policy import Access, Level, Rule
from bot.domain.quota import QuotaView
from bot.domain.result_place import ResultPlace
from bot.domain.saved_element import name_key
from bot.domain.usage import Report, Span
from bot.errors import RequestError
from bot.services.jobs.cancel import JobCanceller
from bot.services.languages import Languages
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.notices import NoticeSender
from bot.services.spending.rule_texts import model_rule_text, rule_text, subject_value
from bot.store.admin import AdminStore, AuditEntry
from bot.store.database import ANSWER_SECONDS
from bot.store.job_store import Store
from bot.store.quota import QuotaStore
from bot.text import Channel, Quote, Text, Usd, User, Value, text

_SHOWN: Final = 10
_CHANGES_SHOWN: Final = 20
_MAX_CHANNELS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Unblocked:
    """What came of unblocking somebody: their own rule, if a block of theirs was undone, and who blocks them still."""

    rule: Rule | None
    blocked_by: Sequence[tuple[Level, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an admin did: when, who, and a sentence that goes on from their name."""

    at: datetime
    by: int
    sentence: Text


class GuildAdmin:
    """What ``/admin`` does, in the admin's own server: nothing here reaches into another."""

    def __init__(
        self,
        store: Store,
        accounts: QuotaStore,
        administration: AdminStore,
        canceller: JobCanceller,
        notices: NoticeSender,
        languages: Languages,
        operator: OperatorDefaults,
        clock: Clock,
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._administration = administration
        self._canceller = canceller
        self._notices = notices
        self._languages = languages
        self._operator = operator
        self._clock = clock

    async def server(self, admin: Actor) -> GuildSettings:
        """The server's settings."""
        return await self._accounts.server(admin.guild_id)

    async def rules(self, admin: Actor) -> Sequence[tuple[Level, int, Rule]]:
        """Every rule of the server."""
        return await self._accounts.rules(admin.guild_id)

    async def quota(self, admin: Actor, user_id: int, role_ids: Collection[int]) -> QuotaView:
        """What holds for one member, and what is left of it."""
        operator = self._operator
        return await self._accounts.quota(user_id, admin.guild_id, role_ids, operator.policy, operator.ceilings)

    @property
    def operator(self) -> OperatorDefaults:
        """What holds where a server says nothing."""
        return self._operator

    async def set_rule(
        self, admin: Actor, level: Level, subject_id: int, limits: Mapping[str, int], access: Access | None
    ) -> Rule:
        """Set some limits of a rule; the others stay as they are.

        Raises:
            RequestError: nothing was given to set.
        """
        if not limits and access is None:
            raise RequestError(text("admin.nothing_to_set"))
        who = subject_value(level, subject_id)

        def change(rule: Rule) -> Rule:
            changes: dict[str, int | Access] = {**limits}
            if access is not None:
                changes["access"] = access
            return dataclasses.replace(rule, **changes)  # type: ignore[arg-type]

        def describe(rule: Rule) -> AuditEntry:
            return self._entry(admin, "quota set", text("audit.rule_set", who=who, rule=rule_text(rule)))

        return await self._change_rule(admin, level, subject_id, change, describe)

    async def set_model_rule(
        self, admin: Actor, model_id: str, name: str, *, factor: float | None, is_allowed: bool | None
    ) -> ModelRule:
        """Say how much each second of a model counts, to a tenth, or whether it may be used. ``name`` is for people.

        Raises:
            RequestError: nothing was given to set.
        """
        if factor is None and is_allowed is None:
            raise RequestError(text("admin.nothing_to_set"))

        def change(rule: ModelRule) -> ModelRule:
            tenths = rule.tenths if factor is None else max(1, round(factor * ONE))
            return ModelRule(tenths=tenths, is_allowed=rule.is_allowed if is_allowed is None else is_allowed)

        def describe(rule: ModelRule) -> AuditEntry:
            done = text("audit.model_rule", model=Quote(name), rule=model_rule_text(rule))
            return self._entry(admin, "quota model", done)

        after = await self._administration.change_model_rule(admin.guild_id, model_id, change, describe)
        self._notices.wake()
        return after

    async def model_rules(self, admin: Actor) -> Mapping[str, ModelRule]:
        """The server's rules about models, by their ids."""
        return await self._accounts.model_rules(admin.guild_id)

    async def clear_rule(self, admin: Actor, level: Level, subject_id: int) -> None:
        """Remove a rule."""
        entry = self._entry(admin, "quota clear", text("audit.rule_removed", who=subject_value(level, subject_id)))
        await self._change_rule(admin, level, subject_id, lambda _rule: Rule(), lambda _rule: entry)

    async def block(self, admin: Actor, user_id: int) -> None:
        """Let a member make no more videos."""
        entry = self._entry(admin, "block", text("audit.blocked", user=User(user_id)))
        blocked = Access.BLOCKED
        await self._change_rule(
            admin, Level.USER, user_id, lambda rule: dataclasses.replace(rule, access=blocked), lambda _rule: entry
        )

    async def unblock(self, admin: Actor, user_id: int, role_ids: Collection[int]) -> Unblocked:
        """Undo a member's own block, so that they are let in as before it. Roles or the server may still block them."""
        entry = self._entry(admin, "unblock", text("audit.unblocked", user=User(user_id)))
        rule = await self._administration.unblock(user_id, entry)
        if rule is not None:
            self._notices.wake()
        policy = (await self.quota(admin, user_id, role_ids)).policy
        level = policy.sources["access"] if policy.is_blocked else None
        whose = {user_id, *role_ids, 0}
        blocking = [(at, who) for at, who, _ in await self.rules(admin) if at is level and who in whose]
        return Unblocked(rule=rule, blocked_by=blocking)

    async def grant(self, admin: Actor, user_id: int, seconds: int, expires: str | None) -> datetime | None:
        """Give a member extra seconds; until when they can be used.

        Raises:
            RequestError: ``expires`` can't be read.
        """
        server = await self.server(admin)
        until = None if expires is None else parse_expiry(expires, self._clock(), server.calendar)
        granted = text("audit.granted", user=User(user_id), seconds=seconds)
        if until is not None:
            granted = text("audit.granted_until", user=User(user_id), seconds=seconds, until=until)
        entry = self._entry(admin, "grant", granted)
        await self._administration.grant(user_id, seconds, until, entry)
        self._notices.wake()
        return until

    async def set_budget(self, admin: Actor, changes: Mapping[str, int | None]) -> Budget:
        """Set (micro-dollars) or remove (``None``) the ceilings ``day`` and ``month``; those that hold then."""
        budget = dataclasses.replace((await self.server(admin)).budget, **changes)
        entry = self._entry(
            admin, "budget", text("audit.budget", day=_ceiling(budget.day), month=_ceiling(budget.month))
        )
        await self._administration.change_server({f"budget_{name}": value for name, value in changes.items()}, entry)
        self._notices.wake()
        return budget

    async def set_time_zone(self, admin: Actor, zone: str) -> None:
        """Say where days and months begin.

        Raises:
            RequestError: there is no such zone.
        """
        name = calendar(zone.strip()).zone.key
        entry = self._entry(admin, "time zone", text("audit.time_zone", zone=name))
        await self._administration.change_server({"time_zone": name}, entry)
        self._notices.wake()

    async def set_language(self, admin: Actor, language: str | None, name: str = "") -> None:
        """Say which language channels read, by Discord's name of it; ``name`` is its own. ``None``: no choice."""
        done = text("audit.language_automatic") if language is None else text("audit.language", language=name)
        await self._administration.change_server({"language": language}, self._entry(admin, "language", done))
        self._languages.note_server(admin.guild_id, language)
        self._notices.wake()

    async def set_results(self, admin: Actor, place: ResultPlace) -> None:
        """Say where videos are posted that are asked for from now on."""
        entry = self._entry(admin, "results", text(f"audit.results.{place}"))
        await self._administration.change_server({"results": place}, entry)
        self._notices.wake()

    async def set_notice_channel(self, admin: Actor, channel_id: int | None) -> None:
        """Say where changes and budgets are told, or (``None``) nowhere."""
        where = text("audit.notices_off")
        if channel_id is not None:
            where = text("audit.notices", channel=Channel(channel_id))
        entry = self._entry(admin, "notices", where)
        await self._administration.change_server({"notice_channel_id": channel_id}, entry)
        self._notices.wake()

    async def allow_channel(self, admin: Actor, channel_id: int) -> None:
        """Let the bot be used in a channel: in the listed ones alone, once there is one.

        Raises:
            RequestError: there are too many already.
        """
        if len((await self.server(admin)).channels) >= _MAX_CHANNELS:
            raise RequestError(text("admin.too_many_channels", limit=_MAX_CHANNELS))
        entry = self._entry(admin, "channels", text("audit.channel_allowed", channel=Channel(channel_id)))
        await self._administration.allow_channel(channel_id, entry)
        self._notices.wake()

    async def set_channels(self, admin: Actor, channel_ids: Collection[int]) -> None:
        """Let the bot be used in these channels alone; everywhere, where there are none.

        Raises:
            RequestError: there are too many.
        """
        if len(channel_ids) > _MAX_CHANNELS:
            raise RequestError(text("admin.too_many_channels", limit=_MAX_CHANNELS))
        sentence = text("audit.all_channels")
        if channel_ids:
            sentence = text("audit.channels_set", channels=tuple(map(Channel, sorted(channel_ids))))
        await self._administration.set_channels(channel_ids, self._entry(admin, "channels", sentence))
        self._notices.wake()

    async def forget_channel(self, admin: Actor, channel_id: int | None) -> None:
        """Take a channel off the list, or (``None``) let the bot be used everywhere."""
        done = text("audit.all_channels")
        if channel_id is not None:
            done = text("audit.channel_removed", channel=Channel(channel_id))
        await self._administration.forget_channel(channel_id, self._entry(admin, "channels", done))
        self._notices.wake()

    async def usage(self, admin: Actor, span: Span) -> Report:
        """What was used in the server."""
        return await self._accounts.usage(admin.guild_id, span)

    async def running(self, admin: Actor) -> tuple[int, Sequence[Job]]:
        """How many videos are in the making in the server, and the oldest of them."""
        return await self._accounts.running(admin.guild_id, _SHOWN)

    async def cancel(self, admin: Actor, job_id: str) -> Job:
        """Cancel anybody's video in the server.

        Raises:
            RequestError: there is nothing to cancel; the sentence says why.
        """
        job = await self._store.find(job_id, within=ANSWER_SECONDS)
        if job is None or job.guild_id != admin.guild_id:
            raise RequestError(text("note.nothing_to_cancel"))
        entry = self._entry(admin, "cancel", text("audit.canceled", user=User(job.user_id), made=job.request.media))
        await self._administration.wish_cancelled(job_id, entry)
        self._notices.wake()
        return await self._canceller.cancel(job_id, user_id=admin.user_id, is_moderator=True)

    async def changes(self, admin: Actor) -> Sequence[Change]:
        """What admins of the server changed last, newest first."""
        lines = await self._accounts.audit(admin.guild_id, _CHANGES_SHOWN)
        return [Change(at=at, by=by, sentence=sentence) for at, by, _action, sentence in lines]

    async def unshare(self, admin: Actor, name: str) -> tuple[str, int]:
        """Have an element be shared in the server no more; its owner keeps it. Its name, and whose it is.

        Raises:
            RequestError: nobody shares one of that name there.
        """

        def describe(name: str, owner_id: int) -> AuditEntry:
            return self._entry(admin, "element", text("audit.unshared", name=Quote(name), owner=User(owner_id)))

        done = await self._administration.unshare(admin.guild_id, name_key(name), describe)
        if done is None:
            raise RequestError(text("admin.not_shared"))
        self._notices.wake()
        return done

    async def _change_rule(
        self,
        admin: Actor,
        level: Level,
        subject_id: int,
        change: Callable[[Rule], Rule],
        describe: Callable[[Rule], AuditEntry],
    ) -> Rule:
        rule = await self._administration.change_rule(admin.guild_id, level, subject_id, change, describe)
        self._notices.wake()
        return rule

    def _entry(self, admin: Actor, action: str, sentence: Text) -> AuditEntry:
        return AuditEntry(guild_id=admin.guild_id, by=admin.user_id, action=action, sentence=sentence)


def _ceiling(amount: int | None) -> Value:
    return text("admin_card.no_limit") if amount is None else Usd(amount)
