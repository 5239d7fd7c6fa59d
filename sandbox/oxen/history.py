"""The history with what was charged: `GET /api/ai/generations` and one of them (Oxen's OpenAPI description)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from aiohttp import web

from sandbox.oxen.generations import Generations, GenerationStatus, SimulatedGeneration
from sandbox.oxen.refusals import not_found, refusal
from sandbox.oxen.results import ResultLinks

HISTORY_PATH = "/api/ai/generations"
MAX_PAGE_SIZE = 1_000
_FILTERS = {
    "namespace": "namespace",
    "model": "model",
    "media_type": "media_type",
    "repo": "target_repo",
    "folder": "target_directory",
}


class History:
    """Answers with what was ever asked for, newest first, and its price.

    `refused_with` (404 or 403) is for a key, or a server, that has none.
    """

    def __init__(self, generations: Generations, links: ResultLinks) -> None:
        self.refused_with: int | None = None
        self._generations = generations
        self._links = links

    def routes(self) -> list[web.RouteDef]:
        """The two calls."""
        return [web.get(HISTORY_PATH, self._list), web.get(HISTORY_PATH + "/{id}", self._read)]

    async def _list(self, request: web.Request) -> web.Response:
        if self.refused_with is not None:
            return _refused(self.refused_with)
        status = request.query.get("status")
        page, size = _number(request.query, "page", 1), _number(request.query, "page_size", 50)
        if status not in (None, *GenerationStatus) or page is None or size is None or size > MAX_PAGE_SIZE:
            return web.json_response({"error": {"message": "Invalid query parameters"}}, status=400)
        found = [row for row in reversed(self._generations.by_id.values()) if _fits(row, request.query)]
        shown = found[(page - 1) * size : page * size]
        return web.json_response(
            {
                "count": len(shown),
                "generations": [self._row(generation) for generation in shown],
                "page_number": page,
                "page_size": size,
                "total_cost": _dollars(_total(found)),
                "total_entries": len(found),
                "total_pages": -(-len(found) // size),
            }
        )

    async def _read(self, request: web.Request) -> web.Response:
        if self.refused_with is not None:
            return _refused(self.refused_with)
        generation = self._generations.visible(request.match_info["id"])
        if generation is None:
            return not_found("Generation not found")
        return web.json_response(
            {"status": "success", "status_message": "resource_found", "generation": self._row(generation)}
        )

    def _row(self, generation: SimulatedGeneration) -> dict[str, Any]:
        return {
            **generation.parameters,
            "generation_id": generation.id,
            "model_name": generation.model,
            "media_type": generation.media_type,
            "status": generation.status.value,
            "cost": _dollars(generation.charged_micro_usd),
            "enqueued_at": generation.enqueued_at,
            "started_at": generation.started_at,
            "completed_at": generation.completed_at,
            "error_message": generation.error,
            "result_url": self._links.current(generation),
            "target_namespace": generation.namespace,
            "target_repo": generation.body.get("target_repo"),
            "target_directory": generation.body.get("target_directory"),
            "username": generation.namespace,
        }


def _fits(generation: SimulatedGeneration, query: Mapping[str, str]) -> bool:
    if generation.is_out_of_sight or query.get("status", generation.status) != generation.status:
        return False
    return all(
        getattr(generation, attribute, generation.body.get(attribute)) == query[name]
        for name, attribute in _FILTERS.items()
        if name in query
    )


def _total(generations: Sequence[SimulatedGeneration]) -> int | None:
    charged = [row.charged_micro_usd for row in generations if row.charged_micro_usd is not None]
    return sum(charged) if charged else None


def _dollars(micro_usd: int | None) -> str | None:
    return None if micro_usd is None else format(Decimal(micro_usd).scaleb(-6), "f")


def _number(query: Mapping[str, str], name: str, default: int) -> int | None:
    """A query's number from 1 on; None where it is none."""
    text = query.get(name, str(default))
    return int(text) if text.isdecimal() and int(text) >= 1 else None


def _refused(status: int) -> web.Response:
    if status == 404:
        return not_found()
    return web.json_response(refusal("unauthorized", "You may not do this"), status=status)
