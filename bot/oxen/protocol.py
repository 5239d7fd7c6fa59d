"""What travels between the bot and Oxen: bodies out, answers and events in, refusals as errors of the tree.

Shapes are those of the Oxen pages "Async Queue" and "Inference API Overview". No I/O.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from bot.domain.generation import Completion, Generation, GenerationRequest, GenerationStatus
from bot.domain.money import micros
from bot.errors import OxenBusy, OxenNotFound, OxenRefused, OxenUncertain, OxenUnreachable
from bot.oxen.queue_rows import usable_id
from bot.plain_text import without_controls

MAX_RETRY_AFTER = 120.0
_MAX_REASON = 500
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
# These only say where to go, and nothing was done; a 303 is what a server answers when it has done the thing.
_MOVED = (301, 302, 307, 308)
# A gateway says these of its own connection to Oxen, which may be at work on the request all the same.
_GATEWAY = frozenset({502, 503, 504, *range(520, 531)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer that was read to its end; ``retry_after`` is in seconds."""

    status: int
    body: bytes
    retry_after: float | None = None


def request_body(request: GenerationRequest) -> dict[str, object]:
    """The body of ``POST /ai/queue``."""
    body: dict[str, object] = {**request.parameters, "model": request.model, "num_generations": 1}
    if request.target_namespace:
        body["target_namespace"] = request.target_namespace
    return body


def retry_after_seconds(header: str | None, *, now: datetime) -> float | None:
    """A ``Retry-After`` in seconds, 0 to 120; it may be seconds or an HTTP date (RFC 9110, 10.2.3)."""
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return min(float(header), MAX_RETRY_AFTER)
    try:
        when = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max((when - now).total_seconds(), 0.0), MAX_RETRY_AFTER)


def require_success(answer: Answer) -> None:
    """Return for a 2xx alone.

    Raises `OxenBusy` (429, 425), `OxenNotFound` (404 in Oxen's own words), `OxenUnreachable` (any other 404: somebody
    on the road said it), `OxenRefused` (any other 4xx but 408, and a plain redirect) and `OxenUncertain` (the rest).
    """
    status = answer.status
    if 200 <= status < 300:
        return
    if status in _MOVED:
        raise OxenRefused("it answered with a redirect, which is not followed: check the base URL", status=status)
    if status in (425, 429):
        raise OxenBusy(answer.retry_after)
    if status == 408 or not 400 <= status < 500:
        raise OxenUncertain(f"Oxen answered {status}: {_reason_of_body(answer)}", is_settled=_is_settled(answer))
    if status != 404:
        raise OxenRefused(_reason_of_body(answer), status=status)
    if not _is_oxens_own(answer):
        raise OxenUnreachable("the address of Oxen answered 404, and not in Oxen's words")
    raise OxenNotFound(_reason_of_body(answer), status=status)


def _is_settled(answer: Answer) -> bool:
    """Whether a 5xx comes from who had the request in hand, and is done with it.

    504 never does. 502, 503 and 520 to 530 do only in Oxen's own words: a gateway that lost its connection to Oxen says
    them as well, while Oxen goes on. Any other, 500 above all, is said by whoever failed at the request itself.
    """
    if answer.status < 500 or answer.status == 504:
        return False
    return answer.status not in _GATEWAY or _is_oxens_own(answer)


def _is_oxens_own(answer: Answer) -> bool:
    """Whether an error is in one of the three shapes that Oxen uses, rather than a proxy's page or JSON."""
    try:
        payload = _object(answer.body)
    except OxenUncertain:
        return False
    error = payload.get("error")
    if isinstance(error, Mapping):
        return any(_text(error.get(key)) for key in ("type", "detail", "message", "title"))
    return payload.get("status") == "error" and _text(payload.get("status_message")) is not None


def payload_of(answer: Answer) -> dict[str, object]:
    """The JSON object of a 2xx; raises what `require_success` does, and `OxenUncertain` for a body that is none."""
    require_success(answer)
    return _object(answer.body)


def enqueued_id(answer: Answer) -> str:
    """The generation id in the answer of ``POST /ai/queue``.

    Raises what `payload_of` does, `OxenRefused` for a 200 that starts nothing and says why, `OxenUncertain` for one
    that says neither.
    """
    payload = payload_of(answer)
    rows = payload.get("generations")
    if isinstance(rows, list) and rows:
        return _id(rows[0])
    if not rows and (payload.get("error") or payload.get("status") == "error"):
        raise OxenRefused(_reason(payload) or "it gave no reason", status=answer.status)
    raise OxenUncertain("Oxen's answer has neither a generation nor an error")


def video_url_of(answer: Answer) -> str:
    """The address in the answer of ``POST /ai/videos/generate``, whose shape differs from page to page.

    Raises what `payload_of` does, and `OxenUncertain` for an answer without an address.
    """
    payload = payload_of(answer)
    videos = payload.get("videos")
    first = videos[0] if isinstance(videos, list) and videos else None
    places = (payload.get("result_url"), first, payload.get("video"), payload.get("url"))
    for place in places:
        if url := _text(place.get("url") if isinstance(place, Mapping) else place):
            return url
    raise OxenUncertain("Oxen's answer has no address of a video")


def credit_of(payload: Mapping[str, object]) -> int | None:
    """The micro-dollars that are left, in the answer of ``GET /users/me``; ``None`` where it does not say.

    Its shape is documented nowhere, so whatever differs says nothing.
    """
    user = payload.get("user")
    said = user.get("credits") if isinstance(user, Mapping) else payload.get("credits")
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        return None
    return micros(Decimal(str(said)))


def generation_of(row: object) -> Generation:
    """One row of the queue; raises `OxenUncertain` where its id or status cannot be told."""
    if not isinstance(row, dict):
        raise OxenUncertain("a generation of Oxen's answer is no object")
    return Generation(
        id=_id(row),
        status=_status(row),
        result_url=_text(row.get("result_url")),
        error_message=_failure_text(row.get("error_message")),
        enqueued_at=_moment(row.get("enqueued_at")),
        was_never_started="started_at" in row and row["started_at"] is None,
    )


def completion_of(data: str) -> Completion:
    """The data of a ``media_generation_completed`` event; raises `OxenUncertain` when it is not one."""
    payload = _object(data.encode("utf-8", "replace"))
    status = _status(payload)
    if status not in (GenerationStatus.SUCCEEDED, GenerationStatus.FAILED):
        raise OxenUncertain(f"a completion cannot have the status {status}")
    return Completion(
        generation_id=_id(payload),
        status=status,
        url=_text(payload.get("url")),
        error=_failure_text(payload.get("error")),
    )


def models_of(answer: Answer) -> list[dict[str, object]]:
    """The model objects of a list; raises what `payload_of` does, and `OxenUncertain` for an answer that is none."""
    rows = payload_of(answer).get("data")
    if not isinstance(rows, list):
        raise OxenUncertain("Oxen's answer has no list of models")
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]


def _object(body: bytes) -> dict[str, object]:
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:
        # The decoder's error holds the whole document, and with it prompts and presigned links.
        raise OxenUncertain(f"Oxen's answer is not JSON ({type(error).__name__}, {len(body)} bytes)") from None
    if not isinstance(payload, dict):
        raise OxenUncertain("Oxen's answer is no JSON object")
    return payload


def _reason_of_body(answer: Answer) -> str:
    try:
        reason = _reason(_object(answer.body))
    except OxenUncertain:
        reason = None
    if reason is not None:
        return reason
    return HTTPStatus(answer.status).phrase if answer.status in list(HTTPStatus) else "no reason given"


def _reason(payload: Mapping[str, object]) -> str | None:
    """The first useful text of an answer's error, in the order of the three shapes that Oxen uses.

    Without one, it is the JSON of what the provider said, for `bot.oxen.provider_errors`.
    """
    text = _error_text(payload.get("error")) or _text(payload.get("status_message"))
    if text is None:
        said = (payload.get(key) for key in ("error", "detail", "errors"))
        text = next((json.dumps(one) for one in said if isinstance(one, Mapping | list) and _says_more(one)), None)
    return " ".join(text.split())[:_MAX_REASON] if text else None


def _says_more(error: Mapping[str, object] | list[object]) -> bool:
    """Whether there is a record with words in an error, or further in."""
    inside = error if isinstance(error, list) else [error, *error.values()]
    return any(isinstance(one, Mapping) and (_error_text(one) or _text(one.get("msg"))) for one in _flat(inside))


def _flat(values: list[object]) -> list[object]:
    return [one for value in values for one in (value if isinstance(value, list) else [value])]


def _error_text(error: object) -> str | None:
    if isinstance(error, Mapping):
        texts = (_text(error.get(key)) for key in ("detail", "message", "title"))
        return next((text for text in texts if text), None)
    return _text(error)


def _failure_text(error: object) -> str | None:
    """Why a generation failed: the text, or the JSON of what is more than that, for `bot.oxen.provider_errors`."""
    if isinstance(error, str) or not error:
        return _text(error)
    if isinstance(error, Mapping) and error.keys() <= {"detail", "message", "title"} and (text := _error_text(error)):
        return text
    return _text(json.dumps(error))


def _text(value: object) -> str | None:
    """A non-blank string that can be stored, sent and shown: JSON may hold anything, halves of surrogate pairs too."""
    if not isinstance(value, str):
        return None
    text = without_controls(value.encode("utf-8", "replace").decode("utf-8"))
    return text if text.strip() else None


def _id(row: object) -> str:
    value = usable_id(row)
    if value is None:
        raise OxenUncertain("a generation of Oxen's answer has no usable id")
    return value


def _status(row: Mapping[str, object]) -> GenerationStatus:
    try:
        return GenerationStatus(str(row.get("status")))
    except ValueError as error:
        raise OxenUncertain(f"Oxen used an unknown status: {str(row.get('status'))[:40]!r}") from error


def _moment(value: object) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
