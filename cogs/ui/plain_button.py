"""A button that is found again by its custom id alone."""

from __future__ import annotations

import discord
from discord import ui


def plain_button(
    label: str, custom_id: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary
) -> ui.Button[ui.LayoutView]:
    """A button of a layout."""
    return ui.Button(label=label, style=style, custom_id=custom_id)
