"""`make texts`: bring each language's messages up to date with the English source, and say what is to be translated."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from cogs.ui.texts import cldr
from cogs.ui.texts.catalogues import LOCALES
from cogs.ui.texts.check import faults
from cogs.ui.texts.english import MESSAGES
from cogs.ui.texts.formats import FILE_NAME
from cogs.ui.texts.message import Plural

_FOLDER: Final = Path("bot/locales")
_PROJECT: Final = "oxen-video-bot"
_NO_DATE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""One date for ever, so that a run that changes nothing changes no file."""


def source_catalog() -> Catalog:
    """The English source as a template."""
    template = Catalog(project=_PROJECT, domain="messages", charset="utf-8", fuzzy=False)
    for key, source in MESSAGES.items():
        words = (source.one, source.other) if isinstance(source, Plural) else source
        template.add(words, context=key)
    return template


def update(folder: Path) -> list[str]:
    """Write the template and each language's file; what is wrong with them."""
    template = source_catalog()
    problems: list[str] = []
    _write(folder / "messages.pot", template)
    (folder / FILE_NAME).write_text(cldr.as_json(["en_US", *LOCALES.values()]), encoding="utf-8")
    for name in LOCALES.values():
        file = folder / name / "LC_MESSAGES" / "messages.po"
        catalog = Catalog(locale=Locale.parse(name), domain="messages", charset="utf-8", fuzzy=False)
        if file.exists():
            with file.open("rb") as source:
                catalog = read_po(source, locale=Locale.parse(name), domain="messages")
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(file, catalog)
        problems += faults(catalog)
    return problems


def _write(file: Path, catalog: Catalog) -> None:
    catalog.project, catalog.version = _PROJECT, ""
    catalog.creation_date = catalog.revision_date = _NO_DATE
    catalog.header_comment = f"# {_PROJECT}: what people read. `make texts` keeps this file."
    catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, catalog, width=120, omit_header=False, ignore_obsolete=True)


def main() -> int:
    """Update and check; the process's status, 1 where something is to be translated or mended."""
    problems = update(_FOLDER)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    sys.stderr.write(f"{len(MESSAGES)} messages in {len(LOCALES)} languages, {len(problems)} to do.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
