"""The English source: one module for each subject, all of them in ``MESSAGES``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from cogs.ui.texts.english import access, answers, budget, commands, common, gate, operator, quota
from cogs.ui.texts.message import Plural

_SUBJECTS: Final = (access, answers, budget, commands, common, gate, operator, quota)


def _all() -> Mapping[str, str | Plural]:
    messages: dict[str, str | Plural] = {}
    for subject in _SUBJECTS:
        if twice := messages.keys() & subject.MESSAGES.keys():
            raise ValueError(f"written twice: {', '.join(sorted(twice))}")
        messages |= subject.MESSAGES
    return MappingProxyType(messages)


MESSAGES: Final = _all()
