"""Starting a job: every way in ends in the one service call that is made here."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

import aiohttp
import discord

from bot.domain.actor import Actor
from bot.domain.idempotency import IdempotencyKey
from bot.domain.job import Job
from bot.domain.model_spec import Media, ModelSpec
from bot.domain.moderation import Presentation
from bot.domain.prompt_checks import PendingRequest
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest, model_warnings
from bot.domain.saved_element import SavedElement
from bot.errors import (
    BotError,
    ConsentNeeded,
    NotAllowedError,
    QuotaError,
    RefusedError,
    RequestError,
    StoppingError,
    StoreError,
)
from bot.services.library.workbench import sharing_question
from bot.services.services import Services
from bot.text import Text, text
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.client import TranslatedBot
from cogs.interaction_context import actor_of
from cogs.permissions import missing_permissions, own_permissions
from cogs.replies import Interaction
from cogs.ui.cards import status_card
from cogs.ui.texts import Catalogues, texts_of_job
from cogs.workbench import open_workbench, update_workbench

_log = logging.getLogger(__name__)
_Posted = TypeVar("_Posted")
MAX_FIELD_CHARS: Final = 4_000
"""What a text field of a form holds at most (Discord's page on text inputs)."""

OpenPlace = Callable[[Presentation], Awaitable[tuple["discord.abc.MessageableChannel", Redaction]]]
"""Opens the place where a job is talked about; what had to be left out of its name."""


class _ElementMissingError(RequestError):
    """A saved element that was to be brought in cannot be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Submission:
    """What somebody asks for. ``use`` is a saved element to bring in, ``pending`` what it was made from."""

    services: Services
    request: VideoRequest
    actor: Actor
    use: str | None = None
    pending: PendingRequest | None = None

    async def whole(self) -> VideoRequest:
        """The request with its saved elements.

        Raises:
            RequestError: it must change; ``_ElementMissingError`` where that is about the one to bring in.
        """
        model = self.services.models.of(self.request)
        try:
            return await self._expanded(self.request, model)
        except RequestError as error:
            if self.use is None:
                raise
            raise _ElementMissingError(error.sentence) from error

    async def _expanded(self, request: VideoRequest, model: ModelSpec) -> VideoRequest:
        return await self.services.elements.expand(
            request, model, user_id=self.actor.user_id, guild_id=self.actor.guild_id, use=self.use
        )

    async def strangers(self, *, agrees: bool = False) -> list[SavedElement]:
        """The elements of others in it that its user has not agreed to; ``agrees`` as in ``ElementLibrary``."""
        return await self.services.elements.unconfirmed(
            self.request, user_id=self.actor.user_id, guild_id=self.actor.guild_id, use=self.use, agrees=agrees
        )

    async def has_warnings(self, whole: VideoRequest, like: VideoRequest | None) -> bool:
        """Whether something says that it would waste its seconds, but for what its user was told of ``like``."""
        services, model = self.services, self.services.models.of(whole)
        known = None
        if like is not None:
            with contextlib.suppress(RequestError):
                known = await self._expanded(like, services.models.of(self.request))
        warnings = await services.prompt_checks.prompt_warnings(
            whole, user_id=self.actor.user_id, guild_id=self.actor.guild_id, like=known
        )
        told = () if known is None or known.model != whole.model else model_warnings(known, model)
        return bool(warnings) or any(one not in told for one in model_warnings(whole, model))

    async def accept(self, *, like: VideoRequest | None, is_sure: bool, key: IdempotencyKey | None) -> Job | None:
        """Have it accepted; ``None`` where its user is to be asked first. Raises as ``JobSubmitter.accept`` does.

        ``like`` and ``key`` are as for ``start_job``; ``is_sure`` that its user was asked.
        """
        whole = await self.whole()
        self.services.submitter.check(whole)
        strangers = await self.strangers(agrees=is_sure and self.pending is not None)
        if strangers or (not is_sure and await self.has_warnings(whole, like)):
            return None
        pending_id = None if self.pending is None else self.pending.id
        return await self.services.submitter.accept(whole, self.actor, pending_id=pending_id, key=key)

    async def keep(
        self, request: VideoRequest | None = None, *, asked: bool, with_element: bool = True
    ) -> PendingRequest:
        """Keep it for its user, or ``request`` in its place. Raises as ``PromptChecks.keep`` does."""
        return await self.services.prompt_checks.keep(
            request or self.request,
            use=self.use if with_element else None,
            user_id=self.actor.user_id,
            asked=asked,
            instead_of=self.pending,
        )


async def start_job(
    interaction: Interaction,
    request: VideoRequest,
    *,
    use: str | None = None,
    like: VideoRequest | None = None,
    is_sure: bool = False,
    pending: PendingRequest | None = None,
    page: str | None = None,
    key: IdempotencyKey | None = None,
) -> None:
    """Accept a request and answer with its card. From here on the interaction's token is not used.

    Where it must change, and where it would likely waste its seconds unless its user is sure, nothing is accepted, and
    the answer is its workbench. ``use`` is the name of a saved element to bring in, even if the prompt does not name
    it; ``like`` is what it was edited from, if its user knows what was in doubt there; ``pending`` is what it was made
    from, ``page`` the page of its workbench on which that was pressed, if it was; ``key`` is the press or the form that
    asks for it.

    Raises:
        RefusedError: with a sentence; nothing was reserved, and the request is kept to be changed or tried again.
        BotError: with a sentence; nothing was reserved.
    """
    assert interaction.channel_id is not None
    services = interaction.client.services
    _check_permissions(interaction)
    submission = _Submission(services=services, request=request, actor=actor_of(interaction), use=use, pending=pending)
    try:
        async with services.answer_turns.turn():
            job = await submission.accept(like=like, is_sure=is_sure, key=key)
        if job is None:
            await _show_workbench(interaction, await submission.keep(asked=True), page)
            return
    except RequestError as error:
        await _refuse_on_workbench(interaction, error, submission, page)
        return
    except (QuotaError, StoppingError) as error:
        raise await _refused(error, submission, asked=is_sure) from error
    try:
        job, answer = await _post_card(job, interaction.client.catalogues, interaction.response.send_message)
        if (message_id := _message_id(answer)) is not None:
            job = await _record(services, job, message_id)
        await services.drafts.used(job.user_id, job.request)
    finally:
        services.runner.wake(job.id, job=job)


def _message_id(answer: discord.InteractionCallbackResponse[TranslatedBot]) -> int | None:
    """The message that answers an interaction: Discord may name its id, the message itself, or neither."""
    if answer.message_id is None and isinstance(answer.resource, discord.InteractionMessage):
        return answer.resource.id
    return answer.message_id


async def _show_workbench(
    interaction: Interaction, pending: PendingRequest, page: str | None, problem: Text | None = None
) -> None:
    if page is None:
        await open_workbench(interaction, pending, problem=problem)
    else:
        await update_workbench(interaction, pending, page, problem=problem)


async def _refuse_on_workbench(
    interaction: Interaction, error: RequestError, submission: _Submission, page: str | None
) -> None:
    """Say on its workbench why a request must change. A saved element that cannot be had is left out of it.

    Raises:
        RequestError: it is longer than a form can hold, is for a picture, or cannot be kept.
    """
    if not _fits_workbench(submission.request):
        error.came_instead_of_a_video = True
        raise error
    usable = submission.services.workbench.usable(submission.request)
    try:
        pending = await submission.keep(usable, asked=False, with_element=not isinstance(error, _ElementMissingError))
    except StoreError as failed:
        _log.warning("A refused request was not kept: %s", failed)
        raise error from failed
    await _show_workbench(interaction, pending, page, error.sentence)


def _fits_workbench(request: VideoRequest) -> bool:
    """Whether a request can be kept to be changed: it is for a video, and a form can hold its prompt."""
    return len(request.prompt) <= MAX_FIELD_CHARS and request.media is Media.VIDEO


async def _refused(error: QuotaError | StoppingError, submission: _Submission, *, asked: bool) -> BotError:
    """The error with a way on: what was typed and attached is kept, so that it need not be given again."""
    if not _fits_workbench(submission.request):
        error.came_instead_of_a_video = True
        return error
    try:
        kept = await submission.keep(asked=asked)
    except StoreError as failed:
        _log.warning("A refused request was not kept: %s", failed)
        return error
    can_wait = isinstance(error, QuotaError) and error.can_wait
    return RefusedError(error.sentence, pending_id=kept.id, can_wait=can_wait)


async def start_job_from_message(
    bot: TranslatedBot,
    request: VideoRequest,
    actor: Actor,
    channel: discord.abc.MessageableChannel,
    open_place: OpenPlace,
) -> Job:
    """Accept a request that was made by mentioning the bot, and post its card to a place that is opened for it.

    Raises:
        BotError: with a sentence; nothing was reserved. No place is opened for a request that is refused.
    """
    services = bot.services
    granted = own_permissions(channel)
    if granted is not None:
        _refuse_without(missing_permissions(granted, channel))
    submission = _Submission(services=services, request=request, actor=actor)
    await _check_consent(submission)
    whole = await submission.whole()
    try:
        presentation = await services.submitter.rehearse(whole, actor)
    except QuotaError as error:
        if not error.can_wait:
            raise
        raise await _refused(error, submission, asked=True) from error
    place, redaction = await open_place(presentation)
    if place.id != actor.channel_id:
        actor = replace(actor, channel_id=place.id, parent_id=actor.channel_id)
    job = replace(await services.submitter.accept(whole, actor), redaction=redaction)
    try:
        try:
            job, card = await _post_card(job, bot.catalogues, place.send)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            _log.warning("A card could not be posted (%s); it is tried on", error, extra={"job": job.id})
        else:
            job = await _record(services, job, card.id)
        await services.drafts.used(job.user_id, job.request)
    finally:
        services.runner.wake(job.id, job=job)
    return job


async def _check_consent(submission: _Submission) -> None:
    """Check that whoever mentions the bot agreed to what others share.

    Raises:
        ConsentNeeded: they are asked first; the request is kept until they press a button.
    """
    if strangers := await submission.strangers():
        kept = await submission.keep(asked=True)
        raise ConsentNeeded(sharing_question(strangers[0]), pending_id=kept.id)


async def _post_card(job: Job, catalogues: Catalogues, post: Callable[..., Awaitable[_Posted]]) -> tuple[Job, _Posted]:
    """Post a job's card; where Discord refuses its words, with fewer of them. The job as it was shown."""
    while True:
        try:
            card = status_card(job, job.phase, texts_of_job(job, catalogues))
            return job, await post(view=card, allowed_mentions=discord.AllowedMentions.none())
        except discord.HTTPException as error:
            if meaning_of(error) is not Meaning.WORDS_REFUSED or job.redaction >= Redaction.TEXT:
                raise
            _log.info("Discord refused words of a card (%s)", error, extra={"job": job.id})
            job = replace(job, redaction=job.redaction.further())


async def _record(services: Services, job: Job, card_message_id: int) -> Job:
    """Write the card down. The user has it by now, so a failure is no answer to them: the card is looked for."""
    try:
        return await services.submitter.answered(job, card_message_id)
    except StoreError as error:
        _log.warning("A card was not recorded (%s); it will be looked for", error, extra={"job": job.id})
        return job


def _check_permissions(interaction: Interaction) -> None:
    """Check that the bot may work here; without a word from Discord, assume that it may."""
    granted = interaction.app_permissions
    if interaction.guild_id is None or not granted.value:
        return
    _refuse_without(missing_permissions(granted, interaction.channel))


def _refuse_without(missing: Sequence[Text]) -> None:
    if missing:
        refusal = text("answer.missing_permissions", permissions=tuple(missing))
        raise NotAllowedError(refusal, came_instead_of_a_video=True)
