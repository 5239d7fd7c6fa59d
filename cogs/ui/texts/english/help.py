"""The help: what a newcomer reads first, the examples, and the list of commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "help.title": "**Make a video from your pictures**\n"
    "Add pictures, describe the scene, and get a short video in a thread. I'll mention you when it's ready.\n"
    "In the prompt, call your pictures @Image1, @Image2, … and @Element1, @Element2, …\n"
    "-# A video uses its length in seconds from your quota. Failed and canceled videos don't count.",
    "help.example": "**{title}**\n-# {prompt}",
    "help.picture": "{title}: {name}",
    "help.example.start_frame": "Start frame",
    "help.example.start_frame.prompt": "Take @Image1 as the start frame. The ox lifts its head, looks into the camera, "
    "and takes an apple from the table. Slow push-in, soft morning light.",
    "help.example.element": "Element in a scene",
    "help.example.element.prompt": "@Element1 walks along the pier in @Image1, stops at the end, and waves. "
    "The camera tracks alongside at eye level. Golden hour, light wind.",
    "help.example.style": "Two elements and a style",
    "help.example.style.prompt": "@Element1 hands a lantern to @Element2 at the edge of a dark forest. "
    "The camera makes a slow half orbit, then holds still. Keep the style of @Image1.",
    "help.welcome": "I make short videos from a prompt and pictures. Type {/video}, or mention me in a message with pictures. {/help} shows examples. Videos use seconds from a daily quota: see {/quota}.",
    "help.welcome.admins": "Server admins: {/admin setup} has channels, limits, and a budget on one card. By default, everyone here has {seconds}\u00a0s per day.",
    "help.show_examples": "Show examples",
    "help.try": "Try this",
    "help.make": "Make a video",
    "help.images": "Images and elements",
    "help.quota": "Your quota",
    "help.commands": "Commands",
    "help.page.images": "**Image or element?**\n"
    "**@Image**: how the video looks or starts. Say which: a start frame, a scene, or a style.\n"
    "**@Element**: a person or thing to keep the same. Use a clear front picture on a plain background; up to "
    "{angles} other angles help when it turns.\n"
    "**@name**: an element you saved with {/element save}, for any later prompt.\n"
    "-# Best: 1–4 references, one main action, one camera move. Each run turns out differently.",
    "help.page.commands": "**Commands**",
    "help.page.command": "{command}: {about}",
    "help.page.messages": "On a message with pictures, under **Apps**: **{make}** and **{collect}**.\n"
    "Or mention me in a message with pictures. In a direct message, no mention is needed.",
    "help.page.admins": "-# Server admins: begin with {/admin setup}.",
}
