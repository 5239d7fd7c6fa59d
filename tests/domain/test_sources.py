"""Addresses of pictures that outlive Discord's links."""

import pytest

from bot.domain.sources import BoardSource, StoredSource


def test_an_address_comes_back_as_what_it_was_made_from() -> None:
    board = BoardSource(place_id=5, message_id=6, filename="image1-ab.png")
    stored = StoredSource(digest="0a" * 32, ending="jpg")
    assert BoardSource.parse(str(board)) == board
    assert StoredSource.parse(str(stored)) == stored


@pytest.mark.parametrize(
    "address",
    [
        "https://cdn.example/a.png",
        "board:",
        "board:1/2",
        "board:1/2/",
        "board:x/2/a.png",
        "stored:../../etc/passwd.png",
    ],
)
def test_any_other_address_is_neither(address: str) -> None:
    assert BoardSource.parse(address) is None
    assert StoredSource.parse(address) is None


def test_a_digest_of_the_wrong_shape_names_no_file() -> None:
    assert StoredSource.parse("stored:" + "g" * 64 + ".png") is None
    assert StoredSource.parse("stored:" + "a" * 64 + "./x") is None
