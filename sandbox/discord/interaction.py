"""One interaction: what a user did, and how the bot answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum

from sandbox.discord.errors import Json
from sandbox.discord.model import Channel, Message, User


class InteractionKind(IntEnum):
    """What a user did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """How a bot may answer first."""

    MESSAGE = 4
    THINKING = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True, kw_only=True, eq=False)
class Interaction:
    """The state of one interaction."""

    id: int
    token: str
    kind: InteractionKind
    user: User
    channel: Channel
    created: datetime
    data: Json
    source: Message | None = None
    answer: Answer | None = None
    ephemeral: bool = False
    original: Message | None = None
    modal: Json | None = None
    choices: list[Json] = field(default_factory=list)
    followups: list[Message] = field(default_factory=list)
    expired: bool = False

    @property
    def possible(self) -> frozenset[Answer]:
        """The first answers that fit what the user did."""
        match self.kind:
            case InteractionKind.AUTOCOMPLETE:
                return frozenset({Answer.CHOICES})
            case InteractionKind.COMMAND:
                return frozenset({Answer.MESSAGE, Answer.THINKING, Answer.MODAL})
        fitting = {Answer.MESSAGE, Answer.THINKING}
        if self.source is not None:
            fitting |= {Answer.DEFERRED_UPDATE, Answer.UPDATE}
        return frozenset(fitting | ({Answer.MODAL} if self.kind is InteractionKind.COMPONENT else set()))
