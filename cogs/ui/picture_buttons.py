"""The button under a picture that was made."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.request import VideoRequest
from bot.errors import RequestError
from bot.text import text
from cogs.adapter.pictures import own_pictures_of
from cogs.replies import Interaction, show_form
from cogs.ui import custom_ids
from cogs.ui.button_base import JobButton
from cogs.ui.forms import StudioForm
from cogs.ui.texts import texts_of


class UsePictureButton(JobButton, template=custom_ids.USE_PICTURE.template):
    """Under every picture: makes a reference of it."""

    async def press(self, interaction: Interaction) -> None:
        """Open the form with the picture as ``@Image1``."""
        found = {} if interaction.message is None else own_pictures_of(interaction.message)
        if self.job.removed_by is not None or not found:
            raise RequestError(text("image.gone"))
        picture = replace(found[1], is_spoiler=self.job.is_spoiler, owner_id=self.job.user_id)
        texts = texts_of(interaction)
        given = VideoRequest(prompt=texts("form.prompt.continue"), images={1: picture}, elements={})
        form = StudioForm(interaction.client.services, given, texts=texts, title=text("image.form"))
        await show_form(interaction, form)
