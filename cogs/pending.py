"""The buttons under a private note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from bot.services.services import Services
from cogs import marks
from cogs.forms import StudioForm
from cogs.press import Press
from cogs.replies import Interaction
from cogs.starting import start_job


def pending_button(services: Services) -> type[Press]:
    """The button class, bound to the services that it calls."""

    class PendingButton(Press, template=marks.PENDING):
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
