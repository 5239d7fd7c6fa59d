"""What people may make: words that prompts may not hold, and what holds outside age-restricted channels."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.moderation import ContentSettings, OutsideAgeRestricted, Presentation, WordFilter
from bot.errors import NotAllowedError, RequestError
from bot.store.moderation import ModerationStore
from bot.text import Quote, text


class ContentPolicy:
    """A server's rules about content, and the operator's own words."""

    def __init__(self, store: ModerationStore, operator_words: Iterable[str] = ()) -> None:
        self._store = store
        self._operator_words = WordFilter(operator_words)

    async def check(self, prompt: str, *, guild_id: int, is_age_restricted: bool, quotes: bool = True) -> Presentation:
        """Check a prompt for a place; how what is made of it is shown there.

        ``quotes`` says whether a refusal may repeat the word.

        Raises:
            RequestError: it holds a word that it may not hold.
            NotAllowedError: nothing is made in such a place.
        """
        rules = await self._store.rules(guild_id)
        words = WordFilter(rules.words)
        for whose, filtered in (("operator", self._operator_words), ("server", words)):
            if (word := filtered.find(prompt)) is not None:
                key = f"refusal.word.{whose}"
                raise RequestError(text(key, word=Quote(word)) if quotes else text(f"{key}.unquoted"))
        is_outside = bool(guild_id) and not is_age_restricted
        outside = rules.settings.outside_age_restricted if is_outside else OutsideAgeRestricted.SHOW
        if outside is OutsideAgeRestricted.REFUSE:
            raise NotAllowedError(text("refusal.age_restricted"))
        return Presentation(
            is_hidden=outside is OutsideAgeRestricted.SPOILER,
            has_plain_title=bool(words) or bool(self._operator_words),
        )

    async def check_names(self, *names: str, guild_id: int) -> None:
        """Check names of saved elements, which others may see and prompts may hold.

        Raises:
            RequestError: one holds a word that it may not hold.
        """
        words = WordFilter((await self._store.rules(guild_id)).words)
        if self._operator_words.find(*names) is not None or words.find(*names) is not None:
            raise RequestError(text("refusal.word.name"))

    async def settings(self, guild_id: int) -> ContentSettings:
        """What a server's admins set about content."""
        return (await self._store.rules(guild_id)).settings
