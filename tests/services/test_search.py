"""Looking for a generation whose answer was lost: found, certainly not there, or not certain."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from aiohttp import web

from bot.domain.generation import GenerationRequest
from bot.domain.job import Job
from bot.errors import OxenUncertain
from bot.oxen.client import OxenClient, Retries
from bot.services.jobs.queue_search import QueueSearch
from tests.oxen.hosts import Host, hosted
from tests.support import job

CDN = "https://cdn.test/attachments/1"
ONE, TWO, FRONT = f"{CDN}/2/one.png?ex=1&hm=2", f"{CDN}/3/two.png?ex=1&hm=2", f"{CDN}/4/front.png?ex=1&hm=2"


def sent(**changes: Any) -> Job:
    """A job whose request is on its way."""
    parameters: dict[str, Any] = {
        "prompt": "@Image1",
        "input_image": [ONE, TWO],
        "elements": [{"frontal_image_url": FRONT, "reference_image_urls": [FRONT]}],
    }
    return job(generation_request=GenerationRequest(**{"model": "kling", "parameters": parameters, **changes}))


def row(**changes: Any) -> dict[str, Any]:
    """The row of that job."""
    values: dict[str, Any] = {
        "generation_id": "ours",
        "status": "queued",
        "prompt": "@Image1",
        "input_image": [ONE, TWO],
        "elements": [{"frontal_image_url": FRONT, "reference_image_urls": [FRONT]}],
    }
    return values | changes


def foreign(**changes: Any) -> dict[str, Any]:
    """A row of somebody else's."""
    values: dict[str, Any] = {"generation_id": "theirs", "status": "queued", "input_image": ["https://x.test/1"]}
    return values | changes


async def is_nobodys(_generation_id: str, _job: Job) -> bool:
    return False


@asynccontextmanager
async def queue(*rows: Any, **beside: Any) -> AsyncIterator[tuple[QueueSearch, Host]]:
    """A search in a queue that has these active rows."""

    async def job_history(request: web.Request) -> web.Response:
        active = "status" not in request.query
        return web.json_response({"generations": list(rows) if active else [], **(beside if active else {})})

    async with hosted(job_history) as host, aiohttp.ClientSession() as session:
        client = OxenClient(session=session, base_url=host.url, api_key=lambda: "key", retries=Retries(attempts=1))
        yield QueueSearch(client, is_nobodys), host


@pytest.mark.parametrize(
    "ours",
    [
        row(),
        row(status="pending"),
        row(status=None, enqueued_at="yesterday"),
        row(preview_image="https://x.test/preview.png"),
        row(input_image=[ONE.replace("ex=1", "ex=9"), TWO.partition("?")[0]]),
        row(input_image=None, elements=None, parameters={"references": [{"at": ONE}, {"at": TWO}], "front": FRONT}),
    ],
    ids=["plain", "unknown status", "odd fields", "a preview", "signed anew", "other names"],
)
async def test_a_row_with_all_of_its_pictures_is_the_jobs(ours: dict[str, Any]) -> None:
    async with queue(foreign(), ours) as (search, _):
        assert await search.find(sent()) == "ours"


@pytest.mark.parametrize(
    "odd",
    [
        row(generation_id=None),
        row(generation_id={"id": "x"}),
        row(elements=[]),
        row(input_image=[ONE]),
        {"status": "queued", "note": f"could not fetch {FRONT}"},
        row(input_image=[], elements=[], raw='{"input_image": ["' + ONE.replace("/", "\\/") + '"]}'),
        row(input_image=[ONE.replace("cdn.test", "cache.test")], elements=[]),
        f"a row that is a text with {ONE} in it",
        [[TWO]],
        {ONE: "as a key"},
        {"source": f"proxy?of={quote(TWO, safe='')}"},
    ],
    ids=[
        "no id",
        "odd id",
        "without elements",
        "half",
        "in an error",
        "in a text",
        "other host",
        "text",
        "list",
        "key",
        "quoted",
    ],
)
async def test_a_row_that_may_be_the_jobs_leaves_it_open(odd: object) -> None:
    async with queue(foreign(), odd) as (search, _):
        with pytest.raises(OxenUncertain):
            await search.find(sent())


@pytest.mark.parametrize(
    "theirs",
    [
        foreign(),
        foreign(status="dreaming"),
        foreign(generation_id=None),
        foreign(prompt=f"like {ONE}"),
        {},
        7,
        None,
        "no object",
        [foreign()],
    ],
    ids=["plain", "unknown status", "no id", "our address in a prompt", "empty", "number", "null", "text", "list"],
)
async def test_an_odd_row_with_none_of_its_pictures_holds_up_no_job(theirs: object) -> None:
    async with queue(theirs) as (search, _):
        assert await search.find(sent()) is None


async def test_its_own_row_is_found_beside_one_that_may_be_its() -> None:
    async with queue(row(generation_id=None), row()) as (search, _):
        assert await search.find(sent()) == "ours"


async def test_a_list_that_says_there_are_more_rows_than_it_has_leaves_it_open() -> None:
    async with queue(foreign(), count=2) as (search, _):
        with pytest.raises(OxenUncertain):
            await search.find(sent())


@pytest.mark.parametrize("namespace", [None, "studio"])
async def test_it_is_looked_for_where_it_was_sent(namespace: str | None) -> None:
    async with queue() as (search, host):
        await search.find(sent(target_namespace=namespace, model="seedance"))
        asked = {(request.query.get("namespace"), request.query.get("model")) for request in host.seen}
        assert asked == {(namespace, "seedance")}


async def test_two_jobs_of_different_namespaces_share_no_look() -> None:
    async with queue() as (search, host):
        await search.find(sent(target_namespace="studio"))
        await search.find(sent(target_namespace="home"))
        assert {request.query.get("namespace") for request in host.seen} == {"studio", "home"}
