"""The ledger and the state machine against a small model: any order of events keeps the books right.

The model knows of each job only what was asked and what became of it. Policies, grants, months, time zones, budgets,
models that count more or less, the operator's ceilings and both books (seconds, dollars) are settled here a second
time, by summing over all jobs.
"""

import asyncio
import math
import sqlite3
import tempfile
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from bot.domain.actor import Actor
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.job import ENDED, TRANSITIONS, JobState
from bot.domain.model_rule import ModelRule
from bot.domain.policy import LIMITS, NO_LIMIT, Access, Level, Policy, Rule
from bot.domain.usage import Span
from bot.errors import IllegalTransition, QuotaError, RequestError, StoreError
from bot.store.admin import AdminStore, AuditEntry
from bot.store.erasure import ErasureStore
from bot.store.job_store import Store
from bot.store.payments import PaymentStore
from bot.store.quota import QuotaStore
from bot.store.sql.admission import Accepted, Admission
from bot.text import verbatim
from sandbox.new_database import place_new_database
from tests.support import job, request

pytestmark = pytest.mark.exhaustive

T = TypeVar("T")
OPERATOR = Policy(daily_seconds=40, max_active=6, monthly_seconds=70)
RUNNING = {JobState.ACCEPTED, JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING}
GIVEN_BACK = ENDED - {JobState.DELIVERED}
PRICE = 100_000
USERS, GUILDS, ROLES = (7, 8), (9, 10), (21, 22)
ZONES = ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Africa/Cairo")
SUBJECTS = (
    *((Level.USER, user) for user in USERS),
    *((Level.ROLE, role) for role in ROLES),
    (Level.SERVER, 0),
)
people = st.tuples(st.sampled_from(USERS), st.sampled_from(GUILDS))
a_rule = st.builds(
    Rule,
    daily_seconds=st.none() | st.sampled_from([0, 10, 25, 60]),
    monthly_seconds=st.none() | st.sampled_from([0, 20, 55, 200]),
    max_active=st.none() | st.sampled_from([0, 1, 5]),
    max_duration=st.none() | st.sampled_from([5, 10]),
    access=st.sampled_from([Access.NORMAL, Access.NORMAL, Access.BLOCKED, Access.UNLIMITED]),
)


MODELS = ("dear", "cheap")
model_rules = st.builds(
    ModelRule, tenths=st.sampled_from([1, 7, 10, 25, 100]), is_allowed=st.sampled_from([True, True, False])
)
budgets = st.builds(
    Budget,
    day=st.none() | st.sampled_from([0, 1_500_000, 4_000_000]),
    month=st.none() | st.sampled_from([3_000_000, 9_000_000]),
)


@dataclass(frozen=True)
class Asked:
    """What the model knows of a job: ``seconds`` of quota, ``length`` of video; what each grant was to pay."""

    user: int
    guild: int
    seconds: int
    length: int
    day: str
    utc_day: str
    paid: dict[int, int]
    model: str | None = None
    state: JobState = JobState.ACCEPTED
    is_free: bool = False
    charged: int | None = None

    @property
    def own(self) -> int:
        return self.seconds - sum(self.paid.values())

    @property
    def counts(self) -> bool:
        """Whether its seconds do."""
        return self.state not in GIVEN_BACK

    @property
    def micros(self) -> int:
        """What is held or spent of dollars, which no courtesy gives back."""
        if self.charged is not None:
            return self.charged
        return 0 if self.is_free else self.length * PRICE


@dataclass(frozen=True)
class Given:
    """A grant."""

    user: int
    guild: int
    seconds: int
    expires: datetime | None


class Books(RuleBasedStateMachine):
    """The model, and the store beside it."""

    jobs = Bundle("jobs")

    @initialize(
        ceilings=st.builds(
            Ceilings,
            budget=st.sampled_from([Budget(), Budget(day=2_000_000), Budget(month=3_500_000)]),
            share_per_day=st.none() | st.sampled_from([0, 1_200_000, 3_000_000]),
            person_seconds=st.sampled_from([NO_LIMIT, NO_LIMIT, 0, 15, 35]),
        ),
        of_servers=st.tuples(budgets, budgets) | st.just((Budget(), Budget())),
        rules=st.dictionaries(st.tuples(st.sampled_from(GUILDS), st.sampled_from(SUBJECTS)), a_rule, max_size=5),
        grants=st.lists(st.tuples(people, st.sampled_from([3, 10, 40]), st.none() | st.integers(1, 60)), max_size=3),
        model_rules=st.dictionaries(
            st.tuples(st.sampled_from(GUILDS), st.sampled_from(MODELS)), model_rules, max_size=3
        ),
    )
    def open(
        self,
        ceilings: Ceilings,
        of_servers: tuple[Budget, Budget],
        rules: dict[tuple[int, tuple[Level, int]], Rule],
        grants: list[tuple[tuple[int, int], int, int | None]],
        model_rules: dict[tuple[int, str], ModelRule],
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "bot.sqlite3"
        self.now = datetime(2026, 3, 27, 12, tzinfo=UTC)
        self.model: dict[str, Asked] = {}
        self.grants: dict[int, Given] = {}
        self.policies: dict[tuple[int, Level, int], Rule] = {}
        self.model_rules: dict[tuple[int, str], ModelRule] = {}
        self.zones = dict.fromkeys(GUILDS, "UTC")
        self.budgets = dict.fromkeys(GUILDS, Budget())
        self.ceilings = ceilings
        self.open_store()
        for guild, budget in zip(GUILDS, of_servers, strict=True):
            self.set_the_budget(guild, budget)
        for (guild, subject), new in rules.items():
            self.set_a_rule(guild, subject, new)
        for who, seconds, hours in grants:
            self.grant(who, seconds, hours)
        for (guild, model), of_model in model_rules.items():
            self.set_a_model_rule(guild, model, of_model)

    def open_store(self) -> None:
        self.store = self.run(Store.open(place_new_database(self.path), lambda: self.now))
        self.accounts = QuotaStore(self.store.database, lambda: self.now)
        self.admin = AdminStore(self.store.database, lambda: self.now)
        self.erasure = ErasureStore(self.store.database, lambda: self.now)
        self.payments = PaymentStore(self.store.database, lambda: self.now)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def entry(self, guild: int) -> AuditEntry:
        return AuditEntry(guild_id=guild, by=1, action="test", sentence=verbatim("did something."))

    def asking(self, user: int, guild: int, roles: frozenset[int]) -> Admission:
        actor = Actor(user_id=user, guild_id=guild, channel_id=11, role_ids=roles)
        return Admission(actor=actor, ceilings=self.ceilings)

    # What the model says

    def today(self, guild: int) -> str:
        return self.now.astimezone(ZoneInfo(self.zones[guild])).date().isoformat()

    def own(self, user: int, guild: int, period: str) -> int:
        return sum(
            a.own
            for a in self.model.values()
            if (a.user, a.guild) == (user, guild) and a.counts and a.day.startswith(period)
        )

    def active(self, user: int, guild: int) -> int:
        return sum((a.user, a.guild) == (user, guild) and a.state in RUNNING for a in self.model.values())

    def spent(self, period: str, guild: int | None = None) -> int:
        return sum(
            a.micros
            for a in self.model.values()
            if (a.utc_day if guild is None else a.day).startswith(period) and guild in (None, a.guild)
        )

    def share(self, guild: int) -> int:
        """Dollars of a server by the operator's day, wherever its admins put midnight."""
        today = self.now.date().isoformat()
        return sum(a.micros for a in self.model.values() if (a.guild, a.utc_day) == (guild, today))

    def everywhere(self, user: int) -> int:
        """Seconds of a person that are held or paid for."""
        today = self.now.date().isoformat()
        mine = (a for a in self.model.values() if (a.user, a.utc_day) == (user, today))
        return sum(a.length for a in mine if not a.is_free)

    def left_of(self, grant: int) -> int:
        return self.grants[grant].seconds - sum(a.paid.get(grant, 0) for a in self.model.values() if a.counts)

    def policy(self, user: int, guild: int, roles: frozenset[int]) -> tuple[dict[str, int], bool]:
        levels = [
            [self.policies[key] for key in keys if key in self.policies]
            for keys in (
                [(guild, Level.USER, user)],
                [(guild, Level.ROLE, role) for role in roles],
                [(guild, Level.SERVER, 0)],
            )
        ]
        limits = {}
        for name in LIMITS:
            limits[name] = getattr(OPERATOR, name)
            for rules in reversed(levels):
                said = [
                    NO_LIMIT if getattr(r, name) is None else getattr(r, name)
                    for r in rules
                    if getattr(r, name) is not None or r.access is Access.UNLIMITED
                ]
                limits[name] = max(said) if said else limits[name]
        nearest = next((rules for rules in levels if rules), [])
        return limits, bool(nearest) and all(r.access is Access.BLOCKED for r in nearest)

    def counted(self, guild: int, model: str, length: int) -> int | None:
        """What a video takes of a quota; ``None`` where its model may not be used."""
        rule = self.model_rules.get((guild, model), ModelRule())
        return max(1, math.ceil(length * rule.tenths / 10)) if rule.is_allowed else None

    def payment(self, user: int, guild: int, roles: frozenset[int], length: int, model: str) -> dict[int, int] | None:
        """What each grant pays if the job fits into every limit, else ``None``."""
        seconds = self.counted(guild, model, length)
        if seconds is None:
            return None
        limits, blocked = self.policy(user, guild, roles)
        day = self.today(guild)
        if blocked or length > limits["max_duration"] or self.active(user, guild) >= limits["max_active"]:
            return None
        left = min(
            limits["daily_seconds"] - self.own(user, guild, day),
            limits["monthly_seconds"] - self.own(user, guild, day[:7]),
        )
        rest, paid = seconds - min(seconds, max(0, left)), {}
        mine = [n for n, g in self.grants.items() if (g.user, g.guild) == (user, guild)]
        for number in sorted(mine, key=lambda n: (self.grants[n].expires or datetime.max.replace(tzinfo=UTC), n)):
            expires = self.grants[number].expires
            if (expires is None or expires > self.now) and (part := min(rest, self.left_of(number))) > 0:
                paid[number] = part
                rest -= part
        cost, utc_day, budget = length * PRICE, self.now.date().isoformat(), self.budgets[guild]
        ceilings = (
            (budget.day, self.spent(day, guild)),
            (budget.month, self.spent(day[:7], guild)),
            (self.ceilings.share_per_day, self.share(guild)),
            (self.ceilings.budget.day, self.spent(utc_day)),
            (self.ceilings.budget.month, self.spent(utc_day[:7])),
        )
        broke = any(ceiling is not None and spent + cost > ceiling for ceiling, spent in ceilings)
        if self.everywhere(user) + length > self.ceilings.person_seconds:
            return None
        return None if rest or broke else paid

    # What happens

    @rule(
        target=jobs,
        who=people,
        roles=st.frozensets(st.sampled_from(ROLES)),
        length=st.sampled_from([1, 5, 10]),
        model=st.sampled_from(MODELS),
    )
    def reserve(self, who: tuple[int, int], roles: frozenset[int], length: int, model: str) -> object:
        user, guild = who
        paid = self.payment(user, guild, roles, length, model)
        new = job(
            len(self.model) + 1,
            user_id=user,
            guild_id=guild,
            seconds=length,
            model=model,
            price_micros=PRICE,
            request=request(duration=length),
            created_at=self.now,
            updated_at=self.now,
        )
        try:
            self.run(self.store.accept(new, OPERATOR, self.asking(user, guild, roles)))
        except QuotaError:
            assert paid is None
            return multiple()
        except RequestError:
            assert self.counted(guild, model, length) is None
            return multiple()
        seconds = self.counted(guild, model, length)
        assert paid is not None
        assert seconds is not None
        assert self.run(self.store.job(new.id)).counted_seconds == seconds
        utc_day = self.now.date().isoformat()
        self.model[new.id] = Asked(user, guild, seconds, length, self.today(guild), utc_day, paid, model)
        return new.id

    @rule(who=people, roles=st.frozensets(st.sampled_from(ROLES)), count=st.integers(2, 9))
    def many_at_once(self, who: tuple[int, int], roles: frozenset[int], count: int) -> None:
        """However many come at the same instant, as many are let in as would be one after the other."""
        user, guild = who
        before = len(self.model)
        wanted = 0
        for number in range(count):
            paid = self.payment(user, guild, roles, 5, "plain")
            if paid is None:
                break
            wanted += 1
            self.model[f"expected {number}"] = Asked(
                user, guild, 5, 5, self.today(guild), self.now.date().isoformat(), paid
            )
        expected = [self.model.pop(f"expected {number}") for number in range(wanted)]
        new = [
            job(before + n, user_id=user, guild_id=guild, price_micros=PRICE, created_at=self.now, updated_at=self.now)
            for n in range(1, count + 1)
        ]

        async def at_once() -> list[object]:
            accepting = (self.store.accept(one, OPERATOR, self.asking(user, guild, roles)) for one in new)
            return list(await asyncio.gather(*accepting, return_exceptions=True))

        results = self.run(at_once())
        taken = [one for one, result in zip(new, results, strict=True) if not isinstance(result, QuotaError)]
        assert all(isinstance(result, (Accepted, QuotaError)) for result in results)
        assert len(taken) == wanted
        self.model.update({one.id: asked for one, asked in zip(taken, expected, strict=True)})

    @rule(job_id=jobs, to=st.sampled_from(JobState), nothing_made=st.booleans())
    def move(self, job_id: str, to: JobState, nothing_made: bool = False) -> None:
        found = self.run(self.store.find(job_id))
        if found is None:  # forgotten
            return
        state = self.model[job_id].state
        try:
            self.run(self.store.move(found, to, "any", nothing_made=nothing_made))
        except IllegalTransition:
            assert to not in TRANSITIONS[state]
        else:
            assert to in TRANSITIONS[state]
            never_sent = state in (JobState.ACCEPTED, JobState.PREPARED)
            is_free = to in ENDED and (nothing_made or never_sent)
            self.model[job_id] = replace(self.model[job_id], state=to, is_free=is_free)

    @rule(job_id=jobs, micros=st.sampled_from([0, 400_000, 560_000, 2_000_000]))
    def oxen_says_what_it_charged(self, job_id: str, micros: int) -> None:
        """Once a job has ended, and the first word counts."""
        asked = self.model[job_id]
        if asked.state in ENDED:
            written = self.run(self.payments.correct({job_id: micros}))
            assert written == (asked.charged is None)
            self.model[job_id] = replace(asked, charged=micros if asked.charged is None else asked.charged)
        else:
            with pytest.raises(StoreError, match="not resolved yet"):
                self.run(self.payments.correct({job_id: micros}))

    @rule(job_id=consumes(jobs))
    def see_it_through(self, job_id: str) -> None:
        for to in (JobState.PREPARED, JobState.SUBMITTING, JobState.RUNNING, JobState.DELIVERING, JobState.DELIVERED):
            self.move(job_id, to)
        found = self.run(self.store.find(job_id))
        if found is not None and found.has_ended:
            self.run(self.store.change(found, outcome_message_id=5))

    @rule(count=st.integers(1, 4))
    def some_fail(self, count: int) -> None:
        """The latest that are not sent yet come to nothing."""
        waiting = [job_id for job_id, asked in self.model.items() if asked.state is JobState.ACCEPTED]
        for job_id in waiting[-count:]:
            self.move(job_id, JobState.FAILED)

    @rule(guild=st.sampled_from(GUILDS), subject=st.sampled_from(SUBJECTS), new=a_rule)
    def set_a_rule(self, guild: int, subject: tuple[Level, int], new: Rule) -> None:
        self.run(self.admin.change_rule(guild, *subject, lambda _old: new, lambda _new: self.entry(guild)))
        self.policies.pop((guild, *subject), None)
        if not new.is_empty:
            self.policies[guild, subject[0], subject[1]] = new

    @rule(guild=st.sampled_from(GUILDS), model=st.sampled_from(MODELS), new=model_rules)
    def set_a_model_rule(self, guild: int, model: str, new: ModelRule) -> None:
        self.run(self.admin.change_model_rule(guild, model, lambda _old: new, lambda _new: self.entry(guild)))
        self.model_rules[guild, model] = new

    @rule(who=people, seconds=st.sampled_from([3, 10, 40]), hours=st.none() | st.integers(1, 60))
    def grant(self, who: tuple[int, int], seconds: int, hours: int | None) -> None:
        user, guild = who
        expires = None if hours is None else self.now + timedelta(hours=hours)
        self.run(self.admin.grant(user, seconds, expires, self.entry(guild)))
        self.grants[len(self.grants) + 1] = Given(user, guild, seconds, expires)

    @rule(guild=st.sampled_from(GUILDS), zone=st.sampled_from(ZONES))
    def set_the_zone(self, guild: int, zone: str) -> None:
        self.run(self.admin.change_server({"time_zone": zone}, self.entry(guild)))
        self.zones[guild] = zone

    @rule(guild=st.sampled_from(GUILDS), budget=budgets)
    def set_the_budget(self, guild: int, budget: Budget) -> None:
        changes = {"budget_day": budget.day, "budget_month": budget.month}
        self.run(self.admin.change_server(changes, self.entry(guild)))
        self.budgets[guild] = budget

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def half_a_month_passes(self) -> None:
        self.now += timedelta(days=16)

    @rule(user=st.sampled_from(USERS))
    def forget(self, user: int) -> None:
        """Numbers of this month and blocks stay; limits of one's own go, so that no id is kept for them."""
        self.run(self.erasure.forget(user))
        self.policies = {
            key: rule
            for key, rule in self.policies.items()
            if key[1:] != (Level.USER, user) or rule.access is Access.BLOCKED
        }

    @rule()
    def restart(self) -> None:
        self.run(self.store.close())
        self.open_store()

    # What must always hold

    @invariant()
    def every_view_says_what_the_jobs_sum_up_to(self) -> None:
        if not hasattr(self, "store"):
            return
        for guild in GUILDS:
            day = self.today(guild)
            for user in USERS:
                view = self.run(self.accounts.quota(user, guild, (), OPERATOR, self.ceilings))
                assert view.everywhere.taken == self.everywhere(user)
                standing = view.standing
                assert standing.day.used + standing.day.held == self.own(user, guild, day)
                assert standing.month.used + standing.month.held == self.own(user, guild, day[:7])
                assert standing.active == self.active(user, guild)
                assert sum(g.left for g in standing.grants) == sum(
                    self.left_of(n)
                    for n, g in self.grants.items()
                    if (g.user, g.guild) == (user, guild) and (g.expires is None or g.expires > self.now)
                )
            report = self.run(self.accounts.usage(guild, Span.MONTH))
            assert report.total.micros_used + report.total.micros_held == self.spent(day[:7], guild)
            waiting = [a for a in self.model.values() if a.guild == guild and a.state not in ENDED]
            held = sum(a.micros for a in waiting if a.day.startswith(day[:7]))
            assert report.total.micros_held == held
            for name in (
                "jobs",
                "failed",
                "cancelled",
                "used",
                "held",
                "micros_used",
                "micros_held",
                "micros_undelivered",
            ):
                by_model = sum(getattr(one.sums, name) for one in report.models)
                assert by_model == getattr(report.total, name), name
            for model in MODELS:
                of_model = [a for a in self.model.values() if (a.guild, a.model) == (guild, model)]
                in_month = [a for a in of_model if a.day.startswith(day[:7])]
                assert sum(one.sums.jobs for one in report.models if one.model == model) == len(in_month)
            assert sum(user.sums.used for user in report.users) == report.total.used
            assert sum(user.sums.jobs for user in report.users) == report.total.jobs

    @invariant()
    def the_totals_are_the_sums_of_the_ledger(self) -> None:
        if not hasattr(self, "store"):
            return
        with closing(sqlite3.connect(self.path)) as connection:
            for table, columns, day in (
                ("user_totals", "guild_id, user_id", "day"),
                ("server_totals", "guild_id", "day"),
                ("bot_totals", "1", "utc_day"),
            ):
                for period in (day, f"substr({day}, 1, 7)"):
                    length = 10 if period == day else 7
                    summed = connection.execute(
                        f"SELECT {columns}, {period}, sum(iif(booked.kind IS NULL, micros, 0)),"
                        " sum(coalesce(actual.charged, iif(booked.kind = 'spent', micros, 0))) FROM ledger"
                        " LEFT JOIN (SELECT job_id, kind FROM payments WHERE kind <> 'actual') AS booked USING (job_id)"
                        " LEFT JOIN (SELECT job_id, micros AS charged FROM payments WHERE kind = 'actual') AS actual"
                        f" USING (job_id) WHERE ledger.kind = 'reserve' GROUP BY {columns}, {period}"
                    )
                    kept = connection.execute(
                        f"SELECT {columns}, period, micros_held, micros_used"
                        f" FROM {table} WHERE length(period) = {length}"
                    )
                    assert set(summed) == set(kept)
            held, used, granted = connection.execute(
                "SELECT sum(seconds * iif(kind = 'reserve', 1, -1)), sum(iif(kind = 'settle', seconds, 0)),"
                " sum(granted * iif(kind = 'release', -1, kind = 'reserve')) FROM ledger"
            ).fetchone()
            kept = connection.execute(
                "SELECT sum(held), sum(used), sum(granted_held + granted_used) FROM user_totals"
                " WHERE length(period) = 7"
            ).fetchone()
            assert (held, used, granted) == kept

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.run(self.store.close())
            self.loop.close()
            self.folder.cleanup()


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=60, stateful_step_count=40, suppress_health_check=list(HealthCheck))
