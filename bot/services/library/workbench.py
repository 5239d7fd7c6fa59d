"""The workbench: a request that is not ready, and what to know of it before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from bot.domain.actor import Actor
from bot.domain.model_change import ModelChange, change_model
from bot.domain.model_spec import ModelSpec
from bot.domain.policy import NO_LIMIT
from bot.domain.prompt_checks import NameFix, PendingRequest, name_fixes
from bot.domain.prompt_hints import prompt_hints
from bot.domain.quota import QuotaView
from bot.domain.request import VideoRequest, model_warnings, without_model
from bot.domain.saved_element import ListedElement, SavedElement
from bot.errors import RequestError, StoppingError
from bot.services.jobs.submit import JobSubmitter
from bot.services.library.picture_comparison import PictureComparison
from bot.services.library.prompt_checks import PromptChecks
from bot.services.library.saved_elements import ElementLibrary
from bot.services.models import Models
from bot.services.spending.account import QuotaReader
from bot.text import Quote, Text, User, text

_OFFERED = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbenchView:
    """A request on the workbench, with what its user should know.

    ``problem`` is why it cannot be made as it is, ``questions`` ask whether to use what others share, ``warnings`` say
    why its seconds would likely be wasted, ``hints`` what would make it better. ``lost`` is what it just lost with
    another model; ``models`` are those to choose from. ``seconds`` is what it takes, ``left`` what its user has;
    ``None`` without a limit.
    """

    pending: PendingRequest
    model: ModelSpec
    seconds: int
    left: int | None
    problem: Text | None = None
    questions: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    hints: tuple[Text, ...] = ()
    fixes: tuple[NameFix, ...] = ()
    offered: tuple[ListedElement, ...] = ()
    models: tuple[ModelSpec, ...] = ()
    lost: tuple[Text, ...] = ()

    @property
    def request(self) -> VideoRequest:
        """The request as it is now."""
        return self.pending.request


class _Where(TypedDict):
    user_id: int
    guild_id: int


class Workbench:
    """Looks at requests that wait; what changes them is in ``PromptChecks``."""

    def __init__(
        self,
        checks: PromptChecks,
        elements: ElementLibrary,
        models: Models,
        submitter: JobSubmitter,
        quotas: QuotaReader,
        comparison: PictureComparison,
    ) -> None:
        self._checks = checks
        self._elements = elements
        self._models = models
        self._submitter = submitter
        self._quotas = quotas
        self._comparison = comparison

    async def view(
        self,
        pending: PendingRequest,
        actor: Actor,
        *,
        problem: Text | None = None,
        lost: Sequence[Text] = (),
    ) -> WorkbenchView:
        """A request with what is to know of it; ``problem`` is why it was refused, where that was just seen.

        ``lost`` is what was just dropped of it, since another model does not take it.
        """
        model = self.model_of(pending.request)
        request = pending.request
        who = _Where(user_id=actor.user_id, guild_id=actor.guild_id)
        strangers: list[SavedElement] = []
        try:
            request = await self._elements.expand(pending.request, model, use=pending.use, **who)
            self._submitter.check(request)
            strangers = await self._elements.unconfirmed(pending.request, use=pending.use, **who)
        except RequestError as error:
            if problem is None and request.prompt.strip():  # an empty one is told of where it would stand
                problem = error.sentence
        except StoppingError:
            pass  # that is for whoever presses Make
        saved = await self._checks.names_near(request, **who)
        warnings = await self._checks.prompt_warnings(request, **who)
        quota, _ = await self._quotas.quota(actor.user_id, actor.guild_id, actor.role_ids)
        return WorkbenchView(
            pending=pending,
            model=model,
            seconds=quota.rule_of(model.id).counted(request.duration or model.default_seconds) * request.count,
            left=None if quota.left >= NO_LIMIT else quota.left,
            problem=problem,
            questions=tuple(map(sharing_question, strangers)),
            warnings=(*model_warnings(request, model), *warnings),
            hints=prompt_hints(request, model, await self._comparison.fingerprints(request, user_id=actor.user_id)),
            fixes=name_fixes(request, saved),
            models=self._choosable(quota, model),
            lost=tuple(lost),
            offered=tuple((await self._elements.choices("", **who))[:_OFFERED]),
        )

    def change_model(self, request: VideoRequest, model_id: str) -> ModelChange:
        """A request for another model, and what it loses for that.

        Raises:
            RequestError: the model is gone.
        """
        model = self._models.find(model_id)
        return change_model(request, model, is_default=model.id == self._models.default_id)

    def _choosable(self, quota: QuotaView, chosen: ModelSpec) -> tuple[ModelSpec, ...]:
        """The models to choose from; none where there is no choice."""
        if not self._models.has_choice:
            return ()
        return tuple(one for one in self._models.usable if one.id == chosen.id or quota.rule_of(one.id).is_allowed)

    def usable(self, request: VideoRequest) -> VideoRequest:
        """A request whose model can be used: the default's, where its own is gone.

        Raises:
            RequestError: the default cannot be used, either.
        """
        try:
            self._models.of(request)
        except RequestError:
            return without_model(request, self._models.find(None, request.media))
        return request

    def model_of(self, request: VideoRequest) -> ModelSpec:
        """The model of a request; the default, where its own is gone."""
        return self._models.of(self.usable(request))


def sharing_question(element: SavedElement) -> Text:
    """Asks whether to use what somebody else shares."""
    return text("warning.shared_element", name=Quote(element.name), owner=User(element.owner_id))
