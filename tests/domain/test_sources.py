"""Addresses of pictures that outlive Discord's links."""

import pytest

from bot.domain.picture_addresses import BoardPictureAddress, StoredPictureAddress


def test_an_address_comes_back_as_what_it_was_made_from() -> None:
    board = BoardPictureAddress(place_id=5, message_id=6, filename="image1-ab.png")
    stored = StoredPictureAddress(digest="0a" * 32, ending="jpg")
    assert BoardPictureAddress.parse(str(board)) == board
    assert StoredPictureAddress.parse(str(stored)) == stored


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
    assert BoardPictureAddress.parse(address) is None
    assert StoredPictureAddress.parse(address) is None


def test_a_digest_of_the_wrong_shape_names_no_file() -> None:
    assert StoredPictureAddress.parse("stored:" + "g" * 64 + ".png") is None
    assert StoredPictureAddress.parse("stored:" + "a" * 64 + "./x") is None
