"""The simulated Oxen as a whole: two listeners, one state, and the handles a test or the demo holds."""

from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.oxen.api import NAMESPACE, Api, RecordedRequest
from sandbox.oxen.blocking import BlockingCalls
from sandbox.oxen.catalogue import REFERENCE_TO_VIDEO, models
from sandbox.oxen.concurrency import WAIT_SECONDS, Bell, OwnedTasks
from sandbox.oxen.events import EventHub
from sandbox.oxen.faults import Faults
from sandbox.oxen.generations import Generations, GenerationStatus, SimulatedGeneration
from sandbox.oxen.history import History
from sandbox.oxen.lifecycle import Lifecycle
from sandbox.oxen.parameters import RefusedError
from sandbox.oxen.pictures import FetchImage, fetch_over_http
from sandbox.oxen.results import RecordedDownload, ResultHost, ResultLinks

_HOST = "127.0.0.1"
_SHUTDOWN_SECONDS = 1.0


class SimulatedOxen:
    """A real HTTP server on this machine that behaves like Oxen; an async context manager.

    `seconds` is how long a generation takes; None: it waits until the test ends it, and nothing is checked. With
    `begins_at_once` it is in the making as soon as it is enqueued, instead of in the queue for a while.
    `fetch_image` gets the bytes behind an image URL. `render` makes a video of the references; else a tiny clip.
    `models` (by id) may be changed at any time, as may `api_key` and `credits_micro_usd`.
    """

    def __init__(
        self,
        *,
        api_key: str = "sandbox-oxen-key",
        model: str = REFERENCE_TO_VIDEO,
        fetch_image: FetchImage | None = None,
        seconds: float | None = 0.0,
        begins_at_once: bool = False,
        keep_alive_seconds: float = 15.0,
        render: bool = False,
        port: int = 0,
        credits_micro_usd: int = 100_000_000,
        result_lifetime_seconds: int = 3600,
    ) -> None:
        self.faults = Faults()
        self.models: dict[str, dict[str, Any]] = models(model)
        self._port = port
        self._bell = Bell()
        self._tasks = OwnedTasks()
        self._runners: list[web.AppRunner] = []
        self._generations = Generations(self._bell)
        self._hub = EventHub(faults=self.faults, bell=self._bell, keep_alive_seconds=keep_alive_seconds)
        self._links = ResultLinks(lifetime_seconds=result_lifetime_seconds, faults=self.faults)
        self._lifecycle = Lifecycle(
            generations=self._generations,
            hub=self._hub,
            links=self._links,
            tasks=self._tasks,
            models=self.models,
            fetch_image=fetch_image or fetch_over_http,
            seconds=seconds,
            begins_at_once=begins_at_once,
            render=render,
            credits_micro_usd=credits_micro_usd,
        )
        self._history = History(self._generations, self._links)
        self._results = ResultHost(
            links=self._links, generations=self._generations, faults=self.faults, bell=self._bell
        )
        self._api = Api(
            api_key=api_key,
            models=self.models,
            generations=self._generations,
            lifecycle=self._lifecycle,
            hub=self._hub,
            links=self._links,
            history=self._history,
            blocking=BlockingCalls(
                models=self.models,
                generations=self._generations,
                lifecycle=self._lifecycle,
                links=self._links,
                bell=self._bell,
                namespace=NAMESPACE,
            ),
            faults=self.faults,
            tasks=self._tasks,
            bell=self._bell,
        )

    async def __aenter__(self) -> Self:
        """Listen; `url` is good from now on."""
        try:
            self._links.api_origin = await self._listen(self._api.application(), self._port)
            self._links.result_origin = await self._listen(self._results.application(), 0)
        except BaseException:
            await self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut what is open and stop; an error inside the simulation itself is raised here."""
        errors = await self._close()
        if errors and error is None:
            raise BaseExceptionGroup("the simulated Oxen failed", errors)

    @property
    def url(self) -> str:
        """The API's base URL, ending in `/api`."""
        return f"{self._links.api_origin}/api"

    @property
    def result_origin(self) -> str:
        """The origin (scheme, host, port) that results are downloaded from."""
        return self._links.result_origin

    @property
    def favorites(self) -> list[str]:
        """The ids of the models that the key's user marked; may be changed at any time."""
        return self._api.favorites

    @property
    def api_key(self) -> str:
        """The one key that is let in."""
        return self._api.api_key

    @api_key.setter
    def api_key(self, value: str) -> None:
        self._api.api_key = value

    @property
    def credits_micro_usd(self) -> int:
        """What is left to spend; at 0 an enqueue is refused, below a generation's price that generation fails."""
        return self._lifecycle.credits_micro_usd

    @credits_micro_usd.setter
    def credits_micro_usd(self, value: int) -> None:
        self._lifecycle.credits_micro_usd = value

    @property
    def history_refused_with(self) -> int | None:
        """The status (404 or 403) with which the history is refused; None: it answers."""
        return self._history.refused_with

    @history_refused_with.setter
    def history_refused_with(self, status: int | None) -> None:
        self._history.refused_with = status

    @property
    def generations(self) -> Mapping[str, SimulatedGeneration]:
        """All generations ever enqueued, by id, oldest first."""
        return MappingProxyType(self._generations.by_id)

    @property
    def started(self) -> int:
        """How many generations were ever enqueued: what would be billed."""
        return len(self._generations.by_id)

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every API call, oldest first."""
        return self._api.requests

    @property
    def downloads(self) -> list[RecordedDownload]:
        """Every request to the results' own host, oldest first."""
        return self._results.downloads

    @property
    def listeners(self) -> int:
        """How many event streams are open."""
        return self._hub.listeners

    async def judge(self, generation_id: str) -> str | None:
        """What the provider would fail the generation with, None when it would make it."""
        try:
            await self._lifecycle.judge(self._generations.by_id[generation_id])
        except RefusedError as refusal:
            return str(refusal)
        return None

    def start(self, generation_id: str) -> None:
        """From queued to processing; raises ValueError from anywhere else."""
        self._generations.start(generation_id)

    def succeed(self, generation_id: str, video: bytes | None = None, *, announce: bool = True, times: int = 1) -> None:
        """End with `video` (default: the tiny clip); raises ValueError when it has ended already."""
        self._lifecycle.succeed(generation_id, video, announce=announce, times=times)

    def fail(self, generation_id: str, message: str, *, announce: bool = True, times: int = 1) -> None:
        """End with an error; raises ValueError when it has ended already."""
        self._lifecycle.fail(generation_id, message, announce=announce, times=times)

    def cancel_elsewhere(self, generation_id: str) -> None:
        """Cancel as someone else with the key would: no event. Raises ValueError when it has ended already."""
        self._generations.end(generation_id, GenerationStatus.CANCELLED)

    def vanish(self, generation_id: str) -> None:
        """Make the row unknown to the API; it stays in `generations`."""
        self._generations.vanish(generation_id)

    def hide(self, generation_id: str) -> None:
        """Make the row unknown to the API until `show`; its course goes on."""
        self._generations.by_id[generation_id].hidden = True

    def show(self, generation_id: str) -> None:
        """Make a hidden row known again."""
        self._generations.by_id[generation_id].hidden = False

    def charge(self, generation_id: str) -> None:
        """Bill a generation although it was not made; raises ValueError when it was billed already."""
        self._lifecycle.charge(self._generations.by_id[generation_id])

    def announce(self, generation_id: str) -> None:
        """Send the completion event (again); raises ValueError for a generation that has none."""
        self._lifecycle.announce(generation_id)

    def emit(self, raw: bytes) -> None:
        """Send raw bytes to every open stream."""
        self._hub.emit(raw)

    def drop_streams(self, *, clean: bool = False) -> None:
        """End every open stream: cut it, or (`clean`) end the answer in good order."""
        self._hub.drop(clean=clean)

    def expire_results(self) -> None:
        """Let every signed URL made so far be too old; reading the row makes a good one."""
        self._links.expire_all()

    async def wait_for_listener(self, n: int = 1, *, timeout: float = WAIT_SECONDS) -> None:
        """Wait until exactly `n` streams are open (0: until all are gone)."""
        await self._bell.until(lambda: self.listeners == n, timeout=timeout)

    async def wait_for_request(
        self, method: str, path_prefix: str = "/api", count: int = 1, *, timeout: float = WAIT_SECONDS
    ) -> RecordedRequest:
        """Wait for the `count`-th call with this method and path (`/api/…`), and return it."""

        def fitting() -> list[RecordedRequest]:
            return [call for call in self.requests if call.method == method and call.path.startswith(path_prefix)]

        await self._bell.until(lambda: len(fitting()) >= count, timeout=timeout)
        return fitting()[count - 1]

    async def wait_for_generation(self, n: int = 1, *, timeout: float = WAIT_SECONDS) -> SimulatedGeneration:
        """Wait for the `n`-th generation to be enqueued, and return it."""
        await self._bell.until(lambda: self.started >= n, timeout=timeout)
        return list(self.generations.values())[n - 1]

    async def wait_for_end(self, generation_id: str, *, timeout: float = WAIT_SECONDS) -> SimulatedGeneration:
        """Wait until a generation has succeeded, failed or been cancelled, and return it."""
        generation = self.generations[generation_id]
        await self._bell.until(lambda: not generation.status.active, timeout=timeout)
        return generation

    async def wait_for_download(self, count: int = 1, *, timeout: float = WAIT_SECONDS) -> RecordedDownload:
        """Wait for the `count`-th request to the results' own host, and return it."""
        await self._bell.until(lambda: len(self.downloads) >= count, timeout=timeout)
        return self.downloads[count - 1]

    async def _listen(self, application: web.Application, port: int) -> str:
        # A stream whose listener has left must be noticed at once, not at the next keep-alive.
        runner = web.AppRunner(
            application, access_log=None, handler_cancellation=True, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        self._runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, _HOST, port).start()
        return f"http://{_HOST}:{runner.addresses[0][1]}"

    async def _close(self) -> list[BaseException]:
        self._lifecycle.close()
        self._hub.drop()
        errors = await self._tasks.close()
        for runner in self._runners:
            # Cut rather than drained: a client that has stopped reading would hold the end up.
            for connection in runner.server.connections if runner.server is not None else ():
                if connection.transport is not None:
                    connection.transport.abort()
            await runner.cleanup()
        return errors
