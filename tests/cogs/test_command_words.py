"""What Discord shows beside commands and options, in the order in which a phone shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from discord import app_commands

from sandbox.world import world

PHONE = 60
"""Characters that a phone shows of a description, about."""


def described(command: Any) -> Iterator[tuple[str, str]]:
    """A command, its options and what is below it, each with its description."""
    yield command.qualified_name, str(command.description)
    if isinstance(command, app_commands.Group):
        for below in command.commands:
            yield from described(below)
    else:
        for option in command.parameters:
            yield f"{command.qualified_name} {option.name}", str(option.description)


async def test_every_command_and_option_says_what_it_is(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_models="default,kling-video-o3-omni") as here:
        tree = here.parts.bot.tree
        commands = [one for one in tree.get_commands() if not isinstance(one, app_commands.ContextMenu)]
        words = [pair for command in commands for pair in described(command)]
        assert len(words) > 50
        assert [name for name, about in words if about.strip(" .…") == ""] == []
        assert [name for name, about in words if len(about) > 100] == []
        assert [name for name, about in words if name.startswith("video") and len(about) > PHONE] == []


async def test_what_most_people_need_comes_first(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        command = here.parts.bot.tree.get_command("video")
        assert isinstance(command, app_commands.Command)
        names = [option.name for option in command.parameters]
    elements = [f"element{n}_{view}" for n in (1, 2, 3) for view in ("front", "angle1")]
    first = ["prompt", "image1", "duration", "aspect_ratio", *(f"image{n}" for n in range(2, 8)), *elements]
    assert names[: len(first) + 1] == [*first, "saved_element"]
