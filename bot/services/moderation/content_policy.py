"""What people may make: words that prompts may not hold, and what holds outside age-restricted channels."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.moderation import ContentSettings, OutsideAgeRestricted, Presentation, Verdict, WordFilter
from bot.domain.request import VideoRequest
from bot.errors import NotAllowedError, RequestError
from bot.store.moderation import ModerationStore
from bot.text import Quote, text


class ContentPolicy:
    """A server's rules about content, and the operator's own words.

    ``is_moderated`` says that a moderation service is asked about each request.
    """

    def __init__(
        self, store: ModerationStore, operator_words: Iterable[str] = (), *, is_moderated: bool = False
    ) -> None:
        self._store = store
        self._operator_words = WordFilter(operator_words)
        self._is_moderated = is_moderated

    async def check(
        self, request: VideoRequest, *, guild_id: int, is_age_restricted: bool, quotes: bool = True
    ) -> Presentation:
        """Check a request for a place; how what is made of it is shown there.

        ``quotes`` says whether a refusal may repeat the word.

        Raises:
            RequestError: it holds a word that it may not hold, or was refused before as it is.
            NotAllowedError: nothing is made in such a place.
        """
        rules = await self._store.rules(guild_id, request.digest)
        words = WordFilter(rules.words)
        if (word := self._operator_words.find(request.prompt)) is not None:
            quoted = text("refusal.word_of_operator", word=Quote(word))
            raise RequestError(quoted if quotes else text("refusal.unquoted_word_of_operator"))
        if (word := words.find(request.prompt)) is not None:
            quoted = text("refusal.word_of_server", word=Quote(word))
            raise RequestError(quoted if quotes else text("refusal.unquoted_word_of_server"))
        if rules.was_refused:
            raise RequestError(text("refusal.unchanged"))
        return Presentation(
            is_hidden=_is_hidden(rules.settings, guild_id, is_age_restricted=is_age_restricted),
            has_plain_title=self._is_moderated or bool(words) or bool(self._operator_words),
            verdict=Verdict.PENDING if self._is_moderated else None,
        )

    async def hides(self, guild_id: int, *, is_age_restricted: bool) -> bool:
        """Whether what was made is hidden behind a spoiler in such a place of a server (0: direct messages).

        Raises:
            NotAllowedError: nothing is shown in such a place.
        """
        return _is_hidden(await self.settings(guild_id), guild_id, is_age_restricted=is_age_restricted)

    async def check_names(self, *names: str, guild_id: int) -> None:
        """Check names of saved elements, which others may see and prompts may hold.

        Raises:
            RequestError: one holds a word that it may not hold.
        """
        words = WordFilter((await self._store.rules(guild_id)).words)
        if self._operator_words.find(*names) is not None or words.find(*names) is not None:
            raise RequestError(text("refusal.word_in_name"))

    async def settings(self, guild_id: int) -> ContentSettings:
        """What a server's admins set about content."""
        return (await self._store.rules(guild_id)).settings


def _is_hidden(settings: ContentSettings, guild_id: int, *, is_age_restricted: bool) -> bool:
    if not guild_id or is_age_restricted:
        return False
    if settings.outside_age_restricted is OutsideAgeRestricted.REFUSE:
        raise NotAllowedError(text("refusal.age_restricted"))
    return settings.outside_age_restricted is OutsideAgeRestricted.SPOILER
