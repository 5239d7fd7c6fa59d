"""The first answer to an interaction: Discord documentation, "Interaction Callback"."""

from collections.abc import Sequence

from sandbox.discord import commands, errors, messages, payloads
from sandbox.discord.compose import check_uploads, compose
from sandbox.discord.errors import Json
from sandbox.discord.form import check_modal
from sandbox.discord.interaction import Answer, Interaction
from sandbox.discord.model import Flags, Message, Upload
from sandbox.discord.world import World


def begin(world: World, interaction: Interaction, body: Json, uploads: Sequence[Upload]) -> None:
    """Take the first answer; 40060 for a second one, 10062 for a late one, 50035 for one that does not fit."""
    kind = errors.number(body.get("type"), "type", 1, 12)
    if interaction.answer is not None:
        raise errors.ApiError(400, 40060, "Interaction has already been acknowledged.", avoidable=True)
    if interaction.expired or world.now() - interaction.created > world.limits.first_answer:
        raise errors.unknown("Interaction")
    if kind not in interaction.possible:
        raise errors.wrong_type("type", f"one of {sorted(interaction.possible)}")
    data = body.get("data") or {}
    answer = Answer(kind)
    limit = max(interaction.channel.upload_limit, interaction.user.upload_limit)
    check_uploads(world, uploads, limit)
    match answer:
        case Answer.MESSAGE:
            interaction.ephemeral = _hidden(data)
            draft = compose(world, data, uploads)
            interaction.original = messages.post(
                world,
                interaction.channel,
                world.bot,
                draft,
                ephemeral=interaction.ephemeral,
                interaction=about(interaction),
            )
        case Answer.THINKING:
            interaction.ephemeral = _hidden(data)
            interaction.original = messages.thinking(
                world, interaction.channel, about(interaction), ephemeral=interaction.ephemeral
            )
        case Answer.UPDATE:
            source = _source(interaction)
            interaction.original = messages.edit(world, source, compose(world, data, uploads, before=source))
        case Answer.DEFERRED_UPDATE:
            interaction.original = _source(interaction)
        case Answer.CHOICES:
            interaction.choices = errors.items(data.get("choices"), "data.choices", 0, 25)
            commands.check_choices(interaction.choices, "data.choices", is_text=False)
        case Answer.MODAL:
            check_modal(data)
            interaction.modal = data
    interaction.answer = answer
    world.changed()


def describe(world: World, interaction: Interaction) -> Json:
    """The callback's own answer, which `with_response` asks for."""
    shown: Json = {"id": str(interaction.id), "type": int(interaction.kind)}
    resource: Json = {"type": int(interaction.answer or 0)}
    message = interaction.original
    if message is not None and interaction.answer is not Answer.DEFERRED_UPDATE:
        if world.limits.names_answers:
            shown["response_message_id"] = str(message.id)
        shown |= {"response_message_loading": message.loading, "response_message_ephemeral": message.ephemeral}
        resource["message"] = payloads.message(world, message, full=True)
    return {"interaction": shown, "resource": resource}


def about(interaction: Interaction) -> Json:
    """What a message says of the interaction that it answers."""
    owner = {"0": str(interaction.channel.guild_id or 0)}
    return {
        "id": str(interaction.id),
        "type": int(interaction.kind),
        "user": payloads.user(interaction.user),
        "authorizing_integration_owners": owner,
    }


def _source(interaction: Interaction) -> Message:
    if interaction.source is None or interaction.source.deleted:
        raise errors.unknown("Message")
    return interaction.source


def _hidden(data: Json) -> bool:
    return bool(errors.number(data.get("flags") or 0, "data.flags", 0, 2**31) & Flags.EPHEMERAL)
