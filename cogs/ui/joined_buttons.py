"""The buttons under a joined video."""

from __future__ import annotations

from typing import Final

import discord

from bot.domain.gate import Purpose
from bot.domain.model_spec import Media
from bot.errors import NotAllowedError, RequestError
from bot.text import Channel, text
from cogs.interaction_context import actor_of, is_age_restricted
from cogs.permissions import may_speak
from cogs.replies import Interaction, answer_privately
from cogs.ui import custom_ids, result_actions
from cogs.ui.button_base import ButtonBase
from cogs.ui.join_cards import joined_menu
from cogs.ui.result_menu import ResultChoice
from cogs.ui.texts import texts_of


class JoinedMenu(ButtonBase, template=custom_ids.JOINED_MENU.template):
    """**More** under a joined video."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Show what else can be done with it."""
        assert interaction.channel_id is not None
        join = await interaction.client.services.joined_results.find(self.given["job"], interaction.channel_id)
        may_share = isinstance(interaction.channel, discord.Thread) and not (join.copy_message_id or join.removed_by)
        await answer_privately(interaction, joined_menu(join, texts_of(interaction), may_share=may_share))


class JoinedCopyMenu(JoinedMenu, template=custom_ids.JOINED_COPY.template):
    """The same under the second message about it, in its channel."""


class JoinedChoiceButton(ButtonBase, template=custom_ids.JOINED_CHOICE):
    """One thing to do with it, behind **More**."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Do it."""
        results, join_id = interaction.client.services.joined_results, self.given["job"]
        match self.given["what"]:
            case ResultChoice.SHARE:
                await _share(interaction, join_id)
            case ResultChoice.SPOILER:
                await result_actions.hide(interaction, results, join_id)
            case ResultChoice.REPORT:
                await result_actions.report(interaction, results, join_id)
            case _:
                await result_actions.delete(interaction, results, join_id)


class DeleteJoinedButton(ButtonBase, template=custom_ids.DELETE_JOINED.template):
    """Under a joined video of an earlier version."""

    purpose = Purpose.OWN

    async def press(self, interaction: Interaction) -> None:
        """Delete the message."""
        await result_actions.delete(interaction, interaction.client.services.joined_results, self.given["job"])


async def _share(interaction: Interaction, join_id: str) -> None:
    """Show it in the channel of its thread, for its owner, who needs to be able to make one and to write there."""
    services, who = interaction.client.services, interaction.user
    await services.gate.check(actor_of(interaction), Purpose.MAKE)
    await interaction.response.defer(ephemeral=True, thinking=True)
    channel = interaction.channel.parent if isinstance(interaction.channel, discord.Thread) else None
    if channel is None:
        raise RequestError(text("result.share.there", made=Media.VIDEO))
    if not isinstance(who, discord.Member) or not may_speak(channel.permissions_for(who), channel):
        raise NotAllowedError(text("result.share.cannot_write", channel=Channel(channel.id)))
    hides = is_age_restricted(channel)
    await services.joined_results.share(join_id, actor_of(interaction), channel.id, is_age_restricted=hides)
    await answer_privately(interaction, text("result.shared", channel=Channel(channel.id)))


JOINED_ITEMS: Final = (JoinedMenu, JoinedCopyMenu, JoinedChoiceButton, DeleteJoinedButton)
