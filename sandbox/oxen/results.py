"""The host that results are downloaded from: another origin than the API, signed URLs, no key."""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import hdrs, web

from sandbox.oxen.clips import tiny_clip
from sandbox.oxen.concurrency import Bell
from sandbox.oxen.drawn_pictures import drawn_picture
from sandbox.oxen.faults import Faults
from sandbox.oxen.generations import Generations, GenerationStatus, SimulatedGeneration
from sandbox.oxen.parameters import aspect_ratio_of, duration_of

RESULTS_PATH = "/api/ai/results"
"""Where the API origin answers results when they redirect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDownload:
    """One request that reached the results' own host, as it arrived."""

    generation_id: str
    method: str
    query: dict[str, str]
    carried_authorization: bool


class ResultLinks:
    """Makes and checks presigned-looking URLs; no two are alike."""

    def __init__(self, *, lifetime_seconds: int, faults: Faults) -> None:
        self._lifetime_seconds = lifetime_seconds
        self._faults = faults
        self._key = secrets.token_bytes(16)
        self._serial = 0
        self._expired_up_to = 0
        self.api_origin = ""
        self.result_origin = ""

    def expire_all(self) -> None:
        """Let every URL made so far be too old."""
        self._expired_up_to = self._serial

    def current(self, generation: SimulatedGeneration) -> str | None:
        """A fresh URL of a succeeded generation's result, as the API would show it."""
        if generation.status is not GenerationStatus.SUCCEEDED:
            return None
        if self._faults.result.redirect:
            return f"{self.api_origin}{RESULTS_PATH}/{generation.id}.mp4"
        return self.signed(generation)

    def signed(self, generation: SimulatedGeneration) -> str:
        """A fresh URL on the results' own host."""
        self._serial += 1
        expires = int(time.time()) + self._lifetime_seconds
        query: dict[str, object] = {"Expires": expires, "Serial": self._serial}
        if length := self._faults.result.token_chars:
            query["Security-Token"] = secrets.token_hex(length // 2)
        signature = self._signature(generation.id, str(expires), str(self._serial))
        return f"{self.result_origin}/results/{generation.id}.mp4?{urlencode({**query, 'Signature': signature})}"

    def problem(self, generation_id: str, query: dict[str, str]) -> str | None:
        """What is wrong with a URL, if anything."""
        expires, serial = query.get("Expires", ""), query.get("Serial", "")
        if query.get("Signature") != self._signature(generation_id, expires, serial):
            return "SignatureDoesNotMatch"
        if int(serial) <= self._expired_up_to or int(expires) <= time.time():
            return "Request has expired"
        return None

    def _signature(self, *parts: str) -> str:
        return hmac.new(self._key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


class ResultHost:
    """Serves results to whoever has a good URL, and records who came."""

    def __init__(self, *, links: ResultLinks, generations: Generations, faults: Faults, bell: Bell) -> None:
        self._links = links
        self._generations = generations
        self._faults = faults
        self._bell = bell
        self.downloads: list[RecordedDownload] = []

    def application(self) -> web.Application:
        """The host as an aiohttp application."""
        application = web.Application()
        application.router.add_get("/results/{id}.mp4", self._download)
        return application

    async def _download(self, request: web.Request) -> web.StreamResponse:
        generation_id, query = request.match_info["id"], dict(request.query)
        self.downloads.append(
            RecordedDownload(
                generation_id=generation_id,
                method=request.method,
                query=query,
                carried_authorization=hdrs.AUTHORIZATION in request.headers,
            )
        )
        self._bell.wake()
        problem = self._links.problem(generation_id, query)
        if problem is not None:
            return _denied(403, problem)
        generation = self._generations.by_id[generation_id]
        video = result_bytes(generation)
        strike = self._faults.result.take(request)
        if strike is not None:
            return await strike(request, video)
        kind = "image/png" if generation.media_type == "image" else "video/mp4"
        return await _serve(request, video, kind, chunked=self._faults.result.chunked)


def result_bytes(generation: SimulatedGeneration) -> bytes:
    """The generation's own video or picture, or the tiny clip or drawing of its shape and duration."""
    if generation.video is not None:
        return generation.video
    if generation.media_type == "image":
        return drawn_picture(str(generation.body["prompt"]), aspect_ratio_of(generation.body))
    return tiny_clip(aspect_ratio_of(generation.body), duration_of(generation.body))


async def _serve(request: web.Request, video: bytes, kind: str, *, chunked: bool) -> web.StreamResponse:
    if not chunked:
        return web.Response(body=video, content_type=kind)
    response = web.StreamResponse(headers={"Content-Type": kind})
    response.enable_chunked_encoding()
    await response.prepare(request)
    await response.write(video)
    await response.write_eof()
    return response


def _denied(status: int, message: str) -> web.Response:
    text = f"<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")
