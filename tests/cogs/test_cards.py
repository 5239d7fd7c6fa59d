"""Cards that carry a link to a video: Discord takes each of them, however long the address is."""

from datetime import UTC, datetime
from typing import Any

import pytest
from discord import ui

from bot.errors import RequestError
from bot.services.ports import Original, VideoLink
from cogs.ui.cards import original_link, outcome_message
from sandbox.discord.layout import check_layout
from tests.support import job, request

UNTIL = datetime(2026, 11, 23, tzinfo=UTC)
SHORT = "https://hub.oxen.ai/v.mp4?X-Amz-Signature=" + "a" * 64
PRESIGNED = "https://bucket.s3.amazonaws.com/v.mp4?X-Amz-Security-Token=" + "a" * 1_400
WORDY = request("*" * 2_500)


def linked(url: str) -> ui.LayoutView:
    """The message that tells a video with a link, for the prompt that takes the most room."""
    link = VideoLink(url=url, original=Original(size=60_000_000, lines=1080), works_until=UNTIL)
    return outcome_message(job(request=WORDY), link)


def parts(view: ui.LayoutView) -> list[dict[str, Any]]:
    """What Discord is sent of it."""
    sent: list[dict[str, Any]] = view.to_components()  # type: ignore[no-untyped-call]
    return sent


@pytest.mark.parametrize("length", [512, 513, 1_400, 2_600, 2_900, 3_800])
def test_discord_takes_a_link_to_a_video_however_long_it_is(length: int) -> None:
    url = SHORT + "b" * (length - len(SHORT))
    for view in (linked(url), original_link(url, UNTIL), original_link(url, None)):
        check_layout(parts(view), v2=True, has_file=lambda _name: False)


@pytest.mark.parametrize("url", [SHORT, PRESIGNED])
def test_the_address_of_a_video_is_in_its_message_whole(url: str) -> None:
    assert url in str(parts(linked(url)))
    assert url in str(parts(original_link(url, UNTIL)))


def test_an_address_that_no_message_can_hold_is_named_as_such() -> None:
    with pytest.raises(RequestError, match=r"note\.link_too_long"):
        original_link(PRESIGNED * 3, UNTIL)
    assert PRESIGNED not in str(parts(linked(PRESIGNED * 3)))
