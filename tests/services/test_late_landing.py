"""A request that was given up on its way, and reaches Oxen all the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import aiohttp

from sandbox.texts import saying
from sandbox.timing import QUICK
from sandbox.world import world
from tests.services.streams import QUEUE, told
from tests.support import png


async def test_a_request_that_reaches_oxen_after_the_first_searches_is_found_and_not_sent_again(tmp_path: Path) -> None:
    async with world(tmp_path, timing=replace(QUICK, landing_grace=600.0)) as here:
        here.oxen.faults.lose("POST", QUEUE, after_effect=False)
        await here.alice.slash(here.channel, "video", prompt="The ox of @Image1 dances", image1=png())
        lost = await here.oxen.wait_for_request("POST", QUEUE)
        looked = sum(request.method == "GET" for request in here.oxen.requests)
        await here.oxen.wait_for_request("GET", count=looked + 8)  # a search is four lists
        headers = {"Authorization": f"Bearer {here.oxen.api_key}"}
        async with aiohttp.ClientSession(headers=headers) as elsewhere:
            await elsewhere.post(f"{here.oxen.url}/ai/queue", json=lost.body)
        here.oxen.succeed((await here.oxen.wait_for_generation(1)).id)
        [outcome] = await told(here)
        assert saying("result.ready") in outcome
        assert here.oxen.started == 1
