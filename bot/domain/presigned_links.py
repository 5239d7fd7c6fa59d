"""Presigned links: until when they work, read from their own query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

_LIFETIMES = (("x-amz-date", "x-amz-expires"), ("x-goog-date", "x-goog-expires"))
_MOMENTS = ("expires", "exp", "expiry", "expires_at")


def link_expiry(url: str) -> datetime | None:
    """When a presigned link stops working, ``None`` where its query does not say.

    Understands a signing date with a lifetime in seconds (S3, Google), Unix seconds (``Expires``), an
    ISO date (Azure's ``se``), and Discord's ``ex`` (Unix seconds in hexadecimal).
    """
    try:
        query = {key.lower(): values[-1] for key, values in parse_qs(urlsplit(url).query).items()}
        for date, lifetime in _LIFETIMES:
            if date in query and lifetime in query:
                signed = datetime.strptime(query[date], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
                return signed + timedelta(seconds=int(query[lifetime]))
        for name in _MOMENTS:
            if query.get(name, "").isdecimal():
                return datetime.fromtimestamp(int(query[name]), tz=UTC)
        if "se" in query:
            return datetime.fromisoformat(query["se"]).astimezone(UTC)
        if "ex" in query:
            return datetime.fromtimestamp(int(query["ex"], 16), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
