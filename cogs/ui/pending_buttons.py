"""The buttons under a private note about a request that was not taken yet; they work for a day."""

from __future__ import annotations

from cogs.replies import Interaction
from cogs.submit_flow import start_job
from cogs.ui import custom_ids
from cogs.ui.button_base import ButtonBase
from cogs.ui.forms import StudioForm
from cogs.ui.texts import texts_of
from cogs.ui.waiting import answer_with_standing, let_it_wait


class PendingButton(ButtonBase, template=custom_ids.PENDING):
    """Makes the request as it is, has it wait for its turn, or opens it in the form."""

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
            await interaction.response.send_modal(StudioForm(services, pending=pending, texts=texts_of(interaction)))
            return
        await start_job(interaction, pending.request, use=pending.use, is_sure=pending.asked, pending=pending)
