"""Requests that answer an interaction: its callback, and its webhook."""

from sandbox.discord import errors, messages, payloads
from sandbox.discord.answering import about, begin, describe
from sandbox.discord.compose import check_uploads, compose
from sandbox.discord.interaction import Answer, Interaction
from sandbox.discord.model import Message
from sandbox.discord.routing import NO_CONTENT, Call, Reply, Router


def register(router: Router) -> None:
    """Add this module's routes."""
    hook = "/webhooks/{application}/{token}"
    router.add("POST", "/interactions/{interaction}/{token}/callback", callback, is_open=True)
    router.add("POST", hook, follow_up, is_open=True)
    router.add("GET", hook + "/messages/{message}", read, is_open=True)
    router.add("PATCH", hook + "/messages/{message}", edit, is_open=True)
    router.add("DELETE", hook + "/messages/{message}", delete, is_open=True)


def callback(call: Call) -> Reply:
    """Create Interaction Response."""
    interaction = call.world.interactions.get(call.id("interaction"))
    if interaction is None or interaction.token != call.params["token"]:
        raise errors.unknown("Interaction")
    begin(call.world, interaction, call.json, call.uploads)
    if call.query.get("with_response") not in ("1", "true"):
        return NO_CONTENT
    return Reply(data=describe(call.world, interaction))


def follow_up(call: Call) -> Reply:
    """Create Followup Message; the first after "thinking" takes its place."""
    world, interaction = call.world, _live(call)
    check_uploads(world, call.uploads, _limit(interaction))
    original = interaction.original
    if original is not None and original.loading:
        sent = messages.edit(world, original, compose(world, call.json, call.uploads, before=original))
    else:
        draft = compose(world, call.json, call.uploads)
        hidden = bool(int(call.json.get("flags") or 0) & 64)
        sent = messages.post(
            world, interaction.channel, world.bot, draft, ephemeral=hidden, interaction=about(interaction)
        )
        interaction.followups.append(sent)
        world.changed()
    if call.query.get("wait") not in ("1", "true"):
        return NO_CONTENT
    return Reply(data=payloads.message(world, sent, full=True))


def read(call: Call) -> Reply:
    """Get Original Interaction Response, or Get Followup Message."""
    return Reply(data=payloads.message(call.world, _message(call), full=True))


def edit(call: Call) -> Reply:
    """Edit Original Interaction Response, or Edit Followup Message."""
    message, interaction = _message(call), _live(call)
    check_uploads(call.world, call.uploads, _limit(interaction))
    draft = compose(call.world, call.json, call.uploads, before=message)
    return Reply(data=payloads.message(call.world, messages.edit(call.world, message, draft), full=True))


def delete(call: Call) -> Reply:
    """Delete Original Interaction Response, or Delete Followup Message."""
    messages.delete(call.world, _message(call))
    return NO_CONTENT


def _live(call: Call) -> Interaction:
    world, interaction = call.world, call.world.by_token.get(call.params["token"])
    if interaction is None or call.id("application") != world.bot.id:
        raise errors.unknown("Webhook")
    if interaction.expired or world.now() - interaction.created > world.limits.token_life:
        raise errors.ApiError(401, 50027, "Invalid Webhook Token", avoidable=True)
    if interaction.answer is None or interaction.answer is Answer.CHOICES:
        raise errors.unknown("Webhook")
    return interaction


def _message(call: Call) -> Message:
    interaction = _live(call)
    wanted = interaction.original
    if call.params["message"] != "@original":
        number = call.id("message")
        mine = [entry for entry in (interaction.original, *interaction.followups) if entry is not None]
        wanted = next((entry for entry in mine if entry.id == number), None)
    if wanted is None or wanted.deleted:
        raise errors.unknown("Message")
    return wanted


def _limit(interaction: Interaction) -> int:
    return max(interaction.channel.upload_limit, interaction.user.upload_limit)
