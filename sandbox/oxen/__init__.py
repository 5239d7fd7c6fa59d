"""A simulated Oxen: real HTTP, real Server-Sent Events, real small MP4 files, and faults on request.

    async with SimulatedOxen(seconds=None) as oxen, aiohttp.ClientSession() as session:
        ...  # give the part under test `oxen.url` (".../api") and `oxen.api_key`
        generation = await oxen.wait_for_generation()
        oxen.start(generation.id)
        oxen.succeed(generation.id, pad_mp4(tiny_clip("16:9", 5), 47_000_000))

**How a generation runs.** With `seconds` set (0.0 by default) it runs by itself: queued for a fifth of the time, then
processing; the provider's checks then pass or fail it, images are fetched with `fetch_image` (default: an HTTP GET
without credentials). `seconds=None` leaves every step to the test: `start`, `succeed`, `fail`, `cancel_elsewhere`,
`vanish`, `hide` and `show`, `charge`; nothing is checked then, but `await oxen.judge(id)` says what the provider would
refuse (None: nothing). Steps may also be forced on a generation that runs by itself. A step from a wrong state raises
ValueError.
`render=True` makes a video of the references (about a second of work for five of video) for generations that run by
themselves; otherwise the result is a tiny clip of the right shape and duration.

**What it is strict about.** Every call to the API's origin needs `Authorization: Bearer <key>`. Enqueueing checks the
model, `num_generations` and that there are credits (402, `insufficient_credits`), nothing else: bad parameters fail the
generation later, with a message that names the field. `prompt` and `input_image` must be there (the latter may be `[]`
if there are elements). A generation whose price is more than `credits_micro_usd` fails; a success is charged.

**Events.** What is announced while nobody listens is lost. `announce(id)` sends a completion again,
`succeed(…, times=2)` sends it twice, `announce=False` not at all, `emit(raw)` anything. To have an event overtake the
answer of its POST:

    hold = oxen.faults.hold("POST", "/api/ai/queue")
    ...  # post, in a task
    await hold.reached()
    generation = await oxen.wait_for_generation()
    oxen.succeed(generation.id)
    hold.release()

**Results** are served from `oxen.result_origin`, without the key, at signed URLs that expire
(`result_lifetime_seconds`, `expire_results()`); `oxen.downloads` tells whether a key came along. With
`faults.result.redirect` the URL is on the API's origin, needs the key, and redirects there.

**The call that blocks** (`POST /api/ai/videos/generate`) checks the parameters at once and answers with the address of
the video once it is made.

**The history** (`GET /api/ai/generations`) says what was charged: a success its price, anything else nothing unless
`charge(id)`. `history_refused_with = 404` (or 403) takes it away.

**Faults** (`oxen.faults`, see `Faults` and `ResultFaults`): `refuse`, `not_found` (Oxen's own 404), `proxy_not_found`
(a 404 from the road), `out_of_credits`, `duplicate_id`, `lose`, `hold`, `delay`, `garble`, `empty_with_error`,
`refuse_streams`, `silence`, `mute`, `drip`; `result.refuse`, `result.proxy_not_found`, `result.replace` (a page of
HTML), `result.truncate`, `result.stall`, `result.redirect`, `result.chunked`. `PROVIDER_ERRORS` holds messages for
`fail` in the shapes that providers have. Faults strike authorised calls only, in the order they were added.
`faults.pending` is 0 once all of them have struck.

**Looking on.** `requests`, `downloads`, `generations`, `started`, `listeners`; `wait_for_listener`, `wait_for_request`,
`wait_for_generation`, `wait_for_end`, `wait_for_download` (each raises TimeoutError after ten seconds).
"""

from sandbox.oxen.api import RecordedRequest
from sandbox.oxen.catalogue import COST_PER_SECOND_USD, REFERENCE_TO_VIDEO, TEXT_MODEL
from sandbox.oxen.clips import pad_mp4, tiny_clip
from sandbox.oxen.faults import Faults
from sandbox.oxen.generations import GenerationStatus, SimulatedGeneration
from sandbox.oxen.parameters import RefusedError, check_parameters
from sandbox.oxen.pictures import FetchImage, Picture, check_image
from sandbox.oxen.refusals import PROVIDER_ERRORS, ProxyPage, response_error, validation_error
from sandbox.oxen.result_faults import ResultFaults
from sandbox.oxen.results import RecordedDownload
from sandbox.oxen.server import SimulatedOxen
from sandbox.oxen.storyboard import render_video
from sandbox.oxen.wire import Hold

__all__ = [
    "COST_PER_SECOND_USD",
    "PROVIDER_ERRORS",
    "REFERENCE_TO_VIDEO",
    "TEXT_MODEL",
    "Faults",
    "FetchImage",
    "GenerationStatus",
    "Hold",
    "Picture",
    "ProxyPage",
    "RecordedDownload",
    "RecordedRequest",
    "RefusedError",
    "ResultFaults",
    "SimulatedGeneration",
    "SimulatedOxen",
    "check_image",
    "check_parameters",
    "pad_mp4",
    "render_video",
    "response_error",
    "tiny_clip",
    "validation_error",
]
