"""The English source: one module for each subject, all of them in ``MESSAGES``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from cogs.ui.texts.message import Plural


def _all() -> Mapping[str, str | Plural]:
    messages: dict[str, str | Plural] = {}
    for subject in sorted(module.name for module in iter_modules(__path__)):
        of_subject: Mapping[str, str | Plural] = import_module(f"{__name__}.{subject}").MESSAGES
        if twice := messages.keys() & of_subject.keys():
            raise ValueError(f"written twice: {', '.join(sorted(twice))}")
        messages |= of_subject
    return MappingProxyType(messages)


MESSAGES: Final = _all()
