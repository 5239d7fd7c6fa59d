"""The buttons under a note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.waiting import answer_with_standing, let_it_wait
from cogs.workbench import open_workbench


class PendingButton(ButtonBase, template=custom_ids.PENDING):
    """Makes the request as it is, has it wait for its turn, or opens its workbench."""

    async def press(self, interaction: Interaction) -> None:
        """Make it, queue it, or open it."""
        services, what = interaction.client.services, self.given["what"]
        if what == "wait":
            await let_it_wait(interaction, self.given["pending"])
            return
        if (ahead := await services.waiting_requests.find(self.given["pending"], interaction.user.id)) is not None:
            await answer_with_standing(interaction, self.given["pending"], ahead)
            return
        pending = await services.prompt_checks.find(self.given["pending"], interaction.user.id)
        if what == "edit":
            await open_workbench(interaction, pending)
            return
        await start_job(interaction, pending.request, use=pending.use, is_sure=pending.asked, pending=pending)
