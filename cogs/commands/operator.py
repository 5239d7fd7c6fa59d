"""``/operator``: for the application's owner and team alone, in any place, answered in private."""

from __future__ import annotations

from datetime import timedelta

from discord import app_commands
from discord.ext import commands

from bot.client import VideoBot
from bot.domain.age import parse_age
from bot.domain.gate import Purpose
from bot.domain.job import JobState
from bot.domain.model_spec import Media
from bot.domain.usage import Spent
from bot.errors import RequestError
from bot.services.operator_control import BotStatus, OperatorControl, ServerStatus
from bot.text import ANYTHING, Quote, Text, Usd, User, Value, text
from cogs.commands.admin_base import Person
from cogs.gate import PURPOSE
from cogs.replies import Interaction, answer_privately
from cogs.ui.admin_cards import text_card
from cogs.ui.cards import TEXT_CHARS
from cogs.ui.lines import fitted
from cogs.ui.operator_jobs import JOBS_SHOWN, OperatorJobButton, jobs_card
from cogs.ui.texts import texts_of
from cogs.ui.texts.commands import command_choice, command_text


@app_commands.default_permissions()
@app_commands.allowed_installs(guilds=True, users=False)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
class OperatorCog(
    commands.GroupCog,
    group_name="operator",
    group_description=command_text("operator"),
    group_extras={PURPOSE: Purpose.OPERATE},
):
    """Seeing the money go, and stopping it."""

    def __init__(self, bot: VideoBot) -> None:
        self._bot = bot

    @property
    def _operator(self) -> OperatorControl:
        return self._bot.services.operator

    @property
    def _made(self) -> str:
        """What the requests that are counted made, as ``bot.text.MADE`` has it."""
        return ANYTHING if self._bot.services.models.makes_pictures else Media.VIDEO

    @app_commands.command(name="status", description=command_text("operator.status"))
    async def status(self, interaction: Interaction) -> None:
        """Show how the bot stands."""
        status = await self._operator.status(interaction.user.id)
        await answer_privately(
            interaction, text_card("\n".join(map(texts_of(interaction).render, status_lines(status, self._made))))
        )

    @app_commands.command(name="servers", description=command_text("operator.servers"))
    async def servers(self, interaction: Interaction) -> None:
        """List the servers that the bot is in."""
        servers = await self._operator.servers(interaction.user.id)
        lines = [texts_of(interaction).render(server_line(server, self._made)) for server in servers]
        await answer_privately(
            interaction,
            text_card(
                texts_of(interaction)("operator.servers"),
                fitted(lines, room=TEXT_CHARS - 100, texts=texts_of(interaction)),
            ),
        )

    @app_commands.command(name="spenders", description=command_text("operator.spenders"))
    async def spenders(self, interaction: Interaction) -> None:
        """List who spent most."""
        spenders = await self._operator.spenders(interaction.user.id)
        lines = [texts_of(interaction).render(spender_line(one, self._made)) for one in spenders] or [
            texts_of(interaction)("operator.no_spenders")
        ]
        await answer_privately(interaction, text_card(texts_of(interaction)("operator.spenders"), "\n".join(lines)))

    @app_commands.command(name="pause", description=command_text("operator.pause"))
    async def pause(self, interaction: Interaction) -> None:
        """Accept no more requests."""
        done = await self._operator.pause(interaction.user.id)
        await answer_privately(interaction, text("operator.paused" if done else "operator.paused_already"))

    @app_commands.command(name="resume", description=command_text("operator.resume"))
    async def resume(self, interaction: Interaction) -> None:
        """Accept requests again."""
        done = await self._operator.resume(interaction.user.id)
        await answer_privately(interaction, text("operator.resumed" if done else "operator.not_paused"))

    @app_commands.command(name="ban", description=command_text("operator.ban"))
    @app_commands.describe(user=command_text("operator.ban.user"), server=command_text("operator.ban.server"))
    async def ban(self, interaction: Interaction, user: Person | None = None, server: str | None = None) -> None:
        """Ban a user or a server everywhere."""
        done = await self._operator.ban(
            interaction.user.id, user=None if user is None else user.id, server=_server_id(server)
        )
        key = "operator.banned" if done else "operator.banned_already"
        await answer_privately(interaction, text(key, who=_who(user, server)))

    @app_commands.command(name="unban", description=command_text("operator.unban"))
    @app_commands.describe(user=command_text("operator.ban.user"), server=command_text("operator.ban.server"))
    async def unban(self, interaction: Interaction, user: Person | None = None, server: str | None = None) -> None:
        """Undo a ban."""
        done = await self._operator.unban(
            interaction.user.id, user=None if user is None else user.id, server=_server_id(server)
        )
        key = "operator.unbanned" if done else "operator.not_banned"
        await answer_privately(interaction, text(key, who=_who(user, server)))

    @app_commands.command(name="leave", description=command_text("operator.leave"))
    @app_commands.describe(server=command_text("operator.ban.server"))
    async def leave(self, interaction: Interaction, server: str) -> None:
        """Leave a server."""
        guild_id = _server_id(server)
        assert guild_id is not None
        name = await self._operator.leave(interaction.user.id, guild_id)
        await answer_privately(interaction, text("operator.left", name=Quote(name), id=str(guild_id)))

    @app_commands.command(name="drain", description=command_text("operator.drain"))
    async def drain(self, interaction: Interaction) -> None:
        """Accept no new requests, and stop once those in the making are done. The stop waits for the answer."""
        async with self._bot.services.shutdown_guard.hold():
            count = await self._operator.drain(interaction.user.id)
            done = text("operator.draining_already") if count is None else text("operator.draining", count=count)
            await answer_privately(interaction, done)

    @app_commands.command(name="jobs", description=command_text("operator.jobs"))
    @app_commands.describe(
        state=command_text("operator.jobs.state"),
        user=command_text("operator.jobs.user"),
        older=command_text("operator.jobs.older"),
    )
    @app_commands.choices(state=[command_choice(f"choice.state.{state}", state) for state in JobState])
    async def jobs(
        self, interaction: Interaction, state: str | None = None, user: Person | None = None, older: str | None = None
    ) -> None:
        """List videos with what can be done with each."""
        found = await self._bot.services.operator_jobs.list(
            interaction.user.id,
            state=None if state is None else JobState(state),
            of_user=None if user is None else user.id,
            older=_age(older),
            limit=JOBS_SHOWN + 1,
        )
        await answer_privately(interaction, jobs_card(found, texts_of(interaction)))


def status_lines(status: BotStatus, made: str = Media.VIDEO) -> list[Text]:
    """How the bot stands, a text for each line; ``made`` is what the running requests make."""
    ceilings, spent = status.ceilings, status.spent
    lines = [text("operator.status.title")]
    if status.paused_since is not None:
        lines.append(text("operator.status.paused", since=status.paused_since))
    if status.out_of_credit_since is not None:
        lines.append(text("operator.status.no_credit", since=status.out_of_credit_since))
    for kind, amount, ceiling in (
        ("day", spent.day, ceilings.budget.day),
        ("month", spent.month, ceilings.budget.month),
    ):
        values: dict[str, Value] = {"spent": Usd(amount)}
        if ceiling is not None:
            values["ceiling"] = Usd(ceiling)
        lines.append(text(f"operator.status.{kind}" if ceiling is None else f"operator.status.{kind}_of", **values))
    if ceilings.share_per_day is not None:
        lines.append(text("operator.status.share", ceiling=Usd(ceilings.share_per_day)))
    lines.append(text("operator.status.person", seconds=ceilings.person_seconds))
    if status.price is None:
        lines.append(text("operator.status.no_price"))
    else:
        key = "operator.status.price_doubted" if status.is_price_doubted else "operator.status.price"
        lines.append(text(key, price=Usd(status.price)))
    if status.doubted_models:
        lines.append(text("operator.status.prices_doubted", models=tuple(status.doubted_models)))
    lines.append(text("operator.status.running", count=spent.running, made=made))
    lines.append(text("operator.status.servers", count=status.servers))
    users = text("count.users", count=len(status.bans.users))
    servers = text("count.servers", count=len(status.bans.servers))
    return [*lines, text("operator.status.bans", users=users, servers=servers)]


def server_line(server: ServerStatus, made: str = Media.VIDEO) -> Text:
    """One server with what was spent there, and for how many requests of what."""
    values: dict[str, Value] = {
        "spent": Usd(server.spent.micros if server.spent else 0),
        "jobs": text("admin_card.videos", count=server.spent.jobs if server.spent else 0, made=made),
    }
    if not server.guild_id:
        return text("operator.server.direct", **values)
    key = "banned" if server.is_banned else "works" if server.works else "elsewhere"
    return text(f"operator.server.{key}", name=Quote(server.name), id=str(server.guild_id), **values)


def spender_line(spent: Spent, made: str = Media.VIDEO) -> Text:
    """One person with what was spent for them, and for how many requests of what."""
    jobs = text("admin_card.videos", count=spent.jobs, made=made)
    values: dict[str, Value] = {"spent": Usd(spent.micros), "jobs": jobs, "seconds": spent.seconds}
    if not spent.subject_id:
        return text("operator.spender.forgotten", **values)
    return text("operator.spender", user=User(spent.subject_id), **values)


def _server_id(server: str | None) -> int | None:
    if server is None:
        return None
    word = server.strip()
    if not word.isascii() or not word.isdecimal() or not 0 < int(word) < 2**63:
        raise RequestError(text("operator.no_server_id"))
    return int(word)


def _age(older: str | None) -> timedelta | None:
    if older is None:
        return None
    try:
        return parse_age(older.strip())
    except ValueError:
        raise RequestError(text("operator.no_age")) from None


def _who(user: Person | None, server: str | None) -> Text:
    if user is not None:
        return text("operator.who.user", user=User(user.id))
    return text("operator.who.server", id=(server or "").strip())


async def setup(bot: VideoBot) -> None:
    """Add what is here."""
    await bot.add_cog(OperatorCog(bot))
    bot.add_dynamic_items(OperatorJobButton)
