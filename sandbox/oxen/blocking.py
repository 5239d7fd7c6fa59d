"""The call that waits for its video: `POST /api/ai/videos/generate` (Oxen page "Video Generation")."""

import json
import time

from aiohttp import web

from sandbox.oxen.catalogue import media_type
from sandbox.oxen.concurrency import Bell
from sandbox.oxen.generations import Generations, GenerationStatus
from sandbox.oxen.lifecycle import Lifecycle
from sandbox.oxen.parameters import RefusedError
from sandbox.oxen.refusals import out_of_credits, refusal
from sandbox.oxen.results import ResultLinks

BLOCKING_PATH = "/api/ai/videos/generate"
LONGEST_SECONDS = 3_600.0


class BlockingCalls:
    """Checks the parameters at once, makes the video, and answers with its address."""

    def __init__(
        self,
        *,
        models: dict[str, dict[str, object]],
        generations: Generations,
        lifecycle: Lifecycle,
        links: ResultLinks,
        bell: Bell,
        namespace: str,
    ) -> None:
        self._models = models
        self._generations = generations
        self._lifecycle = lifecycle
        self._links = links
        self._bell = bell
        self._namespace = namespace

    def routes(self) -> list[web.RouteDef]:
        """The one call."""
        return [web.post(BLOCKING_PATH, self._generate)]

    async def _generate(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.read())
            model = self._models[body["model"]]
        except (ValueError, TypeError, LookupError):
            return web.json_response({"error": {"message": "Model not found"}}, status=404)
        if media_type(model) != "video" or "num_generations" in body:
            return web.json_response(refusal("bad_request", "This model or parameter is not for this call"), status=400)
        if self._lifecycle.credits_micro_usd <= 0:
            return out_of_credits()
        namespace = str(body.get("target_namespace") or self._namespace)
        row = self._generations.enqueue(body, media_type="video", namespace=namespace)
        try:
            await self._lifecycle.judge(row)
        except RefusedError as error:
            self._generations.end(row.id, GenerationStatus.FAILED, error=str(error))
            return web.json_response({"error": {"message": str(error)}}, status=422)
        self._lifecycle.enqueued(row)
        await self._bell.until(lambda: not row.status.active, timeout=LONGEST_SECONDS)
        if row.status is not GenerationStatus.SUCCEEDED:
            return web.json_response({"error": {"message": row.error or str(row.status)}}, status=500)
        url = self._links.current(row)
        return web.json_response({"created": int(time.time()), "model": row.model, "videos": [{"url": url}]})
