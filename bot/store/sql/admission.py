"""Accepting a job: every limit is checked and everything is written in one transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from bot.domain.actor import Actor
from bot.domain.budget import Budget, Payer, Spending, Warning80, check_budget
from bot.domain.ceilings import Ceilings, Everywhere, check_account_age
from bot.domain.guild_settings import GuildSettings
from bot.domain.idempotency import IdempotencyKey
from bot.domain.job import Job
from bot.domain.periods import UTC_CALENDAR
from bot.domain.policy import Policy
from bot.domain.quota import QuotaView, Standing, check_quota, view_quota
from bot.store import pending_requests
from bot.store.sql import guilds, jobs, ledger, operator_state, policies, totals, waiting_requests
from bot.text import Channel, Quote, Usd, User, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Beside the job itself: who asks, where, and what the operator lets anybody have.

    ``operator_channel_id`` is told when the operator's budget is nearly used up; 0 is the log. ``pending_id`` is the
    pending request that is made, if it is one, ``waiting_id`` the waiting one. ``keys`` tell whether it is the same
    wish as one before.
    """

    actor: Actor
    ceilings: Ceilings = field(default_factory=Ceilings)
    operator_channel_id: int = 0
    pending_id: str | None = None
    waiting_id: str | None = None
    keys: tuple[IdempotencyKey, ...] = ()


class Accepted(NamedTuple):
    """The jobs of one request as they were written, and whether there are notices to send."""

    jobs: Sequence[Job]
    has_notice: bool


def accept(
    connection: sqlite3.Connection, wanted: Sequence[Job], policy: Policy, asking: Admission, now: datetime
) -> Accepted:
    """Write the jobs of one request and hold their seconds and cost, if every limit has room.

    Raises:
        QuotaError: there is no room for all of them; the caller's transaction must not be kept.
        RequestError: its model may not be used in this server.
        NotAllowedError: not in this channel, or banned.
        StaleError: its pending or waiting request was made already.
    """
    if asking.pending_id is not None:
        pending_requests.take(connection, asking.pending_id, wanted[0].user_id, now)
    if asking.waiting_id is not None:
        waiting_requests.take(connection, asking.waiting_id, wanted[0].user_id)
    accepted = [
        _accept_one(connection, job, policy, asking, now, count=len(wanted) - index) for index, job in enumerate(wanted)
    ]
    return Accepted([job for job, _ in accepted], any(is_told for _, is_told in accepted))


def _accept_one(
    connection: sqlite3.Connection, job: Job, policy: Policy, asking: Admission, now: datetime, *, count: int
) -> tuple[Job, bool]:
    """Write a job that is followed by others, ``count`` with it; the job as it was written, and whether to notify."""
    ceilings = asking.ceilings
    operator_state.check(connection, job.user_id, job.guild_id, now)
    check_account_age(job.user_id, ceilings.min_account_age, now)
    server = guilds.find(connection, job.guild_id)
    server.check_channel(asking.actor.channel_ids)
    view = quota_view(connection, server, job.user_id, asking.actor.role_ids, policy, now, ceilings)
    rule = view.rule_of(job.model)
    rule.check(job.request.model_name or job.model or "")
    counted = rule.counted(job.seconds)
    made = job.request.media
    charge = check_quota(view, job.seconds, count, counted=counted, made=made)
    job = replace(
        job,
        quota_seconds=None if counted == job.seconds else counted,
        results=server.results,
        hint=view.everywhere.hint(count * job.seconds),
    )
    warnings = [
        *check_budget(_spending_of_server(connection, server, now), job.cost_micros, made),
        *check_budget(_spending_of_share(connection, server.guild_id, ceilings, now), job.cost_micros, made),
        *check_budget(_spending_of_all(connection, ceilings.budget, now), job.cost_micros, made),
    ]
    jobs.insert(connection, job)
    jobs.append_history(connection, job.id, None, job.state, "accepted", now)
    ledger.reserve(
        connection,
        job,
        granted=charge.granted,
        day=server.calendar.day(now),
        utc_day=UTC_CALENDAR.day(now),
        now=now,
    )
    policies.use_grants(connection, job.id, charge)
    told = [job.leader_id is None and _log_prompt(connection, server, job, now)]
    told += [_warn(connection, server, asking.operator_channel_id, warning, now) for warning in warnings]
    return job, operator_state.warn_of_rate(connection, ceilings, asking.operator_channel_id, now) or any(told)


def _log_prompt(connection: sqlite3.Connection, server: GuildSettings, job: Job, now: datetime) -> bool:
    """Have a prompt posted where the server's admins want it; whether they do."""
    channel_id = server.content.prompt_log_channel_id
    if channel_id is None:
        return False
    said = text(
        "notice.prompt", user=User(job.user_id), channel=Channel(job.channel_id), prompt=Quote(job.request.prompt)
    )
    guilds.notify(connection, channel_id, said, now)
    return True


def quota_view(
    connection: sqlite3.Connection,
    server: GuildSettings,
    user_id: int,
    role_ids: Collection[int],
    operator: Policy,
    now: datetime,
    ceilings: Ceilings,
) -> QuotaView:
    """What one person has in one server now, and what is left of it, there and everywhere."""
    rules = policies.rules_for(connection, server.guild_id, user_id, role_ids)
    day, month = server.calendar.day(now), server.calendar.month(now)
    periods = totals.of_user(connection, server.guild_id, user_id, day, month)
    standing = Standing(
        day=totals.tally(periods.get(day)),
        month=totals.tally(periods.get(month)),
        active=jobs.count_active(connection, user_id, server.guild_id),
        grants=policies.live_grants(connection, server.guild_id, user_id, now),
    )
    return view_quota(
        rules.resolve(operator),
        standing,
        now,
        server.calendar,
        is_server=bool(server.guild_id),
        everywhere=Everywhere(
            limit=ceilings.person_seconds,
            taken=totals.of_person(connection, user_id, UTC_CALENDAR.day(now)),
            ends=UTC_CALENDAR.day_end(now),
        ),
        models=policies.model_rules(connection, server.guild_id),
    )


def _spending_of_server(connection: sqlite3.Connection, server: GuildSettings, now: datetime) -> Spending:
    day_name, month_name = server.calendar.day(now), server.calendar.month(now)
    day, month = (0, 0)
    if server.budget.is_set:
        day, month = totals.spent_by_server(connection, server.guild_id, day_name, month_name)
    return Spending(
        payer=Payer.SERVER,
        budget=server.budget,
        day=day,
        month=month,
        day_name=day_name,
        month_name=month_name,
        day_ends=server.calendar.day_end(now),
        month_ends=server.calendar.month_end(now),
    )


def _spending_of_share(connection: sqlite3.Connection, guild_id: int, ceilings: Ceilings, now: datetime) -> Spending:
    """The operator's ceiling over one server, by the operator's days: no admin's time zone moves them."""
    day_name, share = UTC_CALENDAR.day(now), ceilings.share_per_day
    day = 0 if share is None else totals.share_of(connection, guild_id, day_name)
    return Spending(
        payer=Payer.SHARE if guild_id else Payer.DIRECT,
        budget=Budget(day=share),
        day=day,
        month=0,
        day_name=day_name,
        month_name=UTC_CALENDAR.month(now),
        day_ends=UTC_CALENDAR.day_end(now),
        month_ends=UTC_CALENDAR.month_end(now),
    )


def _spending_of_all(connection: sqlite3.Connection, budget: Budget, now: datetime) -> Spending:
    day_name, month_name = UTC_CALENDAR.day(now), UTC_CALENDAR.month(now)
    day, month = (0, 0)
    if budget.is_set:
        day, month = totals.spent_by_all(connection, day_name, month_name)
    return Spending(
        payer=Payer.OPERATOR,
        budget=budget,
        day=day,
        month=month,
        day_name=day_name,
        month_name=month_name,
        day_ends=UTC_CALENDAR.day_end(now),
        month_ends=UTC_CALENDAR.month_end(now),
    )


def _warn(
    connection: sqlite3.Connection, server: GuildSettings, operator_channel_id: int, warning: Warning80, now: datetime
) -> bool:
    """Write a notice about a budget, once a period; whether one was written."""
    is_servers = warning.payer in (Payer.SERVER, Payer.SHARE)
    channel_id = server.notice_channel_id if is_servers else operator_channel_id
    if channel_id is None:
        return False
    whose = totals.OPERATOR if warning.payer is Payer.OPERATOR else server.guild_id
    is_share = warning.payer in (Payer.SHARE, Payer.DIRECT)
    if not guilds.warn_once(connection, whose, f"share {warning.period}" if is_share else warning.period):
        return False
    notice = text(
        f"budget.warning.{warning.payer}.{warning.kind}",
        spent=Usd(warning.spent),
        ceiling=Usd(warning.ceiling),
        period=warning.period,
    )
    guilds.notify(connection, channel_id, notice, now)
    return True
