"""The API origin: the documented calls, behind the key and the faults (Oxen pages "Async Queue", "Models")."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import hdrs, web

from sandbox.oxen.blocking import BlockingCalls
from sandbox.oxen.catalogue import media_type
from sandbox.oxen.concurrency import Bell, OwnedTasks
from sandbox.oxen.events import EventHub
from sandbox.oxen.faults import EVENTS_PATH, QUEUE_PATH, Faults
from sandbox.oxen.generations import Generations, GenerationStatus
from sandbox.oxen.history import History
from sandbox.oxen.lifecycle import Lifecycle
from sandbox.oxen.refusals import not_found, out_of_credits, refusal
from sandbox.oxen.results import RESULTS_PATH, ResultLinks

NAMESPACE = "sandbox"
"""The key's own user, who stores and pays unless `target_namespace` says otherwise."""

MAX_BODY_BYTES = 128 * 1024 * 1024

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRequest:
    """One API call as it arrived; `body` is its JSON, None without one or when it is not JSON.

    `arrived` is on the clock of `time.perf_counter`, in seconds.
    """

    method: str
    path: str
    query: dict[str, str]
    body: object
    authorised: bool
    arrived: float = field(default_factory=time.perf_counter)


class Api:
    """Answers the API's calls over the simulation's parts."""

    def __init__(
        self,
        *,
        api_key: str,
        models: dict[str, dict[str, Any]],
        generations: Generations,
        lifecycle: Lifecycle,
        hub: EventHub,
        links: ResultLinks,
        history: History,
        blocking: BlockingCalls,
        faults: Faults,
        tasks: OwnedTasks,
        bell: Bell,
    ) -> None:
        self.api_key = api_key
        self.requests: list[RecordedRequest] = []
        self.favorites: list[str] = []
        self._models = models
        self._generations = generations
        self._lifecycle = lifecycle
        self._hub = hub
        self._links = links
        self._history = history
        self._blocking = blocking
        self._faults = faults
        self._tasks = tasks
        self._bell = bell

    def application(self) -> web.Application:
        """The API as an aiohttp application."""
        application = web.Application(middlewares=[self._gate], client_max_size=MAX_BODY_BYTES)
        application.add_routes(
            [
                web.post(QUEUE_PATH, self._enqueue),
                web.get(QUEUE_PATH, self._list),
                web.get(QUEUE_PATH + "/{id}", self._read),
                web.delete(QUEUE_PATH + "/{id}", self._cancel),
                web.get(EVENTS_PATH, self._hub.serve),
                web.get("/api/ai/models", self._list_models),
                web.get("/api/ai/models/favorites", self._list_favorites),
                web.get("/api/ai/models/{id:.+}", self._model),
                web.get("/api/users/me", self._me),
                web.get(RESULTS_PATH + "/{id}.mp4", self._result),
                *self._history.routes(),
                *self._blocking.routes(),
            ]
        )
        return application

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        body = await request.read()
        authorised = request.headers.get(hdrs.AUTHORIZATION) == f"Bearer {self.api_key}"
        self.requests.append(
            RecordedRequest(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                body=_json(body),
                authorised=authorised,
            )
        )
        self._bell.wake()
        if not authorised:
            return web.json_response({"status": "error", "status_message": "unauthenticated"}, status=401)
        if request.path == EVENTS_PATH:
            return await self._answer(request, handler)
        # A call that has arrived is carried out, whether or not its client waits for the answer.
        return await asyncio.shield(self._tasks.spawn(self._answer(request, handler)))

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        async def proceed() -> web.StreamResponse:
            try:
                return await handler(request)
            except web.HTTPException as error:
                return web.json_response(refusal("resource_not_found", error.reason), status=error.status)

        strike = self._faults.take(request)
        return await (proceed() if strike is None else strike(request, proceed))

    async def _enqueue(self, request: web.Request) -> web.Response:
        body = _json(await request.read())
        if not isinstance(body, dict) or not isinstance(body.get("model"), str):
            return _message(400, "model is required")
        model = self._models.get(body["model"])
        if model is None:
            return _message(404, f"Model not found: {body['model']}")
        kind = media_type(model)
        if kind is None:
            return web.json_response({"status": "error", "status_message": ":unsupported_media_type"}, status=400)
        count = body.get("num_generations", 1)
        if type(count) is not int or not 1 <= count <= 4:
            return _message(400, "num_generations must be an integer between 1 and 4")
        if self._lifecycle.credits_micro_usd <= 0:
            return out_of_credits()
        namespace = str(body.get("target_namespace") or NAMESPACE)
        rows = [self._generations.enqueue(body, media_type=kind, namespace=namespace) for _ in range(count)]
        for row in rows:
            self._lifecycle.enqueued(row)
        return web.json_response(
            {"generations": [{"generation_id": row.id, "status": GenerationStatus.QUEUED.value} for row in rows]}
        )

    async def _read(self, request: web.Request) -> web.Response:
        generation = self._generations.visible(request.match_info["id"])
        if generation is None:
            return not_found("Generation not found")
        return web.json_response(generation.row(self._links.current(generation)))

    async def _list(self, request: web.Request) -> web.Response:
        status = request.query.get("status")
        if status is not None and status not in list(GenerationStatus):
            return _message(400, f"Invalid status: {status}")
        filters = {name: request.query[name] for name in ("namespace", "model", "media_type") if name in request.query}
        listed = self._generations.listed(status=status, filters=filters)
        rows = [generation.row(self._links.current(generation)) for generation in listed]
        return web.json_response({"count": len(rows), "generations": rows})

    async def _cancel(self, request: web.Request) -> web.Response:
        generation = self._generations.visible(request.match_info["id"])
        if generation is None:
            return not_found("Generation not found")
        if generation.status.active:
            self._generations.end(generation.id, GenerationStatus.CANCELLED)
        return web.json_response({"status": "success", "generation_id": generation.id})

    async def _model(self, request: web.Request) -> web.Response:
        model = self._models.get(request.match_info["id"])
        if model is None:
            return _message(404, f"Model not found: {request.match_info['id']}")
        return web.json_response(model)

    async def _list_models(self, _: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": list(self._models.values())})

    async def _list_favorites(self, _: web.Request) -> web.Response:
        found = [self._models[name] for name in self.favorites if name in self._models]
        return web.json_response({"object": "list", "data": found})

    async def _me(self, _: web.Request) -> web.Response:
        dollars = self._lifecycle.credits_micro_usd / 1_000_000
        return web.json_response({"status": "success", "user": {"username": NAMESPACE, "credits": dollars}})

    async def _result(self, request: web.Request) -> web.Response:
        generation = self._generations.visible(request.match_info["id"])
        if generation is None or generation.status is not GenerationStatus.SUCCEEDED:
            return not_found("Result not found")
        return web.Response(status=302, headers={hdrs.LOCATION: self._links.signed(generation)})


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _message(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
