"""SimCord's page as the sandbox serves it: drawn as Discord draws it, with the commands in the menu of a message.

It is as patient with whoever presses as Discord, too.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import simcord
from simcord.enums import AppCommandType
from simcord.preview import Preview
from simcord.preview._pages import _Page
from simcord.preview._server import PreviewServer
from simcord.results import ResponseMessage

_FILES: Final = Path(__file__).with_name("page_files")
_COMMAND: Final = ":component:command:"
"""In the control key of a command on a message, where a button has its place among the components."""
_RETRY_SECONDS: Final = 0.05
_PATIENCE_SECONDS: Final = 60.0


class _PageServer(PreviewServer):
    """Serves SimCord's own files, some of them with ours at their end."""

    async def _static(self, request: Any) -> Any:  # noqa: ANN401 - as SimCord has it
        response = await super()._static(request)
        if request.path == "/preview.css":
            response.text += _read("discord.css")
        elif request.path == "/app.js":
            names = json.dumps(_message_commands(self.preview))
            response.text += f"\nconst NAMES = {names};\n{_read('message_commands.js')}"
        return response


class _SandboxPage(_Page):
    """A page that shows a picture of the CDN wherever a message names it, as Discord does."""

    __slots__ = ()

    def _resolve_blob(self, record: Any, metadata: Mapping[str, Any], source: tuple[Any, ...] | None) -> None:  # noqa: ANN401
        is_named = source is not None and source[0] == "message"
        super()._resolve_blob(record, metadata, ("attachment",) if is_named else source)


class _SandboxPreview(Preview):
    """A preview that takes what is pressed while it is repainted, or while the bot is busy, as Discord would.

    SimCord's own refuses it, and its page forgets it.
    """

    def _publish(self, page: Any, **why: Any) -> None:  # noqa: ANN401 - as SimCord has it
        page.__class__ = _SandboxPage
        super()._publish(page, **why)

    async def _action(self, context_id: str | None, body: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                page = self._get_page(context_id)
                before = page.last_sequence
                try:
                    result = await super()._action(context_id, _as_of_now(body, page))
                except (simcord.SetupError, simcord.BackendError):
                    if page.last_sequence != before:
                        raise
                else:
                    if not _is_busy(result):
                        return result
                await asyncio.sleep(_RETRY_SECONDS)

    def _prepare_action(self, page: Any, kind: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as SimCord has it
        head, command, name = str(body.get("control_key")).partition(_COMMAND)
        if kind != "click" or not command:
            return super()._prepare_action(page, kind, body)
        message = self._target_message(page, int(head.removeprefix("message:")))

        async def run(action: Any, cursor: int) -> dict[str, Any]:  # noqa: ANN401 - SimCord's own
            given = page.viewer.context_menu(self.channel, name, ResponseMessage(self.env, message))
            return await self._run_interaction_action(page, action, cursor, given, republish_all=True)

        return run


def _read(name: str) -> str:
    return (_FILES / name).read_text(encoding="utf-8")


def _message_commands(preview: Preview) -> list[str]:
    """The names of the commands in the menu of a message."""
    registered = [key for commands in preview.env.backend.commands.values() for key in commands]
    return [name for name, kind in registered if kind == AppCommandType.MESSAGE]


def _as_of_now(body: Any, page: Any) -> Any:  # noqa: ANN401 - JSON
    """What is asked of a page, as if what it shows by now had been seen; a request that was answered is left alone."""
    if not isinstance(body, dict) or "published_revision" not in body or body.get("sequence") == page.last_sequence:
        return body
    return {**body, "published_revision": page.revision}


def _is_busy(result: Mapping[str, Any]) -> bool:
    return bool(result["rejected"]) and any(one["code"] == "busy" for one in result["diagnostics"])


def draw_as_discord(preview: Preview) -> Preview:
    """Have a preview that is not open yet served like this. SimCord makes its previews itself, and takes no other."""
    preview.__class__ = _SandboxPreview
    preview._server = _PageServer(preview)  # noqa: SLF001
    return preview
