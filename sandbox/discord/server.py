"""The HTTP side: one socket for the API, the gateway and the files."""

import json
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.discord import body as bodies
from sandbox.discord import routes
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.faults import CutError, Fault, Faults, strike
from sandbox.discord.gateway import Gateway
from sandbox.discord.model import Upload
from sandbox.discord.routing import Call, Reply
from sandbox.discord.world import World

API = "/api/v10"
HEADERS = {
    "Via": "1.1 google",
    "X-RateLimit-Limit": "50",
    "X-RateLimit-Remaining": "49",
    "X-RateLimit-Reset-After": "1.0",
}


@dataclass(slots=True, kw_only=True)
class Request:
    """One request that the bot made, and how it was answered (status None: not answered, or not yet)."""

    method: str
    path: str
    query: dict[str, str]
    body: Json | list[Json]
    uploads: tuple[Upload, ...]
    authorized: bool
    status: int | None = None
    code: int | None = None


class Server:
    """Serves a world on 127.0.0.1."""

    def __init__(self, world: World, gateway: Gateway, faults: Faults) -> None:
        self.requests: list[Request] = []
        self.origin = ""
        self._world = world
        self._faults = faults
        self._router = routes.build()
        app = web.Application(client_max_size=2**30)
        app.router.add_get("/gateway/", gateway.handle)
        app.router.add_get("/gateway", gateway.handle)
        app.router.add_get("/cdn/{tail:.*}", world.cdn.serve)
        app.router.add_get("/media/{tail:.*}", world.cdn.serve)
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        self._gateway = gateway

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.origin = self._world.cdn.origin = f"http://127.0.0.1:{port}"
        self._world.gateway_url = f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._faults.clear()
        await self._gateway.drop()
        await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix(API)
        record = Request(
            method=request.method,
            path=path,
            query=dict(request.query),
            body={},
            uploads=(),
            authorized="Authorization" in request.headers,
        )
        self.requests.append(record)
        try:
            record.body, record.uploads = await bodies.read(request)
        except ApiError as error:
            return self._finish(record, self._refused(record, error))
        fault = self._faults.take(request.method, path)
        try:
            return self._finish(record, await self._with_fault(request, record, fault))
        except CutError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        finally:
            self._world.changed()

    async def _with_fault(self, request: web.Request, record: Request, fault: Fault | None) -> web.Response:
        if fault is not None and not fault.after_effect:
            struck = await strike(fault)
            if struck is not None:
                return struck
        answer = self._answer(request, record)
        if fault is not None and fault.after_effect:
            return await strike(fault) or answer
        return answer

    def _answer(self, request: web.Request, record: Request) -> web.Response:
        try:
            return _response(self._reply(request, record))
        except ApiError as error:
            return self._refused(record, error)

    def _reply(self, request: web.Request, record: Request) -> Reply:
        found = self._router.find(record.method, record.path) if request.path.startswith(API) else None
        if found is None:
            raise ApiError(404, 0, "404: Not Found", avoidable=True)
        route, params = found
        if not route.open and request.headers.get("Authorization") != f"Bot {self._world.token}":
            raise ApiError(401, 0, "401: Unauthorized", avoidable=True)
        return route.handler(
            Call(world=self._world, params=params, query=record.query, body=record.body, uploads=record.uploads)
        )

    def _refused(self, record: Request, error: ApiError) -> web.Response:
        record.code = error.code
        self._world.violations.add(f"{record.method} {record.path}", error.code, str(error), avoidable=error.avoidable)
        return _response(Reply(status=error.status, data=error.body()))

    def _finish(self, record: Request, response: web.Response) -> web.Response:
        record.status = response.status
        self._world.changed()
        return response


def _response(reply: Reply) -> web.Response:
    if reply.data is None:
        return web.Response(status=reply.status, headers=HEADERS)
    encoded = json.dumps(reply.data).encode()
    # discord.py reads an answer as JSON only when its type is exactly this, without a charset.
    return web.Response(status=reply.status, body=encoded, content_type="application/json", headers=HEADERS)
