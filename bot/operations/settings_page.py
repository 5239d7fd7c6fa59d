"""The table of settings and the example `.env`, from the settings themselves: `make docs` writes both."""

from __future__ import annotations

from pathlib import Path

from bot.config import Settings

_PAGE_HEAD = """\
# Settings

From the environment, or from a file `.env` in the folder where the bot starts. A missing or bad one ends the process
with one sentence that names it, and status 2; so does a Discord that will not let the bot in. An error that nobody
foresaw ends it with status 1 and its traceback in the log.

This page is made from `bot/config.py` by `make docs`.

| name | default | what it is |
| --- | --- | --- |
"""
_EXAMPLE_HEAD = """\
# Copy this file to .env and fill in the two secrets. Values stand bare: no quotes, no comment behind them.
# A line that starts with "#" shows a default; remove the "#" to change it. `make docs` writes this file.
"""


def default_of(name: str) -> str | None:
    """A setting's default as an operator would type it, empty where it has none; ``None`` where it must be given."""
    field = Settings.model_fields[name]
    if field.is_required():
        return None
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return "" if field.default is None else str(field.default)


def settings_page() -> str:
    """``docs/settings.md``."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        shown = "**required**" if default is None else f"`{default}`" if default else "none"
        rows.append(f"| `{name.upper()}` | {shown} | {field.description} |\n")
    return _PAGE_HEAD + "".join(rows)


def example() -> str:
    """``.env.example``."""
    paragraphs = [_EXAMPLE_HEAD]
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        line = f"{name.upper()}=" if default is None else f"#{name.upper()}={default}"
        paragraphs.append(f"# {field.description}\n{line}\n")
    return "\n".join(paragraphs)


def write(project: Path) -> None:
    """Write both files of a checkout."""
    (project / "docs" / "settings.md").write_text(settings_page(), encoding="utf-8")
    (project / ".env.example").write_text(example(), encoding="utf-8")


if __name__ == "__main__":
    write(Path.cwd())
