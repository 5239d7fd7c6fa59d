"""Until when a presigned link works."""

from datetime import UTC, datetime

import pytest

from bot.domain.presigned_links import link_expiry

WHEN = datetime(2026, 8, 8, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "query",
    [
        "X-Amz-Date=20260808T110000Z&X-Amz-Expires=3600&X-Amz-Signature=f",
        "x-goog-date=20260808T110000Z&x-goog-expires=3600",
        f"Expires={int(WHEN.timestamp())}&Signature=f",
        "se=2026-08-08T12:00:00Z&sig=f",
        f"ex={int(WHEN.timestamp()):x}&is=0&hm=0",
    ],
)
def test_the_usual_signatures_are_understood(query: str) -> None:
    assert link_expiry(f"https://files.example/v.mp4?{query}") == WHEN


@pytest.mark.parametrize("query", ["", "Expires=soon", "X-Amz-Date=x&X-Amz-Expires=1", "Expires=" + "9" * 30, "ex=zz"])
def test_a_link_that_does_not_say_is_not_guessed_at(query: str) -> None:
    assert link_expiry(f"https://files.example/v.mp4?{query}") is None
