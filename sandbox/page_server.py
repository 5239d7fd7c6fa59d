"""SimCord's page as the sandbox serves it: drawn as Discord draws it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from simcord.preview import Preview
from simcord.preview._server import PreviewServer

_FILES: Final = Path(__file__).with_name("page_files")
_ADDED: Final[Mapping[str, str]] = {"/preview.css": "discord.css"}


class PageServer(PreviewServer):
    """Serves SimCord's own files, some of them with ours at their end."""

    async def _static(self, request: Any) -> Any:  # noqa: ANN401 - as SimCord has it
        response = await super()._static(request)
        if (added := _ADDED.get(request.path)) is not None:
            response.text += (_FILES / added).read_text(encoding="utf-8")
        return response


def draw_as_discord(preview: Preview) -> Preview:
    """Have a page that is not open yet served by ``PageServer``."""
    preview._server = PageServer(preview)  # noqa: SLF001 - SimCord has no other place for it
    return preview
