"""Negative answers as they are seen in the field: Oxen's own, a proxy's on the way to it, and the provider's."""

import json
from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from aiohttp import web


def refusal(kind: str, title: str) -> dict[str, Any]:
    """The body of a refusal in Oxen's own shape."""
    return {"error": {"type": kind, "title": title}, "status": "error", "status_message": kind}


def not_found(title: str = "Resource not found") -> web.Response:
    """Oxen's own 404."""
    return web.json_response(refusal("resource_not_found", title), status=404)


def out_of_credits() -> web.Response:
    """Oxen's 402."""
    return web.json_response(refusal("insufficient_credits", "You have run out of credits."), status=402)


class ProxyPage(Enum):
    """What a proxy answers with where it knows no way to Oxen: its body, and the content type of it."""

    TEXT = ("default backend - 404", "text/plain")
    HTML = ("<html><head><title>404 Not Found</title></head><body><center>nginx</center></body></html>", "text/html")
    EMPTY = ("", "text/plain")

    def answer(self, status: int = 404) -> web.Response:
        """The page as an answer."""
        text, content_type = self.value
        return web.Response(status=status, text=text, content_type=content_type)


def response_error(status: int, detail: object) -> str:
    """A provider's refusal as Oxen hands it on; `detail` is JSON data, or a string that is quoted as it is."""
    said = detail if isinstance(detail, str) else json.dumps(detail)
    return f"Getting model response error: {status} - {said}"


def validation_error(kind: str, message: str, *where: str | int) -> dict[str, Any]:
    """One entry of a provider's list of errors; `where` is the path of what it is about, such as `"body", "prompt"`."""
    return {"loc": list(where), "msg": message, "type": kind}


_POLICY = validation_error("content_policy_violation", "The prompt violates our content policy.", "body", "prompt")
_POLICY_IMAGE = validation_error(
    "content_policy_violation", "The image was flagged by a content checker.", "body", "image_urls", 1
)
_TOO_SMALL = validation_error("image_too_small", "Image is too small, at least 300x300 px.", "body", "image_urls", 0)
_DOWNLOAD = validation_error("file_download_error", "Failed to download the file.", "body", "image_urls", 0)
_DOWNSTREAM = validation_error("downstream_service_error", "Downstream service error", "body")

PROVIDER_ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "policy, the prompt, a bare list": json.dumps([_POLICY]),
        "policy, the prompt, wrapped": response_error(422, {"detail": [_POLICY]}),
        "policy, the second picture, wrapped": response_error(422, {"detail": [_POLICY_IMAGE]}),
        "policy, JSON within JSON": json.dumps({"error": {"message": json.dumps({"detail": [_POLICY]})}}),
        "a picture too small": response_error(422, [_TOO_SMALL]),
        "a picture that was not downloaded": json.dumps([_DOWNLOAD]),
        "too slow": response_error(504, {"detail": "Generation timed out", "error_type": "generation_timeout"}),
        "the provider's own trouble": response_error(500, {"detail": [_DOWNSTREAM]}),
        "policy, another provider": response_error(
            400, {"code": "DataInspectionFailed", "message": "Input data may contain inappropriate content."}
        ),
        "cut off": response_error(422, json.dumps({"detail": [_POLICY]})[:60]),
    }
)
"""`error_message`s of failed generations, by what they are about."""
