"""What bodies Discord takes: a part of its published OpenAPI description, which is under the MIT licence.

``python -m tests.cogs.discord_description openapi.json`` takes the part anew out of the whole description.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_PART: Final = Path(__file__).with_suffix(".json")
_ROUTES: Final = {
    "/applications/{application_id}/commands": "put",
    "/channels/{channel_id}": "patch",
    "/channels/{channel_id}/messages": "post",
    "/channels/{channel_id}/messages/{message_id}": "patch",
    "/channels/{channel_id}/messages/{message_id}/threads": "post",
    "/interactions/{interaction_id}/{interaction_token}/callback": "post",
    "/users/@me/channels": "post",
    "/webhooks/{webhook_id}/{webhook_token}": "post",
    "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": "patch",
    "/webhooks/{webhook_id}/{webhook_token}/messages/@original": "patch",
}
"""The routes on which the bot sends a body."""
_NOTES: Final = ("description", "title", "examples", "example")
_JSON: Final = "application/json"


@cache
def description() -> dict[str, Any]:
    """The part that is kept: the routes with their bodies, and every schema that these name."""
    loaded: dict[str, Any] = json.loads(_PART.read_text(encoding="utf-8"))
    return loaded


def part_of(whole: Mapping[str, Any]) -> dict[str, Any]:
    """The bodies of the routes that the bot uses, without a word of explanation."""
    paths = {path: {method: _body(whole["paths"][path][method])} for path, method in sorted(_ROUTES.items())}
    schemas: dict[str, Any] = {}
    waiting = list(_named(paths))
    while waiting:
        name = waiting.pop()
        if name not in schemas:
            schemas[name] = _without_notes(whole["components"]["schemas"][name])
            waiting += _named(schemas[name])
    info = {key: whole["info"][key] for key in ("title", "version", "license")}
    return {"openapi": whole["openapi"], "info": info, "paths": paths, "components": {"schemas": schemas}}


def _body(operation: Mapping[str, Any]) -> dict[str, Any]:
    schema = operation["requestBody"]["content"][_JSON]["schema"]
    return {"requestBody": {"content": {_JSON: {"schema": _without_notes(schema)}}}}


def _without_notes(schema: Any) -> Any:
    """The schema alone; what is called like a note may also be a property, whose value is an object."""
    if isinstance(schema, list):
        return [_without_notes(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in _NOTES or isinstance(value, dict)}
    return {key: _without_notes(value) for key, value in kept.items() if not key.startswith("x-")}


def _named(schema: Any) -> Iterator[str]:
    """The names of the schemas that one refers to."""
    match schema:
        case list():
            for item in schema:
                yield from _named(item)
        case dict():
            if isinstance(reference := schema.get("$ref"), str):
                yield reference.removeprefix("#/components/schemas/")
            for item in schema.values():
                yield from _named(item)


if __name__ == "__main__":
    part = part_of(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    _PART.write_text(json.dumps(part, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")
