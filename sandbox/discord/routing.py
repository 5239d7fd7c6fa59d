"""A request as a handler sees it, and the table of handlers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.discord import errors
from sandbox.discord.errors import Json
from sandbox.discord.model import Upload
from sandbox.discord.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, read and authenticated."""

    world: World
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Json | list[Json]
    uploads: tuple[Upload, ...]

    def id(self, name: str) -> int:
        """A snowflake from the path; `@me` is the bot. 50035 for anything else."""
        raw = self.params[name]
        if raw == "@me":
            return self.world.bot.id
        if not raw.isdecimal():
            raise errors.invalid(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not snowflake.')
        return int(raw)

    @property
    def json(self) -> Json:
        """The body, which has to be an object."""
        if not isinstance(self.body, dict):
            raise errors.wrong_type("", "an object")
        return self.body

    def number(self, name: str) -> int | None:
        """A number from the query; None when it is not there."""
        raw = self.query.get(name)
        if raw is None:
            return None
        if not raw.isdecimal():
            raise errors.invalid(name, "NUMBER_TYPE_COERCE", f'Value "{raw}" is not a number.')
        return int(raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer; without data it has no body."""

    status: int = 200
    data: Json | list[Json] | None = None


NO_CONTENT = Reply(status=204)
Handler = Callable[[Call], Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One kind of request; those with a token in the path need no other authorization."""

    method: str
    template: str
    pattern: re.Pattern[str]
    handler: Handler
    open: bool

    @property
    def name(self) -> str:
        """The method and the template: "POST /channels/{channel}/messages"."""
        return f"{self.method} {self.template}"


class Router:
    """Finds the handler of a request."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, method: str, template: str, handler: Handler, *, is_open: bool = False) -> None:
        """Register a handler; `{name}` in the template stands for one path segment."""
        pattern = re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(template)))
        self._routes.append(Route(method=method, template=template, pattern=pattern, handler=handler, open=is_open))

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """The first route that fits, with what stood for its names."""
        for route in self._routes:
            if route.method == method and (match := route.pattern.fullmatch(path)):
                return route, match.groupdict()
        return None
