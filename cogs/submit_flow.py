"""Starting a job: every way in ends in the one service call that is made here."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

import aiohttp
import discord

from bot.domain.idempotency import IdempotencyKey
from bot.domain.job import Job
from bot.domain.model_spec import Media, ModelSpec
from bot.domain.moderation import Presentation
from bot.domain.prompt_checks import PendingRequest
from bot.domain.redaction import Redaction
from bot.domain.request import VideoRequest, model_warnings
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
from bot.services.jobs.submit import Asker
from bot.services.library.workbench import sharing_question
from bot.services.services import Services
from bot.text import Text, text
from cogs.adapter.discord_errors import Meaning, meaning_of
from cogs.client import TranslatedBot
from cogs.interaction_context import asker_of, is_age_restricted, role_ids
from cogs.permissions import missing_permissions, own_permissions
from cogs.replies import Interaction
from cogs.ui.cards import status_card
from cogs.ui.texts import Catalogues, server_locale, texts_of_job
from cogs.workbench import open_workbench, update_workbench

_log = logging.getLogger(__name__)
_Posted = TypeVar("_Posted")
MAX_FIELD_CHARS: Final = 4_000
"""What a text field of a form holds at most (Discord's page on text inputs)."""

Keep = Callable[..., Awaitable[PendingRequest]]
"""Keeps what was asked for its user, as ``PromptChecks.keep`` does."""

Expand = Callable[..., Awaitable[VideoRequest]]
"""Puts saved elements into a request, as ``ElementLibrary.expand`` does."""

OpenPlace = Callable[[Presentation], Awaitable[tuple["discord.abc.MessageableChannel", Redaction]]]
"""Opens the place where a job is talked about; what had to be left out of its name."""


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
    user_id, guild_id = interaction.user.id, interaction.guild_id or 0
    keep = partial(services.prompt_checks.keep, use=use, user_id=user_id, instead_of=pending)
    try:
        expand = partial(
            services.elements.expand, model=services.models.of(request), use=use, user_id=user_id, guild_id=guild_id
        )
        async with services.answer_turns.turn():
            whole = await _with_element(expand(request), use)
            services.submitter.check(whole)
            strangers = await services.elements.unconfirmed(
                request, user_id=user_id, guild_id=guild_id, use=use, agrees=is_sure and pending is not None
            )
            is_in_doubt = strangers or not (is_sure or await _is_in_no_doubt(interaction, whole, expand, like))
            if not is_in_doubt:
                asker = await asker_of(interaction)
                pending_id = None if pending is None else pending.id
                job = await services.submitter.accept(whole, asker, pending_id=pending_id, key=key, is_checked=True)
        if is_in_doubt:
            await _show_workbench(interaction, await keep(request, asked=True), page)
            return
    except RequestError as error:
        await _refuse_on_workbench(interaction, error, keep, request, page)
        return
    except (QuotaError, StoppingError) as error:
        raise await _refused(error, partial(keep, asked=is_sure), request) from error
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


class _ElementMissingError(RequestError):
    """A saved element that was to be brought in cannot be had."""


async def _with_element(expanding: Awaitable[VideoRequest], use: str | None) -> VideoRequest:
    """The request with its saved elements."""
    try:
        return await expanding
    except RequestError as error:
        if use is None:
            raise
        raise _ElementMissingError(error.sentence) from error


async def _is_in_no_doubt(
    interaction: Interaction, whole: VideoRequest, expand: Expand, like: VideoRequest | None
) -> bool:
    """Whether nothing says that a request would waste its seconds, but for what its user was told before."""
    services = interaction.client.services
    known = None if like is None else await _if_it_can(expand(like))
    user_id, guild_id = interaction.user.id, interaction.guild_id or 0
    warnings = await services.prompt_checks.prompt_warnings(whole, user_id=user_id, guild_id=guild_id, like=known)
    return not warnings and not _model_warnings(services.models.of(whole), whole, known)


async def _if_it_can(expanding: Awaitable[VideoRequest]) -> VideoRequest | None:
    try:
        return await expanding
    except RequestError:
        return None


def _model_warnings(model: ModelSpec, whole: VideoRequest, known: VideoRequest | None) -> list[Text]:
    """What a model does with a request that its user was not told before."""
    told = () if known is None or known.model != whole.model else model_warnings(known, model)
    return [one for one in model_warnings(whole, model) if one not in told]


async def _show_workbench(
    interaction: Interaction, pending: PendingRequest, page: str | None, problem: Text | None = None
) -> None:
    if page is None:
        await open_workbench(interaction, pending, problem=problem)
    else:
        await update_workbench(interaction, pending, page, problem=problem)


async def _refuse_on_workbench(
    interaction: Interaction, error: RequestError, keep: Keep, request: VideoRequest, page: str | None
) -> None:
    """Say on its workbench why a request must change. A saved element that cannot be had is left out of it.

    Raises:
        RequestError: it is longer than a form can hold, is for a picture, or cannot be kept.
    """
    if len(request.prompt) > MAX_FIELD_CHARS or request.media is Media.IMAGE:
        error.came_instead_of_a_video = True
        raise error
    usable = interaction.client.services.workbench.usable(request)
    without = {"use": None} if isinstance(error, _ElementMissingError) else {}
    try:
        pending = await keep(usable, asked=False, **without)
    except StoreError as failed:
        _log.warning("A refused request was not kept: %s", failed)
        raise error from failed
    await _show_workbench(interaction, pending, page, error.sentence)


async def _refused(error: QuotaError | StoppingError, keep: Keep, request: VideoRequest) -> BotError:
    """The error with a way on: what was typed and attached is kept, so that it need not be given again."""
    if len(request.prompt) > MAX_FIELD_CHARS or request.media is Media.IMAGE:  # the workbench is for videos
        error.came_instead_of_a_video = True
        return error
    try:
        kept = await keep(request)
    except StoreError as failed:
        _log.warning("A refused request was not kept: %s", failed)
        return error
    can_wait = isinstance(error, QuotaError) and error.can_wait
    return RefusedError(error.sentence, pending_id=kept.id, can_wait=can_wait)


async def start_job_from_message(
    message: discord.Message, bot: TranslatedBot, request: VideoRequest, open_place: OpenPlace
) -> Job:
    """Accept a request that was made by mentioning the bot, and post its card to a place that is opened for it.

    Raises:
        BotError: with a sentence; nothing was reserved. No place is opened for a request that is refused.
    """
    services = bot.services
    granted = own_permissions(message.channel)
    if granted is not None:
        _refuse_without(missing_permissions(granted, message.channel))
    guild_id = message.guild.id if message.guild is not None else 0
    await _check_consent(message, services, request, guild_id)
    asked_for = request
    request = await services.elements.expand(
        request, services.models.of(request), user_id=message.author.id, guild_id=guild_id
    )
    user_locale = services.languages.of_person(message.author.id)
    asker = Asker(
        user_id=message.author.id,
        guild_id=guild_id,
        channel_id=message.channel.id,
        parent_id=message.channel.parent_id if isinstance(message.channel, discord.Thread) else None,
        role_ids=role_ids(message.author),
        locale=await server_locale(message.guild, services.languages) or user_locale,
        user_locale=user_locale,
        is_age_restricted=is_age_restricted(message.channel),
        is_answered_in_public=True,
    )
    try:
        presentation = await services.submitter.rehearse(request, asker)
    except QuotaError as error:
        if not error.can_wait:
            raise
        keep = partial(services.prompt_checks.keep, use=None, user_id=message.author.id, asked=True)
        raise await _refused(error, keep, asked_for) from error
    place, redaction = await open_place(presentation)
    if place.id != asker.channel_id:
        asker = replace(asker, channel_id=place.id, parent_id=asker.channel_id)
    job = replace(await services.submitter.accept(request, asker), redaction=redaction)
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


async def _check_consent(message: discord.Message, services: Services, request: VideoRequest, guild_id: int) -> None:
    """Check that whoever mentions the bot agreed to what others share.

    Raises:
        ConsentNeeded: they are asked first; the request is kept until they press a button.
    """
    user_id = message.author.id
    strangers = await services.elements.unconfirmed(request, user_id=user_id, guild_id=guild_id)
    if strangers:
        kept = await services.prompt_checks.keep(request, use=None, user_id=user_id, asked=True)
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
