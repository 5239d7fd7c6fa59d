"""Models, prices, and what the operator lets everybody have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from bot.composition.discord import DiscordParts
from bot.composition.resources import Subject
from bot.composition.storage import StorageParts
from bot.config import Settings
from bot.domain.budget import Budget
from bot.domain.ceilings import Ceilings
from bot.domain.money import micros
from bot.domain.policy import NO_LIMIT, Policy
from bot.services.models import Models, OfferedModels
from bot.services.operator_defaults import OperatorDefaults
from bot.services.spending.account import QuotaReader
from bot.services.spending.charges import ChargeReconciler
from bot.services.spending.credit import CreditMonitor
from bot.services.spending.prices import PriceBook, PriceMonitor
from bot.store.models import ModelStore
from bot.store.payments import PaymentStore
from bot.store.prices import PriceStore


@dataclass(frozen=True, eq=False)
class SpendingParts(Subject):
    """Models and money."""

    storage: StorageParts
    discord: DiscordParts

    @cached_property
    def operator(self) -> OperatorDefaults:
        return _operator_of(self.settings)

    @cached_property
    def quotas(self) -> QuotaReader:
        return QuotaReader(self.storage.accounts, self.operator)

    @cached_property
    def prices(self) -> PriceBook:
        return PriceBook()

    @cached_property
    def models(self) -> Models:
        return Models(
            ModelStore(self.database, self.clock),
            self.client,
            _offered_models_of(self.settings),
            self.prices,
            self.timing,
            self.clock,
        )

    @cached_property
    def price_monitor(self) -> PriceMonitor:
        models = self.models
        return PriceMonitor(
            PriceStore(self.database, self.clock),
            self.client,
            self.prices,
            self.settings.oxen_model,
            lambda: models.readable_ids,
            self.operator,
            self.discord.notice_sender,
            self.timing,
            self.clock,
        )

    @cached_property
    def credit(self) -> CreditMonitor:
        return CreditMonitor(self.storage.operator_state, self.client, self.operator, self.discord.notice_sender)

    @cached_property
    def charges(self) -> ChargeReconciler:
        return ChargeReconciler(
            PaymentStore(self.database, self.clock), self.client, self.settings.oxen_target_namespace, self.clock
        )


def _operator_of(settings: Settings) -> OperatorDefaults:
    """What the operator's settings let everybody have."""
    monthly = settings.quota_monthly_seconds
    return OperatorDefaults(
        policy=Policy(
            daily_seconds=settings.quota_daily_seconds,
            monthly_seconds=NO_LIMIT if monthly is None else monthly,
            max_active=settings.max_active_jobs_per_user,
        ),
        ceilings=Ceilings(
            budget=Budget(
                day=_micros_or_none(settings.budget_usd_per_day), month=_micros_or_none(settings.budget_usd_per_month)
            ),
            share_per_day=_micros_or_none(settings.server_budget_usd_per_day),
            person_seconds=settings.max_daily_seconds_per_user,
            min_account_age=timedelta(days=settings.min_account_age_days),
        ),
        channel_id=settings.operator_channel_id or 0,
    )


def _offered_models_of(settings: Settings) -> OfferedModels:
    """The models that the operator lets people choose from."""
    default, *others = settings.model_ids
    return OfferedModels(
        default=default, others=tuple(others), favorites=settings.offers_favorites, images=settings.image_model_ids
    )


def _micros_or_none(amount: Decimal | None) -> int | None:
    return None if amount is None else micros(amount)
