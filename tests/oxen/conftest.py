"""Clients of a test's own hosts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot.oxen.client import OxenClient, Retries
from bot.public_web import PublicWeb
from tests.oxen.hosts import KEY, Handler, MakeClient


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session of its own for each test."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def make_client(session: aiohttp.ClientSession) -> MakeClient:
    """Build a client that repeats without waiting, and takes results from this machine unless told otherwise."""

    def make(
        base_url: str, *, timeout_seconds: float = 5.0, attempts: int = 3, elsewhere: PublicWeb | None = None
    ) -> OxenClient:
        return OxenClient(
            session=session,
            base_url=base_url,
            api_key=lambda: KEY,
            timeout_seconds=timeout_seconds,
            retries=Retries(attempts=attempts, wait_initial=0, wait_max=0, wait_jitter=0),
            elsewhere=elsewhere or PublicWeb(allow_private=True),
        )

    return make


@pytest.fixture
def never() -> Handler:
    """A handler that reads a request and never answers it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    return handler
