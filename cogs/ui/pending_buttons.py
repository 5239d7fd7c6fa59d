"""The buttons under a note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.workbench import open_workbench


class PendingButton(ButtonBase, template=custom_ids.PENDING):
    """Makes the request as it is, or opens its workbench."""

    async def press(self, interaction: Interaction) -> None:
        """Make it, or open it."""
        pending = await interaction.client.services.prompt_checks.find(self.given["pending"], interaction.user.id)
        if self.given["what"] == "edit":
            await open_workbench(interaction, pending)
            return
        await start_job(interaction, pending.request, use=pending.use, is_sure=pending.asked, pending=pending)
