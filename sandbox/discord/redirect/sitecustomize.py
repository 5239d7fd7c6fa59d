"""Points discord.py of this process at a loopback Discord; Python imports this file by itself at its start.

Nothing else about the program changes, and nothing at all unless LOOPBACK_DISCORD is set. discord.py is not
imported from here, only adjusted when the program does.
"""

import os
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType


def _http(module: ModuleType) -> None:
    module.Route.BASE = os.environ["LOOPBACK_DISCORD"] + "/api/v10"


def _gateway(module: ModuleType) -> None:
    socket = module.DiscordWebSocket
    origin = os.environ["LOOPBACK_DISCORD"].replace("http://", "ws://")
    socket.DEFAULT_GATEWAY = type(socket.DEFAULT_GATEWAY)(origin + "/gateway/")


def _state(module: ModuleType) -> None:
    seconds = os.environ.get("LOOPBACK_DISCORD_GUILD_READY_SECONDS")
    if seconds is None:
        return
    original = module.ConnectionState.__init__

    def __init__(self: object, **options: object) -> None:  # noqa: N807
        original(self, **{"guild_ready_timeout": float(seconds), **options})

    module.ConnectionState.__init__ = __init__


ADJUST: dict[str, Callable[[ModuleType], None]] = {
    "discord.http": _http,
    "discord.gateway": _gateway,
    "discord.state": _state,
}


class _Adjusting(Loader):
    def __init__(self, inner: Loader, adjust: Callable[[ModuleType], None]) -> None:
        self._inner = inner
        self._adjust = adjust

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._inner.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._inner.exec_module(module)
        self._adjust(module)


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in ADJUST:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Adjusting(spec.loader, ADJUST[fullname])
        return spec


if "LOOPBACK_DISCORD" in os.environ:
    sys.meta_path.insert(0, _Finder())
