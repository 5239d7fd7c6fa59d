"""What people do in this Discord: commands, clicks, forms, messages."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sandbox.discord import commands, filling, messages, options, payloads
from sandbox.discord.compose import compose
from sandbox.discord.errors import Json
from sandbox.discord.interaction import Interaction, InteractionKind
from sandbox.discord.invocation import Invocation, Modal
from sandbox.discord.layout import SELECTS
from sandbox.discord.model import Channel, Message, Upload, User
from sandbox.discord.options import Resolver, Value
from sandbox.discord.permissions import Permission, in_channel
from sandbox.discord.world import World


class People:
    """Everything here is done by a user; what Discord's own interface would not let them do is a ValueError."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def slash(
        self, channel: Channel, user: User, name: str, values: Mapping[str, Value] | None = None
    ) -> Invocation:
        """Send a slash command; a subcommand is written "group name"."""
        return self._command(channel, user, name, values or {}, None)

    async def autocomplete(
        self, channel: Channel, user: User, name: str, values: Mapping[str, Value], focused: str
    ) -> list[Json]:
        """The choices offered while the user types into the option `focused`."""
        return (await self._command(channel, user, name, values, focused).answered()).choices

    async def context_menu(self, channel: Channel, user: User, name: str, target: Message | User) -> Invocation:
        """Use a context-menu command on a message or on a user."""
        command = self._usable(channel, user, name, 3 if isinstance(target, Message) else 2)
        resolver = Resolver(self.world, channel)
        if isinstance(target, User):
            resolver.add(target)
        else:
            shown = payloads.message(self.world, target, full=True)
            resolver.data["messages"] = {str(target.id): shown}
        data: Json = {"id": command["id"], "name": name, "type": command["type"], "target_id": str(target.id)}
        return self._interact(InteractionKind.COMMAND, channel, user, data | {"resolved": resolver.data})

    async def click(self, message: Message, button: str, user: User) -> Invocation:
        """Click the button with this custom id or label."""
        fitting = [part for part in message.buttons if button in (part.get("custom_id"), part.get("label"))]
        if not fitting or fitting[0].get("disabled") or "custom_id" not in fitting[0]:
            raise ValueError(f"no button {button!r} to click among {[part.get('label') for part in message.buttons]}")
        data = {"component_type": 2, "custom_id": fitting[0]["custom_id"], "id": fitting[0]["id"]}
        return self._on_message(message, user, data)

    async def press_stale(self, message: Message, custom_id: str, user: User) -> Invocation:
        """Click a button that this user's screen still shows, although the message may have lost it."""
        return self._on_message(message, user, {"component_type": 2, "custom_id": custom_id, "id": 1})

    async def choose(self, message: Message, custom_id: str, picked: Sequence[Value], user: User) -> Invocation:
        """Pick from the select with this custom id."""
        fitting = [part for part in message.parts() if part["type"] in SELECTS and part["custom_id"] == custom_id]
        if not fitting or fitting[0].get("disabled"):
            raise ValueError(f"no select {custom_id!r}")
        allowed = [option["value"] for option in fitting[0].get("options") or []]
        if allowed and not set(picked) <= set(allowed):
            raise ValueError(f"{custom_id!r} has only {allowed}")
        resolver = Resolver(self.world, message.channel)
        data: Json = {"component_type": fitting[0]["type"], "custom_id": custom_id, "id": fitting[0]["id"]}
        data["values"] = [str(resolver.add(value)) for value in picked]
        return self._on_message(message, user, data | ({"resolved": resolver.data} if resolver.data else {}))

    async def submit_modal(self, modal: Modal, values: Mapping[str, filling.Entry]) -> Invocation:
        """Send a form; values go by custom id or by label, files to a file upload."""
        origin = modal.interaction
        resolver = Resolver(self.world, origin.channel)
        parts = filling.fill(modal.data["components"], values, resolver)
        data: Json = {"custom_id": modal.custom_id, "components": parts, "resolved": resolver.data}
        return self._interact(InteractionKind.MODAL, origin.channel, origin.user, data, source=origin.source)

    def say(
        self,
        channel: Channel,
        user: User,
        text: str = "",
        uploads: Sequence[Upload] = (),
        *,
        reply_to: Message | None = None,
    ) -> Message:
        """Write a message. Raises ApiError where the user may not."""
        messages.check_sendable(self.world, channel, user, files=bool(uploads))
        hidden = [_as_spoiler(upload) for upload in uploads]
        draft = compose(self.world, {"content": text}, hidden)
        return messages.post(self.world, channel, user, draft, reply_to=reply_to)

    def forward(self, message: Message, channel: Channel, user: User, text: str = "") -> Message:
        """Forward a message into a channel; a text stands beside it. Raises ApiError where the user may not."""
        messages.check_sendable(self.world, channel, user, files=bool(message.attachments))
        draft = compose(self.world, {"content": text}, (), is_forward=True)
        return messages.forward(self.world, message, channel, user, draft)

    def _command(
        self, channel: Channel, user: User, name: str, values: Mapping[str, Value], focused: str | None
    ) -> Invocation:
        first, *path = name.split()
        command = self._usable(channel, user, first, commands.SLASH)
        resolver = Resolver(self.world, channel)
        data: Json = {"id": command["id"], "name": first, "type": commands.SLASH}
        data |= options.fill(command, path, values, resolver, focused)
        if resolver.data:
            data["resolved"] = resolver.data
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        return self._interact(
            InteractionKind.COMMAND if focused is None else InteractionKind.AUTOCOMPLETE, channel, user, data
        )

    def _usable(self, channel: Channel, user: User, name: str, kind: int) -> Json:
        command = commands.find(self.world, channel.guild_id, name, kind)
        if command is None:
            known = sorted(entry["name"] for entry in self.world.commands.values())
            raise ValueError(f"there is no command {name!r}, only {known}")
        granted = in_channel(channel, user.id)
        needed = Permission(int(command["default_member_permissions"] or 0))
        if Permission.USE_APPLICATION_COMMANDS not in granted or (channel.guild and needed not in granted):
            raise ValueError(f"{user.name} may not use {name!r} here")
        allowed_in = command.get("contexts")
        if command.get("dm_permission") is False and channel.guild is None:
            raise ValueError(f"{name!r} is not for direct conversations")
        if allowed_in is not None and (0 if channel.guild else 1) not in allowed_in:
            raise ValueError(f"{name!r} is not for this kind of place")
        return command

    def _on_message(self, message: Message, user: User, data: Json) -> Invocation:
        if message.deleted:
            raise ValueError("the message is gone")
        return self._interact(InteractionKind.COMPONENT, message.channel, user, data, source=message)

    def _interact(
        self, kind: InteractionKind, channel: Channel, user: User, data: Json, *, source: Message | None = None
    ) -> Invocation:
        world = self.world
        interaction = Interaction(
            id=world.new_id(),
            token=secrets.token_urlsafe(48),
            kind=kind,
            user=user,
            channel=channel,
            created=world.now(),
            data=data,
            source=source,
        )
        world.interactions[interaction.id] = world.by_token[interaction.token] = interaction
        world.emit("INTERACTION_CREATE", self._payload(interaction), channel)
        return Invocation(world, interaction)

    def _payload(self, interaction: Interaction) -> Json:
        world, channel, user = self.world, interaction.channel, interaction.user
        guild = channel.guild
        own = str(int(in_channel(channel, world.bot.id)))
        theirs = str(int(in_channel(channel, user.id)))
        shown: Json = {
            "id": str(interaction.id),
            "application_id": str(world.bot.id),
            "type": int(interaction.kind),
            "data": interaction.data,
            "token": interaction.token,
            "version": 1,
            "channel_id": str(channel.id),
            "channel": payloads.channel(world, channel) | {"permissions": theirs},
            "app_permissions": own,
            "locale": user.locale,
            "entitlements": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": max(channel.upload_limit, user.upload_limit),
        }
        if guild is not None:
            shown["guild_id"] = str(guild.id)
            shown["guild_locale"] = guild.locale
            shown["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": list(guild.features)}
            shown["member"] = payloads.member(guild.members[user.id]) | {"permissions": theirs}
        else:
            shown["user"] = payloads.user(user)
        if interaction.source is not None:
            shown["message"] = payloads.message(world, interaction.source, full=True)
        return shown


def _as_spoiler(upload: Upload) -> Upload:
    """The file as Discord's own interface sends it: one marked as a spoiler says so in its name."""
    if not upload.spoiler or upload.filename.startswith("SPOILER_"):
        return upload
    return replace(upload, filename=f"SPOILER_{upload.filename}")
