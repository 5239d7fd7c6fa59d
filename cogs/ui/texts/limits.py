"""How long a text may be where Discord shows it, by its key; what is longer is refused or cut."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[-_'\w]{1,32}")
"""A command's or an option's name (Discord's page on application commands); lower case besides."""
_LIMITS: Final = {
    r"(command_name|option_name)\..*": 32,
    r"command\.(make|add)_from_message": 32,
    r"button\..*": 80,
    r"command\..*": 100,
    r"form\.title.*": 45,
    r"form\.(prompt|kind|images|element|element\.added)": 45,
    r"form\..*": 100,
    r"workbench\.(make|edit_prompt|add|last_used|options|back|previous|next|use|use_for)": 80,
    r"workbench\.(count|(choose|spoiler|camera|look)\..*)": 100,
    r"thread\..*": 90,
}
_OTHERWISE: Final = 1_500
_PATTERNS: Final = [(re.compile(pattern), limit) for pattern, limit in _LIMITS.items()]


def limit_of(key: str) -> int:
    """How many characters a message may have, whatever its language."""
    return next((limit for pattern, limit in _PATTERNS if pattern.fullmatch(key)), _OTHERWISE)
