"""The fault matrix: whatever happens at whatever call, a job ends once, is paid once and told once.

Each way lists every call to the outside on it, in the order of an undisturbed run; a test compares the
list with what really happens. Each call is struck by each fault. After a death the bot starts again on
the same database; and in every case once more at the end, which must change nothing.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.job import Job, JobState, Phase
from bot.domain.result_place import ResultPlace
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.texts import saying
from tests.faults.harness import PLAIN, Asked, Cell, Fault, FaultPoint, Harness, harness
from tests.support import png

ACCEPTED = (
    "database.accept",
    "database.write price",
    "database.change card_message_id card_phase redaction",
    "discord.open_place",
    "database.change place_id",
    "discord.post_references",
    "database.move prepared",
    "database.move submitting",
    "oxen.enqueue",
    "database.move running",
    "discord.show_card making",
    "database.card phases",
)
TOLD = ("database.change outcome_place_id", "discord.send_outcome", "database.change outcome_message_id")
MADE = (
    "database.move delivering",
    "discord.show_card fetching",
    "oxen.download",
    "discord.upload_limit",
    "discord.send_outcome",
    "database.move delivered",
    "database.keep stills",
    "discord.show_card done",
)
FAILED = ("database.move failed", *TOLD, "discord.show_card failed")
CANCELLED = (
    "database.wish cancel",
    "oxen.cancel",
    "oxen.generation",
    "database.move cancelled",
    *TOLD,
    "discord.show_card cancelled",
)
BOTH = ("discord.send_copy", "database.change copy_message_id")
"""Where a server has its results in the thread and in the channel."""
WAYS = {"made": MADE, "failed": FAILED, "cancelled": CANCELLED, "both": (*MADE, *BOTH)}
"""What follows on ``ACCEPTED``, which all of them begin with."""
ENDS = {
    "both": JobState.DELIVERED,
    "made": JobState.DELIVERED,
    "failed": JobState.FAILED,
    "cancelled": JobState.CANCELLED,
}
AFTER_SENDING = ("discord.send_outcome", "database.move delivered", *BOTH)
CELLS = [
    (way, Cell(call, 1, fault))
    for way, calls in (WAYS | {"made": (*ACCEPTED, *MADE), "both": AFTER_SENDING}).items()
    for call in calls
    for fault in Fault
]
RECOVERING = [
    ("made", Cell("database.accept", 1, Fault.DIES_AFTER), "discord.find_card"),
    ("made", Cell("database.move submitting", 1, Fault.DIES_AFTER), "oxen.generations"),
    ("made", Cell("oxen.enqueue", 1, Fault.DIES_AFTER), "oxen.generations"),
    ("made", Cell("oxen.enqueue", 1, Fault.DIES_AFTER), "database.move running"),
    ("made", Cell("database.move running", 1, Fault.DIES_AFTER), "oxen.generations"),
    ("made", Cell("database.move delivering", 1, Fault.DIES_AFTER), "discord.find_outcome"),
    ("made", Cell("discord.post_references", 1, Fault.DIES_AFTER), "discord.post_references"),
    ("made", Cell("discord.send_outcome", 1, Fault.DIES_AFTER), "discord.find_outcome"),
    ("made", Cell("discord.send_outcome", 1, Fault.DIES_AFTER), "database.move delivered"),
    ("made", Cell("discord.send_outcome", 1, Fault.DIES_BEFORE), "discord.send_outcome"),
    ("both", Cell("discord.send_copy", 1, Fault.DIES_AFTER), "discord.find_copy"),
    ("both", Cell("database.move delivered", 1, Fault.DIES_AFTER), "discord.send_copy"),
    ("failed", Cell("discord.send_outcome", 1, Fault.DIES_AFTER), "discord.find_outcome"),
    ("cancelled", Cell("oxen.cancel", 1, Fault.DIES_AFTER), "oxen.cancel"),
]


BESIDE = {
    "database.content rules",
    "database.credit",
    "database.find",
    "database.gate",
    "database.job",
    "database.jobs",
    "database.keep server",
    "database.no_credit",
    "database.price",
    "database.prices",
    "database.rows of bans",
    "database.rows of joins",
    "database.rows of known_servers",
    "database.rows of models",
    "database.rows of notices",
    "database.rows of prices",
    "database.rows of saved_views",
    "database.rows of waiting_requests",
    "database.server",
    "database.write model",
    "discord.find_card",
    "oxen.generation",
    "oxen.generations",
    "oxen.model",
}
"""Of no one job: the start, prices, models, credit and servers, the sweep, which also looks for a card that is late,
and what is read at the gate before anything is accepted."""


async def play(here: Harness, way: str, gate: FaultPoint) -> bool:
    """What Oxen and alice do next on a way, given how far the bot has come; whether all is over."""
    jobs = await here.jobs()
    waits = "discord.show_card making" in gate.calls and all(job.card_phase is Phase.MAKING for job in jobs)
    if waits or gate.struck or not gate.cells:
        for generation in list(here.oxen.generations.values()):
            if way in ("made", "both") and generation.status.active:
                here.oxen.succeed(generation.id)
            if way == "failed" and generation.status.active:
                here.oxen.fail(generation.id, "too dark")
        if way == "cancelled":
            await cancel(here, jobs)
    return await here.is_settled()


async def cancel(here: Harness, jobs: list[Job]) -> None:
    """Alice presses Cancel once her video is in the making, until the bot has heard it."""
    for job in jobs:
        if job.state is JobState.RUNNING and job.cancel_requested_by is None:
            card = next(m for m in here.channel.history() if m.id == job.card_message_id)
            await here.alice.click(card, label="Cancel")


async def survive(folder: Path, way: str, gates: list[FaultPoint], asked: Asked = PLAIN) -> None:
    """Play a way through these gates, one process each, then undisturbed to its end; check the books.

    The last process of all finds everything settled, and must touch nothing.
    """
    async with harness(folder, seconds=None, asked=asked) as here:
        for number, gate in enumerate(gates):
            await run(here, way, gate, asks=number == 0)
        if gates[-1].is_dead:
            await run(here, way, FaultPoint())
        last = FaultPoint()
        await run(here, way, last)
        assert all(gate.struck for gate in gates), "the call was never made"
        touched = {call for call in last.calls if call not in BESIDE and not call.startswith("discord.show_card")}
        assert touched <= {"database.card phases", "database.write price"}, "a settled job was touched again"
        check(here, await here.jobs(), way, gates[0].cells)


async def run(here: Harness, way: str, gate: FaultPoint, *, asks: bool = False) -> None:
    """One process, until everything is over or it dies."""

    async def is_over() -> bool:
        return await play(here, way, gate) and (bool(gate.struck) or await shown(here))

    async with here.bot(gate):
        if asks:
            if way == "both":
                here.post_in(ResultPlace.BOTH)
            await here.ask()
        await gate.until(is_over)


def check(here: Harness, jobs: list[Job], way: str, cells: tuple[Cell, ...]) -> None:
    outcomes, ledger = here.outcomes(), here.ledger()
    assert here.oxen.started <= 1
    if not jobs:
        assert (outcomes, ledger) == ([], {})
        assert cells[0].call in ("database.accept", "database.write price")  # the price is written at the start
        return
    [job] = jobs
    [outcome] = outcomes
    seconds = here.asked.seconds
    unseen = cells and cells[0].call == "database.accept"
    if (
        cells and cells[0].call == "database.write price"
    ):  # beside the job: its answer may have been seen by then, or not
        unseen = job.card_message_id is None
    assert len(here.copies()) == (way == "both")
    expected = JobState.FAILED if unseen else ENDS[way]
    assert job.state is expected
    if expected is JobState.DELIVERED:
        assert saying(here.asked.ready) in outcome
        assert ledger == {"reserve": seconds, "settle": seconds}
    else:
        assert saying("result.returned") in outcome
        assert ledger == {"reserve": seconds, "release": seconds}


@pytest.mark.parametrize(("way", "cell"), CELLS, ids=[f"{way}: {cell}" for way, cell in CELLS])
async def test_a_job_ends_once_is_paid_once_and_told_once(tmp_path: Path, way: str, cell: Cell) -> None:
    await survive(tmp_path, way, [FaultPoint((cell,))])


OMNI = Asked(
    {
        "prompt": "@Element1 passes @Image2",
        "image2": png(),
        "element1_front": png(seed=1),
        "start": png(seed=2),
        "model": "kling-video-o3-omni",
        "duration": 7,
        "sound": True,
    },
    seconds=7,
    settings={"oxen_models": "kling-video-o3-omni"},
)
"""Another model of the queue, with a start frame, an element, a length and sound that the default does not have."""
CELLS_OF_OMNI = [(way, cell) for way, cell in CELLS if way != "both"]


@pytest.mark.parametrize(("way", "cell"), CELLS_OF_OMNI, ids=[f"{way}: {cell}" for way, cell in CELLS_OF_OMNI])
@pytest.mark.parametrize("asked", [OMNI], ids=["O3 Omni"])
async def test_so_it_is_with_a_model_that_was_chosen(tmp_path: Path, asked: Asked, way: str, cell: Cell) -> None:
    await survive(tmp_path, way, [FaultPoint((cell,))], asked)


IMAGE = Asked(
    {"prompt": "The front of an ox"},
    seconds=1,
    settings={"oxen_image_models": IMAGE_MODEL},
    command="image",
    ready="image.ready",
)
OF_THE_IMAGE = {
    "made": ("database.accept", "oxen.enqueue", "oxen.download", "discord.send_outcome", "database.move delivered"),
    "failed": ("database.move failed",),
}
CELLS_OF_THE_IMAGE = [
    (way, Cell(call, 1, fault)) for way, calls in OF_THE_IMAGE.items() for call in calls for fault in Fault
]


@pytest.mark.parametrize(
    ("way", "cell"), CELLS_OF_THE_IMAGE, ids=[f"{way}: {cell}" for way, cell in CELLS_OF_THE_IMAGE]
)
@pytest.mark.parametrize("asked", [IMAGE], ids=["/image"])
async def test_so_it_is_with_a_picture(tmp_path: Path, asked: Asked, way: str, cell: Cell) -> None:
    await survive(tmp_path, way, [FaultPoint((cell,))], asked)


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize(("way_back", "first", "second"), RECOVERING, ids=[f"{c}, then {n}" for _, c, n in RECOVERING])
async def test_a_recovery_that_is_struck_itself_is_survived(
    tmp_path: Path, way_back: str, first: Cell, second: str, fault: Fault
) -> None:
    await survive(tmp_path, way_back, [FaultPoint((first,)), FaultPoint((Cell(second, 1, fault),))])


@pytest.mark.parametrize("way", WAYS)
async def test_the_matrix_strikes_every_call_that_an_undisturbed_job_makes(tmp_path: Path, way: str) -> None:
    gate = FaultPoint((Cell("nothing", 1, Fault.RAISES),))
    async with harness(tmp_path, seconds=None) as here, here.bot(gate):
        if way == "both":
            here.post_in(ResultPlace.BOTH)
        await here.ask()
        await gate.until(lambda: play(here, way, gate))
        await gate.until(lambda: shown(here))
    expected = {*ACCEPTED, *WAYS[way]}
    assert set(gate.calls) - (BESIDE - expected) == expected


async def shown(here: Harness) -> bool:
    """Whether every card says what its job's state is."""
    return all(job.card_message_id is None or job.card_phase is job.phase for job in await here.jobs())
