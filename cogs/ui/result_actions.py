"""Reporting, hiding and deleting a result, whatever made it: a job, or a join."""

from __future__ import annotations

from bot.domain.job import Job
from bot.domain.join import Join
from bot.domain.model_spec import Media
from bot.services.moderation.results import ResultModerator
from bot.text import text
from cogs.interaction_context import actor_of
from cogs.replies import Interaction, answer_privately

Results = ResultModerator[Job] | ResultModerator[Join]


async def report(interaction: Interaction, results: Results, result_id: str, made: Media = Media.VIDEO) -> None:
    """Tell the server's admins and the operator of it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    is_new = await results.report(result_id, actor_of(interaction))
    await answer_privately(interaction, text("result.reported" if is_new else "result.reported_before", made=made))


async def hide(interaction: Interaction, results: Results, result_id: str) -> None:
    """Hide it behind a spoiler."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await results.hide(result_id, actor_of(interaction))
    await answer_privately(interaction, text("result.hidden"))


async def delete(interaction: Interaction, results: Results, result_id: str, made: Media = Media.VIDEO) -> None:
    """Delete the messages with it."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await results.delete(result_id, actor_of(interaction))
    await answer_privately(interaction, text("result.deleted", made=made))
