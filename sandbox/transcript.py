"""A conversation in the simulated Discord, told line by line while it unfolds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from discord import AppCommandOptionType, InteractionType, MessageType

from bot.domain.clock import utc_now
from sandbox.oxen import RecordedRequest, SimulatedGeneration
from sandbox.plain_text import Payload, PlainText, shortened, size
from sandbox.world import BOT_NAME, World

Tell = Callable[[str], None]

_THREAD_NAME_CHARS = 44


class Narrator:
    """Tells what happens in a world from now on; ``tell`` gets each line."""

    def __init__(self, world: World, tell: Tell, *, bold: bool = False) -> None:
        self._tell = tell
        self._bold = bold
        self._begun = time.perf_counter()
        self._names = {world.channel.id: "#videos", world.alice.id: "alice", world.env.backend.bot_user.id: BOT_NAME}
        self._plain = PlainText(lambda identity: self._names.get(identity, str(identity)), utc_now)
        world.env.backend.subscribers.append(self._hear)

    def say(self, headline: str, lines: Iterable[str] = ()) -> None:
        """Tell one thing: when and what, with its lines below."""
        headline = f"\x1b[1m{headline}\x1b[0m" if self._bold else headline
        self._tell(f"\n[{time.perf_counter() - self._begun:5.1f} s] {headline}")
        for line in lines:
            self._tell(f"            {line}")

    def private_answer(self, answer: Payload, place_id: int) -> None:
        """Tell an answer that Discord shows to alice alone, and that makes no event."""
        self.say(f"{BOT_NAME} to alice alone, in {self._names[place_id]}", self._plain.message(answer))

    def asked(self, request: RecordedRequest) -> None:
        """Tell what Oxen was asked to make."""
        body: dict[str, Any] = request.body if isinstance(request.body, dict) else {}
        elements = body.get("elements") or []
        views = sum(1 + len(element.get("reference_image_urls") or []) for element in elements)
        pictures = f"{_count(len(body.get('input_image') or []), 'image')}, {_count(len(elements), 'element')}"
        lines = [
            f"prompt as sent: {body.get('prompt')}",
            f"{pictures} in {_count(views, 'view')}, {body.get('duration')} s, {body.get('aspect_ratio')}",
        ]
        self.say(f"Oxen is asked: {request.method} {request.path}", lines)

    def ended(self, generation: SimulatedGeneration) -> None:
        """Tell how a generation ended."""
        self.say(f"Oxen announces on the event stream: {generation.status}")

    def _hear(self, event: str, payload: Payload) -> None:
        match event:
            case "INTERACTION_CREATE":
                self._interaction(payload)
            case "THREAD_CREATE":
                self._thread(payload)
            case "MESSAGE_CREATE" if payload["type"] != MessageType.thread_created.value:
                self.say(f"{self._author(payload)} in {self._place(payload)}", self._plain.message(payload))
            case "MESSAGE_UPDATE":
                what = "the card" if payload["type"] == MessageType.chat_input_command.value else "a message"
                headline = f"{self._author(payload)} edits {what} in {self._place(payload)}"
                self.say(headline, self._plain.message(payload))

    def _interaction(self, payload: Payload) -> None:
        who = (payload.get("member") or payload)["user"]["username"]
        data = payload["data"]
        match InteractionType(payload["type"]):
            case InteractionType.application_command:
                options = data.get("options") or []
                width = max((len(option["name"]) for option in options), default=0)
                lines = [f"{option['name']:{width}}  {_value(option, data)}" for option in options]
                self.say(f"{who} types /{data['name']} in {self._place(payload)}", lines)
            case InteractionType.component:
                self.say(f"{who} presses a button in {self._place(payload)}")

    def _thread(self, payload: Payload) -> None:
        name = str(payload["name"])
        parent = self._names.get(int(payload["parent_id"]), "")
        self._names[int(payload["id"])] = f"“{shortened(name, _THREAD_NAME_CHARS)}”"
        self.say(f"{BOT_NAME} opens a thread in {parent}", [name])

    def _author(self, message: Payload) -> str:
        return str(message["author"]["username"])

    def _place(self, payload: Payload) -> str:
        return self._names.get(int(payload["channel_id"]), "another channel")


def _value(option: Payload, data: Payload) -> str:
    if option["type"] != AppCommandOptionType.attachment.value:
        return str(option["value"])
    file = data["resolved"]["attachments"][option["value"]]
    return f"{file['filename']} ({size(file['size'])})"


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"
