"""The buttons under a private note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.forms import StudioForm
from cogs.ui.texts import texts_of


class PendingButton(ButtonBase, template=custom_ids.PENDING):
    """Makes the request as it is, or opens it in the form."""

    async def press(self, interaction: Interaction) -> None:
        """Make it, or open it."""
        services = interaction.client.services
        pending = await services.prompt_checks.find(self.given["pending"], interaction.user.id)
        if self.given["what"] == "edit":
            await interaction.response.send_modal(StudioForm(services, pending=pending, texts=texts_of(interaction)))
            return
        await start_job(interaction, pending.request, use=pending.use, is_sure=pending.asked, pending=pending)
