"""Whose language a text is in. What a channel reads of what somebody does there, ``Languages.of_channel`` decides.

A private answer is in the reader's language. What a channel sees is in the one that its admins chose, else in a
community's own, else in that of whoever asked; all of a job's messages are in the one that its card had. A direct
message is in its user's.
"""

from __future__ import annotations

from typing import Any, Final

import discord

from bot.domain.job import Job
from bot.services.languages import Languages
from cogs.ui.texts.catalogues import Catalogues
from cogs.ui.texts.render import Texts

_COMMUNITY: Final = "COMMUNITY"


def texts_of(interaction: discord.Interaction[Any]) -> Texts:
    """The texts for private answers to an interaction: in the language of whoever caused it."""
    catalogues: Catalogues = interaction.client.catalogues
    return catalogues.of(interaction.locale.value)


def texts_of_job(job: Job, catalogues: Catalogues) -> Texts:
    """The texts for all that a job's channel or thread sees of it: in one language from its card to its outcome."""
    return catalogues.of(job.locale)


def texts_of_user(job: Job, catalogues: Catalogues) -> Texts:
    """The texts for direct messages about a job."""
    return catalogues.of(job.user_locale or job.locale)


async def server_locale(guild: discord.Guild | None, languages: Languages) -> str | None:
    """The language of a server, as Discord names it: chosen by its admins, or its own as a community.

    Raises:
        StoreError: it cannot be read now.
    """
    if guild is None:
        return None
    if (chosen := await languages.of_server(guild.id)) is not None:
        return chosen
    return community_locale(guild)


def community_locale(guild: discord.Guild | None) -> str | None:
    """A server's own language, which only a community has."""
    if guild is None or _COMMUNITY not in guild.features:
        return None
    return guild.preferred_locale.value
