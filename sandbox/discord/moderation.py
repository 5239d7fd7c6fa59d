"""What may not be said here: AutoMod's words, harmful links, explicit pictures.

Discord is said to exempt bots from AutoMod, and is seen not to at times; `exempts_bots` says which it is.
"""

from dataclasses import dataclass, field

from sandbox.discord.errors import refusal
from sandbox.discord.model import Channel, Upload, User


@dataclass(slots=True, kw_only=True)
class Moderation:
    """What is refused. Words and links are found in any case and anywhere in a text, files by their names.

    AutoMod's `words` (200000) and `title_words` (200001, of threads) hold in servers alone; `links` (240000) and
    `explicit_files` (20009) hold everywhere, for everybody.
    """

    words: set[str] = field(default_factory=set)
    title_words: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    explicit_files: set[str] = field(default_factory=set)
    exempts_bots: bool = False

    def check_message(self, channel: Channel, author: User, text: str, uploads: tuple[Upload, ...]) -> None:
        """Raise 200000, 240000 or 20009 for a message that is refused."""
        if self._watches(channel, author) and _found(self.words, text):
            raise refusal(200000)
        if _found(self.links, text):
            raise refusal(240000)
        if any(upload.filename in self.explicit_files for upload in uploads):
            raise refusal(20009)

    def check_title(self, channel: Channel, author: User, title: str) -> None:
        """Raise 200001 for the name of a thread that is refused."""
        if self._watches(channel, author) and _found(self.title_words, title):
            raise refusal(200001)

    def _watches(self, channel: Channel, author: User) -> bool:
        return channel.guild is not None and not (author.bot and self.exempts_bots)


def _found(wanted: set[str], text: str) -> bool:
    folded = text.casefold()
    return any(entry.casefold() in folded for entry in wanted)
