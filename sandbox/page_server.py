"""SimCord's page as the sandbox serves it: drawn as Discord draws it, and as patient with whoever presses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import simcord
from simcord.preview import Preview
from simcord.preview._server import PreviewServer

_FILES: Final = Path(__file__).with_name("page_files")
_ADDED: Final[Mapping[str, str]] = {"/preview.css": "discord.css"}
_RETRY_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 60.0


class PageServer(PreviewServer):
    """Serves SimCord's own files, some of them with ours at their end."""

    async def _static(self, request: Any) -> Any:  # noqa: ANN401 - as SimCord has it
        response = await super()._static(request)
        if (added := _ADDED.get(request.path)) is not None:
            response.text += (_FILES / added).read_text(encoding="utf-8")
        return response


class _PatientPreview:
    """A preview that takes what is pressed while it is repainted, or while the bot is busy, as Discord would.

    SimCord's own refuses it, and its page forgets it.
    """

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the preview has
        return getattr(self._preview, name)

    async def _action(self, context_id: str | None, body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                page = self._preview._get_page(context_id)  # noqa: SLF001
                before = page.last_sequence
                try:
                    result = await self._preview._action(context_id, _as_of_now(body, page))  # noqa: SLF001
                except (simcord.SetupError, simcord.BackendError):
                    if page.last_sequence != before:
                        raise
                else:
                    if not _is_busy(result):
                        return result
                await asyncio.sleep(_RETRY_SECONDS)


def _as_of_now(body: Any, page: Any) -> Any:  # noqa: ANN401 - JSON
    """What is asked of a page, as if what it shows by now had been seen; a request that was answered is left alone."""
    if not isinstance(body, dict) or "published_revision" not in body or body.get("sequence") == page.last_sequence:
        return body
    return {**body, "published_revision": page.revision}


def _is_busy(result: Mapping[str, Any]) -> bool:
    return bool(result["rejected"]) and any(one["code"] == "busy" for one in result["diagnostics"])


def draw_as_discord(preview: Preview) -> Preview:
    """Have a page that is not open yet served by ``PageServer``."""
    preview._server = PageServer(_PatientPreview(preview))  # type: ignore[arg-type]  # noqa: SLF001
    return preview
