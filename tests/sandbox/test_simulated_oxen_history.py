"""The history of the simulated Oxen: what was asked for, and what it cost."""

from decimal import Decimal
from typing import Any

import pytest

from sandbox.oxen import REFERENCE_TO_VIDEO
from tests.sandbox.oxen_caller import Caller, calling

FIVE_SECONDS = Decimal("0.56")


async def history(caller: Caller, **query: str) -> dict[str, Any]:
    status, answer = await caller.call("GET", "/ai/generations", **query)
    assert status == 200, answer
    return dict(answer)


async def test_a_video_that_was_made_costs_its_seconds_and_another_nothing() -> None:
    async with calling(seconds=None) as caller:
        made, failed = await caller.enqueue(), await caller.enqueue()
        caller.oxen.succeed(made)
        caller.oxen.fail(failed, "too dark")
        listed = await history(caller)
        rows = {row["generation_id"]: row for row in listed["generations"]}
        assert Decimal(rows[made]["cost"]) == Decimal(listed["total_cost"]) == FIVE_SECONDS
        assert (rows[failed]["cost"], rows[failed]["error_message"]) == (None, "too dark")


async def test_a_generation_that_failed_can_have_been_billed_all_the_same() -> None:
    async with calling(seconds=None) as caller:
        before = caller.oxen.credits_micro_usd
        failed = await caller.enqueue(duration=10)
        caller.oxen.fail(failed, "too dark")
        caller.oxen.charge(failed)
        assert Decimal((await history(caller))["total_cost"]) == 2 * FIVE_SECONDS
        assert before - caller.oxen.credits_micro_usd == 1_120_000
        with pytest.raises(ValueError, match="already"):
            caller.oxen.charge(failed)


async def test_nothing_charged_is_no_total() -> None:
    async with calling(seconds=None) as caller:
        assert (await history(caller))["total_cost"] is None
        await caller.enqueue()
        assert (await history(caller))["total_cost"] is None


async def test_one_of_them_is_wrapped_and_has_what_was_asked_for() -> None:
    async with calling(seconds=None) as caller:
        made = await caller.enqueue()
        caller.oxen.succeed(made)
        status, answer = await caller.call("GET", f"/ai/generations/{made}")
        assert (status, answer["status"], answer["status_message"]) == (200, "success", "resource_found")
        row = answer["generation"]
        assert Decimal(row["cost"]) == FIVE_SECONDS
        assert (row["prompt"], row["model_name"], row["status"]) == (
            "@Image1 in the rain",
            REFERENCE_TO_VIDEO,
            "succeeded",
        )
        assert (await caller.call("GET", "/ai/generations/none"))[1]["status_message"] == "resource_not_found"


async def test_it_comes_in_pages_newest_first_with_the_total_of_all() -> None:
    async with calling(seconds=None) as caller:
        ids = [await caller.enqueue() for _ in range(5)]
        for generation in ids:
            caller.oxen.succeed(generation)
        pages = [await history(caller, page=str(number), page_size="2") for number in (1, 2, 3, 4)]
        assert [row["generation_id"] for page in pages for row in page["generations"]] == ids[::-1]
        assert [page["count"] for page in pages] == [2, 2, 1, 0]
        assert {(page["total_entries"], page["total_pages"], page["page_size"]) for page in pages} == {(5, 3, 2)}
        assert {Decimal(page["total_cost"]) for page in pages} == {5 * FIVE_SECONDS}


@pytest.mark.parametrize("query", [{"page": "0"}, {"page_size": "1001"}, {"page": "one"}, {"status": "done"}])
async def test_a_query_out_of_range_is_refused(query: dict[str, str]) -> None:
    async with calling() as caller:
        assert (await caller.call("GET", "/ai/generations", **query))[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        {"status": "succeeded"},
        {"namespace": "club"},
        {"repo": "videos"},
        {"folder": "jobs/7"},
        {"model": REFERENCE_TO_VIDEO, "media_type": "video", "namespace": "club"},
    ],
)
async def test_filters_narrow_the_rows_and_the_total(query: dict[str, str]) -> None:
    async with calling(seconds=None) as caller:
        wanted = await caller.enqueue(target_namespace="club", target_repo="videos", target_directory="jobs/7")
        other = await caller.enqueue(duration=10)
        caller.oxen.succeed(wanted)
        caller.oxen.fail(other, "too dark")
        caller.oxen.charge(other)
        listed = await history(caller, **query)
        assert [row["generation_id"] for row in listed["generations"]] == [wanted]
        assert Decimal(listed["total_cost"]) == FIVE_SECONDS


@pytest.mark.parametrize("status", [403, 404])
async def test_the_history_can_be_out_of_reach(status: int) -> None:
    async with calling() as caller:
        generation = await caller.enqueue()
        caller.oxen.history_refused_with = status
        assert (await caller.call("GET", "/ai/generations"))[0] == status
        assert (await caller.call("GET", f"/ai/generations/{generation}"))[0] == status
        assert (await caller.call("GET", f"/ai/queue/{generation}"))[0] == 200
