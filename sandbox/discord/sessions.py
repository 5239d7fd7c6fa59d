"""What one IDENTIFY of the bot began: Discord documentation, page "Gateway"."""

from dataclasses import dataclass, field
from enum import IntFlag

from sandbox.discord.model import Channel, Guild


class Intent(IntFlag):
    """The intents that matter here."""

    GUILDS = 1 << 0
    MEMBERS = 1 << 1
    PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.MEMBERS | Intent.PRESENCES | Intent.MESSAGE_CONTENT


@dataclass(slots=True, eq=False)
class Session:
    """What one IDENTIFY began; it outlives its connection for a RESUME."""

    id: str
    intents: Intent
    shard: tuple[int, int]
    sent: list[str] = field(default_factory=list)

    def wants(self, event: str, place: Channel | Guild | None) -> bool:
        """Whether its intents and its shard ask for the event."""
        guild = place if isinstance(place, Guild) else place.guild if place else None
        if (guild.id >> 22) % self.shard[1] != self.shard[0] if guild else self.shard[0] != 0:
            return False
        if event.startswith("MESSAGE_"):
            return bool(self.intents & (Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES))
        return event == "INTERACTION_CREATE" or Intent.GUILDS in self.intents
