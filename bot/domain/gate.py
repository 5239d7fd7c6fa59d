"""The rule of the gate: whether somebody may do something with the bot in a place."""

from __future__ import annotations

from enum import Enum, auto

from bot.domain.actor import Actor
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job
from bot.domain.policy import Rules
from bot.errors import NotAllowedError
from bot.text import User, text


class Purpose(Enum):
    """What somebody wants at the gate."""

    MAKE = auto()
    """To make a video, or to prepare one: not for the blocked, and only in channels that the server's admins allow."""
    OWN = auto()
    """To see or end what is one's own: for the blocked too, in any channel."""
    ADMIN = auto()
    """To administer the server. Who may is Discord's to say."""
    OPERATE = auto()
    """To operate the bot, in any place. Who may is for the command to check."""


def check_discord_permission(actor: Actor) -> None:
    """Check that Discord lets them use commands there: a button or a mention is no way around that.

    Raises:
        NotAllowedError: it does not.
    """
    if not actor.can_use_commands:
        raise NotAllowedError(text("gate.no_commands"))


def check_server_rules(actor: Actor, settings: GuildSettings, rules: Rules) -> None:
    """Check that the server's admins let them make videos there.

    Raises:
        NotAllowedError: they are blocked, or the channel is not one of those where videos may be made.
    """
    if rules.blocking_level() is not None:
        raise NotAllowedError(text("gate.blocked"))
    settings.check_channel(actor.channel_ids)


def check_job(actor: Actor, job: Job | None, purpose: Purpose) -> Job:
    """Check that a job has to do with whoever pressed its button, and with the place where they did.

    It is the job's owner, in its server or in direct messages; somebody in the place where the job is talked about;
    or an admin of its server.

    Raises:
        NotAllowedError: it has not, or is not known. The sentence says the same of a job of elsewhere and of none.
    """
    if job is None or not _has_to_do_with(actor, job, purpose):
        raise NotAllowedError(text("gate.unknown_video"))
    return job


def _has_to_do_with(actor: Actor, job: Job, purpose: Purpose) -> bool:
    is_owner = job.user_id == actor.user_id
    if not actor.guild_id:
        return is_owner
    if job.guild_id != actor.guild_id:
        return False
    places = (job.channel_id, job.place_id, job.outcome_place_id)
    return is_owner or purpose is Purpose.ADMIN or actor.channel_id in places


def check_original(actor: Actor, job: Job) -> None:
    """Check that somebody may have the link to a job's original: it works for whoever has it, and outside of Discord.

    Raises:
        NotAllowedError: it is neither their video, nor are they a moderator.
    """
    if actor.user_id != job.user_id and not actor.is_moderator:
        raise NotAllowedError(text("gate.original_not_allowed", owner=User(job.user_id), made=job.request.media))
