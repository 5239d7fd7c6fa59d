"""The buttons under a private note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from bot.services.services import Services
from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.forms import StudioForm


def pending_button(services: Services) -> type[ButtonBase]:
    """The button class, bound to the services that it calls."""

    class PendingButton(ButtonBase, template=custom_ids.PENDING):
        async def press(self, interaction: Interaction) -> None:
            pending = await services.prompt_checks.find(self.given["pending"], interaction.user.id)
            if self.given["what"] == "edit":
                await interaction.response.send_modal(StudioForm(services, pending=pending))
                return
            await start_job(
                interaction,
                services,
                pending.request,
                use=pending.use,
                is_sure=pending.asked,
                pending=pending,
            )

    return PendingButton
