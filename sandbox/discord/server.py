"""The HTTP side: one socket for the API, the gateway and the files."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiohttp import web

from sandbox.discord import body as bodies
from sandbox.discord import routes
from sandbox.discord.errors import ApiError, Json
from sandbox.discord.faults import CutError, Faults, strike
from sandbox.discord.gateway import Gateway
from sandbox.discord.model import Upload
from sandbox.discord.rate_limits import RateLimitedError, RateLimits
from sandbox.discord.routing import Call, Reply, Route
from sandbox.discord.world import World

API = "/api/v10"
HEADERS = {"Via": "1.1 google"}
BANNED = "<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare</title></head></html>"


@dataclass(slots=True, kw_only=True)
class Request:
    """One request that the bot made, and how it was answered (status None: not answered, or not yet)."""

    method: str
    path: str
    query: dict[str, str]
    body: Json | list[Json]
    uploads: tuple[Upload, ...]
    status: int | None = None
    code: int | None = None


class Server:
    """Serves a world on 127.0.0.1."""

    def __init__(self, world: World, gateway: Gateway, faults: Faults) -> None:
        self.requests: list[Request] = []
        self.origin = ""
        self.rate_limits = RateLimits(world.limits, world.now)
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
        )
        self.requests.append(record)
        try:
            return self._finish(record, await self._admitted(request, record))
        except CutError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        finally:
            self._world.changed()

    async def _admitted(self, request: web.Request, record: Request) -> web.Response:
        """The answer to a request that may be made, or the refusal of one that may not."""
        if self.rate_limits.banned:
            wait = {"Retry-After": str(math.ceil(self.rate_limits.ban_seconds))}
            return web.Response(status=429, text=BANNED, content_type="text/html", headers=wait)
        try:
            record.body, record.uploads = await bodies.read(request)
            route, params = self._find(request, record)
            self.rate_limits.admit(route, params)
        except ApiError as error:
            return self._refused(record, error)
        except RateLimitedError as error:
            return _response(Reply(status=429, data=error.body()), error.headers)
        fault = self._faults.take(record.method, record.path)
        if fault is not None and not fault.after_effect:
            struck = await strike(fault)
            if struck is not None:
                return struck
        answer = self._answer(record, route, params)
        if fault is not None and fault.after_effect:
            return await strike(fault) or answer
        return answer

    def _find(self, request: web.Request, record: Request) -> tuple[Route, Mapping[str, str]]:
        found = self._router.find(record.method, record.path) if request.path.startswith(API) else None
        if found is None:
            raise ApiError(404, 0, "404: Not Found", avoidable=True)
        if not found[0].open and request.headers.get("Authorization") != f"Bot {self._world.token}":
            raise ApiError(401, 0, "401: Unauthorized", avoidable=True)
        return found

    def _answer(self, record: Request, route: Route, params: Mapping[str, str]) -> web.Response:
        call = Call(world=self._world, params=params, query=record.query, body=record.body, uploads=record.uploads)
        about = self.rate_limits.headers(route, params)
        try:
            return _response(route.handler(call), about)
        except ApiError as error:
            return self._refused(record, error, about)

    def _refused(self, record: Request, error: ApiError, about: Mapping[str, str] | None = None) -> web.Response:
        record.code = error.code
        self._world.violations.add(f"{record.method} {record.path}", error.code, str(error), avoidable=error.avoidable)
        return _response(Reply(status=error.status, data=error.body()), about)

    def _finish(self, record: Request, response: web.Response) -> web.Response:
        record.status = response.status
        self.rate_limits.note(response.status)
        self._world.changed()
        return response


def _response(reply: Reply, about: Mapping[str, str] | None = None) -> web.Response:
    headers = {**HEADERS, **(about or {})}
    if reply.data is None:
        return web.Response(status=reply.status, headers=headers)
    encoded = json.dumps(reply.data).encode()
    # discord.py reads an answer as JSON only when its type is exactly this, without a charset.
    return web.Response(status=reply.status, body=encoded, content_type="application/json", headers=headers)
