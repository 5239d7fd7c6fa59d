"""Between a bot that speaks the pseudo-locale and those who read it in English: whole suites run unchanged.

Each request to Discord is looked at as Discord would get it: nothing may be cut, no limit broken, and no sentence of
the English source left. Then it is passed on in English.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any, Final

import discord
import simcord
from simcord import _dpy_internals
from simcord.http import FakeHTTPClient, FakeWebhookAdapter
from simcord.http.router import parse_form

from cogs.ui.texts import Catalogues, Texts
from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.message import Plural
from cogs.ui.texts.render import PLACEHOLDER
from sandbox.discord.errors import ApiError
from sandbox.discord.form import check_modal
from sandbox.discord.layout import check_layout
from sandbox.pseudo_locale import BEGIN, END, plain, pseudo_texts

VARIABLE: Final = "PSEUDO_LOCALE"
"""In the environment: each world speaks the pseudo-locale, unless its test has chosen languages."""
_MODAL: Final = 9
_COMPONENTS_V2: Final = 1 << 15
_MOST_CONTENT: Final = 2_000
_READ: Final = frozenset({"content", "label", "title", "placeholder", "description", "name"})
"""Where people read words: everything else is for programs, or what somebody gave."""
_NOT_MESSAGES: Final = re.compile(r"/applications/\d+/(?:guilds/\d+/)?commands|^/guilds/\d+/|^/users/@me$")
_WORDS: Final = re.compile(r"(?<![A-Za-z'@])[A-Za-z']+")
"""Words, but for names such as `@Image1`."""
_OF_PEOPLE: Final = re.compile(
    r"(?:command|option)_name\.|help\.example\..*\.prompt$|form\.prompt\.(?:example|continue)"
    r"|workbench\.(?:camera|look)\."
)
"""Names, and prompts that people take over: they say these words themselves."""
_RUN: Final = 4
"""So many words of a message in a row are no accident."""


class PseudoCatalogues(Catalogues):
    """The pseudo-locale for everybody, with the numbers and dates of English so that it can be read back."""

    def of(self, _locale: str | None) -> Texts:
        """The same for all."""
        return _english_numbers()


@cache
def _english_numbers() -> Texts:
    return pseudo_texts("en_US")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """What it found wrong, as sentences; ``parts`` are what has the beginning or the end of a sentence alone.

    ``told`` is what it said in English: the bot may read that in a message and say it again.
    """

    found: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def faults(self) -> list[str]:
        """All of it. Parts that are one sentence together were told in more than one message."""
        all_parts = "".join(self.parts)
        is_cut = all_parts.count(BEGIN) != all_parts.count(END)
        return [*self.found, *(f"cut: {part!r}" for part in self.parts if is_cut)]

    def passed_on(self, path: str, payload: Any) -> Any:  # noqa: ANN401 - JSON
        """A request's body in English, after a look at it."""
        if not isinstance(payload, dict) or _NOT_MESSAGES.search(path):
            return payload
        self._check_limits(payload)
        for place, words in _strings(payload):
            self._check_words(place, words)
        return _changed(payload, plain)

    def file_passed_on(self, file: discord.File) -> discord.File:
        """A file with what is said of it, and a table with its words, in English."""
        file.description = plain(file.description) if file.description else file.description
        if file.filename.endswith(".csv"):
            file.fp = BytesIO(plain(file.fp.read().decode("utf-8-sig")).encode())
        return file

    def _check_limits(self, payload: Mapping[str, Any]) -> None:
        answer = payload.get("data") if "type" in payload else None
        data = answer if isinstance(answer, Mapping) else payload
        try:
            if payload.get("type") == _MODAL:
                check_modal(data)
            elif data.get("components"):
                v2 = bool(data.get("flags", 0) & _COMPONENTS_V2)
                check_layout(data["components"], v2=v2, has_file=lambda _name: True)
        except ApiError as error:
            self.found.append(f"Discord refuses it: {error}")
        if len(data.get("content") or "") > _MOST_CONTENT:
            self.found.append(f"content of {len(data['content'])} characters")

    def _check_words(self, place: str, words: str) -> None:
        written = words.replace("\\", "")  # what stands in a prompt is escaped
        if written.count(BEGIN) != written.count(END) and "…" not in words:  # that says that it was shortened
            self.parts.append(words)
        if BEGIN in words:
            self.told.add(plain(words))
        elif words in self.told:
            return
        if place in _READ and (left := english_in(words)):
            self.found.append(f"in English: {place}: {left!r} of {words!r}")


def english_in(words: str) -> str | None:
    """The first words that are those of a message of the source; its translation would have other letters."""
    bare = words.strip("*_ \n.")
    if bare in _short_messages():
        return bare
    found = [match[0] for match in _WORDS.finditer(words)]
    runs = (" ".join(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1))
    return next((run for run in runs if run in _runs()), None)


@cache
def _short_messages() -> frozenset[str]:
    """The whole of each message that has too few words for a run."""
    return frozenset(
        bare for words in _sources() if (bare := words.strip("*_ \n.")) and 1 < len(_WORDS.findall(bare)) < _RUN
    )


@cache
def _runs() -> frozenset[str]:
    """Every few words in a row of every message."""
    runs: set[str] = set()
    for words in _sources():
        for part in PLACEHOLDER.split(words):
            found = _WORDS.findall(part or "")
            runs |= {" ".join(found[at : at + _RUN]) for at in range(len(found) - _RUN + 1)}
    return frozenset(runs)


def _sources() -> Iterator[str]:
    for key, source in MESSAGES.items():
        if not _OF_PEOPLE.match(key):
            yield from (source.one, source.other) if isinstance(source, Plural) else (source,)


def _strings(value: Any, place: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _strings(one, key)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one, place)


def _changed(value: Any, change: Callable[[str], str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: _changed(one, change) for key, one in value.items()}
    return [_changed(one, change) for one in value] if isinstance(value, list) else value


class _Http(FakeHTTPClient):
    """SimCord's Discord, behind an interpreter."""

    interpreter: Interpreter

    async def request(self, route: Any, *, files: Any = None, form: Any = None, **given: Any) -> Any:  # noqa: ANN401
        """As SimCord answers it."""
        held = [self.interpreter.file_passed_on(file) for file in files or ()]
        if form is not None:
            payload, held = parse_form(list(form), held)
            given["json"] = given.get("json") if payload is None else payload
        given["json"] = self.interpreter.passed_on(_path(route), given.get("json"))
        return await super().request(route, files=held, **given)


class _Webhooks(FakeWebhookAdapter):
    """SimCord's answers to interactions, behind an interpreter."""

    interpreter: Interpreter

    async def request(self, route: Any, session: Any, **given: Any) -> Any:  # noqa: ANN401
        """As SimCord answers it."""
        given["files"] = [self.interpreter.file_passed_on(file) for file in given.get("files") or ()]
        if multipart := given.pop("multipart", None):
            payload, given["files"] = parse_form(multipart, given["files"])
            given["payload"] = given.get("payload") if payload is None else payload
        given["payload"] = self.interpreter.passed_on(_path(route), given.get("payload"))
        return await super().request(route, session, **given)


def _path(route: Any) -> str:  # noqa: ANN401 - discord.py's
    return str(route.url).split("/api/v10", 1)[-1]


def interpret(env: simcord.Env, bot: discord.Client, interpreter: Interpreter) -> None:
    """Let an interpreter stand between a bot and SimCord's Discord from now on."""
    before = bot.http
    assert isinstance(before, FakeHTTPClient)
    http = _Http(before.backend, asyncio.get_running_loop(), message_content_access=before.message_content_access)
    http.token, http.interpreter = before.token, interpreter
    _dpy_internals.install_http(bot, http)
    answers = _Webhooks(before.backend, message_content_access=before.message_content_access)
    answers.interpreter = interpreter
    env._webhook_adapter = answers  # noqa: SLF001 - SimCord has no other place for it
    _dpy_internals.set_webhook_adapter(answers)
