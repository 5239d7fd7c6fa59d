"""The services as one record: what ``bot.app`` composes and the cogs call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.services.account import Accounting
from bot.services.admin import Administering
from bot.services.cancel import Cancelling
from bot.services.cast import Casting
from bot.services.conductor import Conductor
from bot.services.drafts import Drafting
from bot.services.keep import Keeping
from bot.services.listing import Listing
from bot.services.notices import Notifying
from bot.services.originals import Originals
from bot.services.prices import Pricing
from bot.services.prompt_help import PromptHelp
from bot.services.retention import Retention
from bot.services.shelter import Shelter
from bot.services.submit import Submitting
from bot.services.track import Tracking


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that happens to a job, by what it is for."""

    submitting: Submitting
    cancelling: Cancelling
    listing: Listing
    originals: Originals
    casting: Casting
    drafting: Drafting
    helping: PromptHelp
    keeping: Keeping
    conductor: Conductor
    tracking: Tracking
    accounting: Accounting
    administering: Administering
    notifying: Notifying
    pricing: Pricing
    retention: Retention
    shelter: Shelter
