"""Addresses of this machine that notice who connects, and names that resolve to whatever a test says."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp.abc import AbstractResolver, ResolveResult


@dataclass(slots=True)
class Listener:
    """A port, and the addresses at which somebody connected to it, in order."""

    port: int
    reached: list[str] = field(default_factory=list)


@asynccontextmanager
async def listening(*addresses: str) -> AsyncIterator[Listener]:
    """Listen on one port of these addresses, and hang up on whoever connects."""
    listener = Listener(port=0)

    def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.reached.append(str(writer.get_extra_info("sockname")[0]))
        writer.close()

    servers = []
    try:
        for address in addresses:
            servers.append(await asyncio.start_server(hang_up, address, listener.port))
            listener.port = int(servers[0].sockets[0].getsockname()[1])
        yield listener
    finally:
        for server in servers:
            server.close()


class Names(AbstractResolver):
    """Every name resolves to the first of the answers, the next time to the next, and to the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """What the test said."""
        self.asked.append(host)
        addresses = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""
