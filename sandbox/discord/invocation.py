"""What a user sees of the bot's answer to something they did."""

import asyncio
from dataclasses import dataclass

from sandbox.discord.errors import Json
from sandbox.discord.interaction import Answer, Interaction
from sandbox.discord.model import Message, User, flatten
from sandbox.discord.world import World

GRACE_SECONDS = 0.1


class NotAnsweredError(Exception):
    """The user reads "The application did not respond"."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Modal:
    """A form that the bot opened."""

    interaction: Interaction
    data: Json

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.data["title"])

    @property
    def custom_id(self) -> str:
        """Its custom id."""
        return str(self.data["custom_id"])

    def fields(self) -> dict[str, Json]:
        """Its fields by custom id."""
        return {part["custom_id"]: part for part in flatten(self.data["components"]) if "custom_id" in part}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FirstAnswer:
    """The first answer: a message, the note that the bot is thinking, a change of the message clicked on, a form."""

    kind: Answer
    ephemeral: bool
    message: Message | None
    modal: Modal | None
    choices: list[Json]


class Invocation:
    """One thing that a user did with the bot: a command, a click, a form sent."""

    def __init__(self, world: World, interaction: Interaction) -> None:
        self.interaction = interaction
        self._world = world

    @property
    def user(self) -> User:
        """Who did it."""
        return self.interaction.user

    @property
    def original(self) -> Message | None:
        """The message of the first answer, as it is now."""
        return self.interaction.original

    @property
    def followups(self) -> list[Message]:
        """The further answers that were sent through the interaction, oldest first."""
        return list(self.interaction.followups)

    async def answered(self) -> FirstAnswer:
        """The first answer. Raises NotAnsweredError when it does not come in time."""
        interaction = self.interaction
        due = interaction.created + self._world.limits.first_answer
        left = max(0.0, (due - self._world.now()).total_seconds()) + GRACE_SECONDS
        try:
            async with asyncio.timeout(left):
                kind = await self._world.until(lambda: interaction.answer)
        except TimeoutError:
            raise NotAnsweredError(f"no answer to {interaction.data}") from None
        if kind is None:
            raise NotAnsweredError
        modal = Modal(interaction=interaction, data=interaction.modal) if interaction.modal else None
        return FirstAnswer(
            kind=kind,
            ephemeral=interaction.ephemeral,
            message=interaction.original,
            modal=modal,
            choices=interaction.choices,
        )

    async def message(self, timeout: float = 60.0) -> Message:
        """The message of the first answer, once it says more than that the bot is thinking."""

        def shown() -> Message | None:
            original = self.interaction.original
            return None if original is None or original.loading else original

        async with asyncio.timeout(timeout):
            found = await self._world.until(shown)
        if found is None:
            raise NotAnsweredError
        return found

    async def modal(self) -> Modal:
        """The form that the bot opened. Raises NotAnsweredError when it answered otherwise."""
        answer = await self.answered()
        if answer.modal is None:
            raise NotAnsweredError(f"no form, but {answer.kind.name}: {answer.message and answer.message.text}")
        return answer.modal

    def expire(self) -> None:
        """End the life of the interaction's token now."""
        self.interaction.expired = True
        self._world.changed()
