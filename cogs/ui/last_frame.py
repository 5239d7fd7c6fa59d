"""The last frame of a video, posted where it was asked for: at most once a job, by somebody who may speak there."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Final

import discord
from discord import ui

from bot.domain.job import Job
from bot.errors import ConversationError, FileRefused, NotAllowedError, PlaceGone, RequestError
from bot.services.jobs.original_video import LastFrame
from bot.text import text
from cogs.adapter.messages import JobMessages, nonce_of, translated
from cogs.permissions import may_speak, missing_permissions
from cogs.replies import Buttons, Interaction
from cogs.ui.custom_ids import frame_custom_id
from cogs.ui.texts import texts_of_job

_REFUSALS: Final[Mapping[type[ConversationError], str]] = {
    PlaceGone: "answer.frame_gone",
    FileRefused: "answer.frame_blocked",
}


def check_can_post(interaction: Interaction) -> None:
    """Check that whoever presses may speak here, and that the bot may post a file.

    Raises:
        NotAllowedError: one of them may not.
    """
    if interaction.guild_id is None:
        return
    theirs, own = interaction.permissions, interaction.app_permissions
    if theirs.value and not may_speak(theirs, interaction.channel):
        raise NotAllowedError(text("gate.no_speaking"))
    if own.value and (missing := missing_permissions(own, interaction.channel)):
        raise NotAllowedError(text("answer.frame_refused", permissions=tuple(missing)))


class LastFrameBoard:
    """Posts last frames, and finds those that were posted by the button that only they have."""

    def __init__(self, client: discord.Client) -> None:
        self._messages = JobMessages(client)

    async def find(self, job: Job, interaction: Interaction) -> str | None:
        """The address of the message with a job's last frame, where it stands in this place."""
        assert interaction.channel_id is not None
        assert interaction.message is not None
        try:
            found = await self._messages.find_button(
                job, interaction.channel_id, frame_custom_id(job.id), after=interaction.message.id
            )
        except ConversationError:  # what was said here cannot be read; the nonce is left
            return None
        return None if found is None else _url_of(interaction, found)

    async def post(self, job: Job, interaction: Interaction, frame: LastFrame) -> str:
        """Post a job's last frame with its button; the address of the message. Pressed at once, it is one message.

        Raises:
            RequestError: Discord did not take it; the sentence says why.
        """
        channel, texts = interaction.channel, texts_of_job(job, interaction.client.catalogues)
        assert isinstance(channel, discord.abc.Messageable)
        assert interaction.channel_id is not None
        file = discord.File(BytesIO(frame.jpeg), filename="last-frame.jpg", spoiler=frame.is_spoiler)
        use: ui.Button[ui.View] = ui.Button(label=texts("answer.use_frame"), custom_id=frame_custom_id(job.id))
        nonce = nonce_of(job, interaction.channel_id, "last frame")
        try:
            async with translated():
                sent = await channel.send(texts("answer.last_frame"), file=file, view=Buttons(use), nonce=nonce)
        except ConversationError as error:
            raise RequestError(text(_REFUSALS.get(type(error), "answer.frame_later"))) from error
        return _url_of(interaction, sent.id)


def _url_of(interaction: Interaction, message_id: int) -> str:
    return f"https://discord.com/channels/{interaction.guild_id or '@me'}/{interaction.channel_id}/{message_id}"
