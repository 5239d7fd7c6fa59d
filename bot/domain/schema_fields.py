"""The parameters of a model as its JSON Schema describes them, read with distrust: a schema comes from outside.

A schema that is too large or too deep, or that points elsewhere, is refused as a whole. What is odd in one field makes
that field a plain one, of which nothing is known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.plain_text import without_controls

_MAX_CHARS: Final = 100_000
_MAX_DEPTH: Final = 16
_MAX_NODES: Final = 5_000
_MAX_FIELDS: Final = 100
_MAX_VALUES: Final = 200
_MAX_VALUE_CHARS: Final = 100
_MAX_FOLLOWED: Final = 8
_MAX_READ: Final = 1_000
_REFERENCES: Final = ("$ref", "$dynamicRef", "$recursiveRef")
_LOCAL: Final = "#/"


class SchemaRefused(ValueError):  # noqa: N818 - reads as what it says
    """A schema that is not read; the message says why, for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaField:
    """One parameter. ``None`` and empty where its schema says nothing."""

    name: str
    types: frozenset[str] = frozenset()
    is_required: bool = False
    is_hidden: bool = False
    default: object = None
    values: tuple[object, ...] = ()
    least: float | None = None
    most: float | None = None
    step: float | None = None
    min_items: int | None = None
    max_items: int | None = None
    max_chars: int | None = None
    items: SchemaField | None = None
    fields: Mapping[str, SchemaField] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    """The patterns of ``x-media-references``, by the fields that they name."""

    def is_only(self, *types: str) -> bool:
        """Whether it is of these types alone; one that says none may be any."""
        return self.types <= frozenset(types)


def read_fields(schema: object) -> dict[str, SchemaField]:
    """The parameters that a schema describes, by their names, in its order.

    Raises:
        SchemaRefused: it is no schema of an object, hostile, or too large.
    """
    if not isinstance(schema, Mapping):
        raise SchemaRefused("Oxen gives no schema of its parameters")
    check_size(schema)
    fields = _Reader(schema).fields_of(schema)
    if not fields:
        raise SchemaRefused("its schema names no parameters")
    return fields


def check_size(document: object) -> None:
    """Check that a document from outside is small, flat, and in one piece.

    Raises:
        SchemaRefused: it is not.
    """
    nodes = 0
    todo: list[tuple[object, int]] = [(document, 0)]
    while todo:
        value, depth = todo.pop()
        nodes += 1
        if nodes > _MAX_NODES:
            raise SchemaRefused("its schema is too large")
        if depth > _MAX_DEPTH:
            raise SchemaRefused("its schema is nested too deep")
        if isinstance(value, Mapping):
            _check_references(value)
            todo.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            todo.extend((one, depth + 1) for one in value)
    if len(json.dumps(document)) > _MAX_CHARS:
        raise SchemaRefused("its schema is too large")


def _check_references(node: Mapping[object, object]) -> None:
    for name in _REFERENCES:
        target = node.get(name)
        if target is not None and not (isinstance(target, str) and target.startswith(_LOCAL)):
            if isinstance(target, Mapping):
                continue  # a parameter that has such a name
            raise SchemaRefused("its schema points to another one elsewhere")


class _Reader:
    """Reads fields of one document, and what they point to in it."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document
        self._count = 0

    def fields_of(self, node: Mapping[str, object]) -> dict[str, SchemaField]:
        """The properties of an object's schema."""
        properties = node.get("properties")
        required = node.get("required")
        if not isinstance(properties, Mapping):
            return {}
        if len(properties) > _MAX_FIELDS:
            raise SchemaRefused("its schema has too many parameters")
        names = {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()
        found = {
            name: self.field_of(name, one, is_required=name in names, depth=0)
            for name, one in properties.items()
            if isinstance(name, str) and isinstance(one, Mapping)
        }
        return found | {
            name: SchemaField(name=name, is_required=True) for name in sorted(names) if name not in properties
        }

    def field_of(self, name: str, node: Mapping[str, object], *, is_required: bool, depth: int) -> SchemaField:
        """One parameter.

        Raises:
            SchemaRefused: what it points to makes the schema too large.
        """
        self._count += 1
        if self._count > _MAX_READ:
            raise SchemaRefused("its schema is too large")
        node = self._resolved(node)
        items = node.get("items")
        constant = (node["const"],) if "const" in node else ()
        values = node.get("enum")
        properties = node.get("properties")
        is_shallow = depth < _MAX_FOLLOWED
        required = node.get("required")
        names = required if isinstance(required, list) else []
        return SchemaField(
            name=name,
            types=frozenset(_types(node.get("type"))) - {"null"},
            is_required=is_required,
            is_hidden=node.get("x-hidden") is True,
            default=node.get("default"),
            values=constant or (tuple(filter(_is_usable, values))[:_MAX_VALUES] if isinstance(values, list) else ()),
            least=_number(node, "minimum", "exclusiveMinimum", 1),
            most=_number(node, "maximum", "exclusiveMaximum", -1),
            step=_plain_number(node.get("multipleOf")),
            min_items=_count(node.get("minItems")),
            max_items=_count(node.get("maxItems")),
            max_chars=_count(node.get("maxLength")),
            items=self.field_of("items", items, is_required=False, depth=depth + 1)
            if isinstance(items, Mapping) and is_shallow
            else None,
            fields={
                key: self.field_of(key, one, is_required=key in names, depth=depth + 1)
                for key, one in properties.items()
                if isinstance(key, str) and isinstance(one, Mapping)
            }
            if isinstance(properties, Mapping) and is_shallow
            else {},
            groups=dict(_groups(node.get("x-media-references"))),
        )

    def _resolved(self, node: Mapping[str, object]) -> Mapping[str, object]:
        """What a node says together with what it points to, and with the one case of several that is not null."""
        for _ in range(_MAX_FOLLOWED):
            target = node.get("$ref")
            if isinstance(target, str):
                rest = {name: value for name, value in node.items() if name != "$ref"}
                node = {**self._found(target), **rest}
                continue
            cases = next((node[name] for name in ("anyOf", "oneOf", "allOf") if isinstance(node.get(name), list)), None)
            if not isinstance(cases, list):
                return node
            real = [case for case in cases if isinstance(case, Mapping) and case.get("type") != "null"]
            rest = {name: value for name, value in node.items() if name not in ("anyOf", "oneOf", "allOf")}
            if len(real) != 1:
                return rest
            node = {**real[0], **rest}
        raise SchemaRefused("its schema goes round in circles")

    def _found(self, target: str) -> Mapping[str, object]:
        place: object = self._document
        for part in target.removeprefix(_LOCAL).split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            place = place.get(key) if isinstance(place, Mapping) else None
        if not isinstance(place, Mapping):
            raise SchemaRefused("its schema points to something that is not there")
        return place


def _types(said: object) -> Iterator[str]:
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, str):
            yield one


def _groups(said: object) -> Iterator[tuple[str, str]]:
    groups = said.get("groups") if isinstance(said, Mapping) else None
    for group in groups if isinstance(groups, list) else ():
        if isinstance(group, Mapping):
            name, pattern = group.get("field"), group.get("pattern")
            if isinstance(name, str) and isinstance(pattern, str):
                yield name, pattern


def _is_usable(value: object) -> bool:
    """Whether a value can be offered to people: a number, or a short line of text."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    text = str(value)
    return 0 < len(text) <= _MAX_VALUE_CHARS and text == without_controls(text) and text.strip() == text


def _number(node: Mapping[str, object], name: str, exclusive: str, inside: int) -> float | None:
    """A bound; one that is excluded is moved by a whole number, for nothing else is asked of it."""
    found = _plain_number(node.get(name))
    excluded = node.get(exclusive)
    if excluded is True and found is not None:
        return found + inside
    bound = _plain_number(excluded)
    if bound is None:
        return found
    moved = bound + inside
    return moved if found is None else (max(found, moved) if inside > 0 else min(found, moved))


def _plain_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e12 else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else None
