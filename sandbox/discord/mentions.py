"""Whom a message really pings: Discord documentation, "Allowed Mentions Object"."""

import re
from dataclasses import dataclass

from sandbox.discord.errors import Json, bad_length, invalid, wrong_type

USER = re.compile(r"<@!?(\d{1,20})>")
ROLE = re.compile(r"<@&(\d{1,20})>")
EVERYONE = re.compile(r"@(everyone|here)")
CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Who is named in a text and may be pinged."""

    users: frozenset[int]
    roles: frozenset[int]
    everyone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """A checked `allowed_mentions`; None for a list means: everybody named."""

    users: frozenset[int] | None
    roles: frozenset[int] | None
    everyone: bool
    replied_user: bool

    def of(self, words: str) -> Mentioned:
        """Those of the named that are allowed; what stands in code names nobody."""
        words = CODE.sub(" ", words)
        users = frozenset(map(int, USER.findall(words)))
        roles = frozenset(map(int, ROLE.findall(words)))
        return Mentioned(
            users=users if self.users is None else users & self.users,
            roles=roles if self.roles is None else roles & self.roles,
            everyone=self.everyone and EVERYONE.search(words) is not None,
        )


ANYBODY = Allowed(users=None, roles=None, everyone=True, replied_user=True)


def parse_allowed(raw: object) -> Allowed:
    """`allowed_mentions` as it was sent; without one everybody named is pinged."""
    if raw is None:
        return ANYBODY
    if not isinstance(raw, dict):
        raise wrong_type("allowed_mentions", "an object")
    parse = raw.get("parse") or []
    for index, kind in enumerate(parse):
        if kind not in ("users", "roles", "everyone"):
            raise wrong_type(f"allowed_mentions.parse.{index}", "one of ('users', 'roles', 'everyone')")
    return Allowed(
        users=_listed(raw, "users", parse),
        roles=_listed(raw, "roles", parse),
        everyone="everyone" in parse,
        replied_user=bool(raw.get("replied_user")),
    )


def _listed(raw: Json, key: str, parse: list[str]) -> frozenset[int] | None:
    listed = raw.get(key) or []
    if len(listed) > 100:
        raise bad_length(f"allowed_mentions.{key}", 0, 100)
    if key not in parse:
        return frozenset(int(entry) for entry in listed)
    if listed:
        raise invalid("allowed_mentions", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", f"parse:[{key}] excludes {key}.")
    return None
