"""Who does something with the bot, and where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever gives a command, presses a button, sends off a form or writes a message, as Discord tells of them there.

    ``guild_id`` is 0 in direct messages; ``parent_id`` is the channel of a thread. ``can_use_commands`` is what Discord
    says of *Use Application Commands* for them there, ``is_moderator`` whether they manage the messages there, as far
    as an interaction says so. ``is_answered_in_public`` says that others read what they are answered. ``guild_locale``
    is the language of the server as a community, ``user_locale`` their own (``None``: unknown).
    """

    user_id: int
    guild_id: int
    channel_id: int
    parent_id: int | None = None
    role_ids: Collection[int] = ()
    can_use_commands: bool = True
    is_moderator: bool = False
    is_age_restricted: bool = False
    is_answered_in_public: bool = False
    guild_locale: str | None = None
    user_locale: str | None = None

    @property
    def channel_ids(self) -> frozenset[int]:
        """The channel and, for a thread, its parent."""
        return frozenset({self.channel_id} if self.parent_id is None else {self.channel_id, self.parent_id})
