"""The decoder of event streams, case by case of the WHATWG rules."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import OxenUncertain
from bot.oxen.sse import EventDecoder, ServerSentEvent


def decode(*chunks: bytes) -> list[ServerSentEvent]:
    decoder = EventDecoder()
    return [event for chunk in chunks for event in decoder.feed(chunk)]


def data_of(*chunks: bytes) -> list[str]:
    return [event.data for event in decode(*chunks)]


def test_an_event_has_its_type_data_id_and_retry() -> None:
    assert decode(b"event: done\ndata: yes\nid: 7\nretry: 1500\n\n") == [
        ServerSentEvent(event="done", data="yes", id="7", retry=1500)
    ]


def test_an_event_without_a_type_is_a_message() -> None:
    assert decode(b"data: a\n\n") == [ServerSentEvent(event="message", data="a")]


def test_an_empty_type_is_a_message() -> None:
    assert decode(b"event:\ndata: a\n\n")[0].event == "message"


def test_a_type_does_not_last_into_the_next_event() -> None:
    assert [e.event for e in decode(b"event: x\ndata: 1\n\ndata: 2\n\n")] == ["x", "message"]


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_every_kind_of_line_end_is_taken(end: bytes) -> None:
    assert data_of(end.join([b"data: 1", b"data: 2", b"", b"data: 3", b"", b""])) == ["1\n2", "3"]


def test_line_ends_may_be_mixed() -> None:
    assert data_of(b"data: 1\rdata: 2\r\ndata: 3\n\r") == ["1\n2\n3"]


def test_a_line_end_split_over_chunks_is_one_line_end() -> None:
    assert data_of(b"data: 1\r", b"\ndata: 2\r", b"\n\r", b"\n") == ["1\n2"]


def test_an_empty_chunk_between_the_halves_of_a_line_end_changes_nothing() -> None:
    assert data_of(b"data: 1\r", b"", b"\ndata: 2\n\n") == ["1\n2"]


def test_an_event_ended_by_a_carriage_return_does_not_wait_for_a_line_feed() -> None:
    assert data_of(b"data: now\r\r") == ["now"]


def test_a_character_split_over_chunks_is_whole() -> None:
    raw = "data: 🐂é\n\n".encode()
    assert data_of(*(raw[i : i + 1] for i in range(len(raw)))) == ["🐂é"]


def test_bytes_that_are_no_utf8_are_replaced() -> None:
    assert data_of(b"data: a\xffb\n\n") == ["a\ufffdb"]


@pytest.mark.parametrize("chunks", [(b"\xef\xbb\xbfdata: a\n\n",), (b"\xef", b"\xbb", b"\xbfdata: a\n\n")])
def test_a_byte_order_mark_at_the_start_is_dropped(chunks: tuple[bytes, ...]) -> None:
    assert data_of(*chunks) == ["a"]


def test_a_byte_order_mark_anywhere_else_is_part_of_the_line() -> None:
    assert data_of(b"data: a\n\n\xef\xbb\xbfdata: b\n\n") == ["a"]


def test_only_one_byte_order_mark_is_dropped() -> None:
    assert data_of(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n") == []


def test_a_comment_says_nothing() -> None:
    assert decode(b": keep-alive\n\n:\n\n") == []


def test_a_comment_inside_an_event_does_not_end_it() -> None:
    assert data_of(b"data: 1\n: keep-alive\ndata: 2\n\n") == ["1\n2"]


def test_an_event_without_data_is_not_given() -> None:
    assert decode(b"event: x\nid: 1\n\n") == []


def test_a_keep_alive_after_an_id_gives_no_event() -> None:
    assert len(decode(b"id: 1\ndata: a\n\n: keep-alive\n\n")) == 1


def test_data_that_is_empty_is_given() -> None:
    assert data_of(b"data:\n\ndata\ndata\n\n") == ["", "\n"]


def test_a_field_without_a_colon_has_an_empty_value() -> None:
    assert data_of(b"data\n\n") == [""]


def test_only_one_leading_space_is_dropped() -> None:
    assert data_of(b"data:  a\ndata:b\ndata:\tc\n\n") == [" a\nb\n\tc"]


def test_colons_in_a_value_are_kept() -> None:
    assert data_of(b"data: a:b: c\n\n") == ["a:b: c"]


def test_unknown_fields_are_ignored() -> None:
    assert data_of(b"Data: no\n data: no\nother: no\ndata: yes\n\n") == ["yes"]


def test_an_id_lasts_until_the_next_one() -> None:
    assert [e.id for e in decode(b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n")] == ["1", "1", ""]


def test_an_id_with_a_nul_is_ignored() -> None:
    assert [e.id for e in decode(b"id: 1\ndata: a\n\nid: 2\x003\ndata: b\n\n")] == ["1", "1"]


@pytest.mark.parametrize("value", [b"1.5", b"-1", b"+1", b" 5", b"", b"1e3", "٣".encode(), b"9" * 5000])
def test_a_retry_that_is_not_a_plain_number_is_ignored(value: bytes) -> None:
    assert [e.retry for e in decode(b"retry: " + value + b"\ndata: a\n\n")] == [None]


def test_a_retry_without_data_still_counts() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"retry: 250\n\n") == []
    assert decoder.reconnection_ms == 250


def test_a_retry_belongs_to_its_own_event() -> None:
    assert [e.retry for e in decode(b"retry: 1\ndata: a\n\ndata: b\n\n")] == [1, None]


def test_an_event_that_was_not_ended_is_not_given() -> None:
    assert data_of(b"data: 1\n\ndata: half\n") == ["1"]


@pytest.mark.slow
def test_a_line_of_a_megabyte_in_tiny_chunks_is_whole() -> None:
    line = b"data: " + b"x" * 1_000_000 + b"\n\n"
    assert [len(d) for d in data_of(*(line[i : i + 7] for i in range(0, len(line), 7)))] == [1_000_000]


@pytest.mark.parametrize(
    "endless", [b"data: " + b"x" * 200, b": " + b"x" * 200, b"data: xxxxxxxxxxxx\n" * 20, b"data\n" * 101]
)
def test_an_event_over_the_cap_is_an_error_however_it_grows(endless: bytes) -> None:
    with pytest.raises(OxenUncertain, match="larger than 100 bytes"):
        EventDecoder(max_event_bytes=100).feed(endless + b"\n")


def test_an_event_over_the_cap_does_not_hide_the_one_before_it() -> None:
    decoder = EventDecoder(max_event_bytes=100)
    assert [e.data for e in decoder.feed(b"data: 1\n\ndata: " + b"x" * 200)] == ["1"]
    with pytest.raises(OxenUncertain):
        decoder.feed(b"\n\ndata: 2\n\n")


def test_many_events_together_may_pass_the_cap_of_one() -> None:
    assert len(EventDecoder(max_event_bytes=100).feed(b"data: xxxxxxxxxx\n\n" * 50)) == 50


_BITS = st.sampled_from(
    [
        *(b"data", b":", b" ", b"\n", b"\r", b"\r\n", b"id: ", b"event: x", b"retry: 5", b"data: a\n\n"),
        *(b"\xef\xbb\xbf", b"\0", "é".encode(), "🐂".encode(), b"\xff", b"\xf0\x9f"),
    ]
)


@pytest.mark.slow
@given(
    raw=st.lists(_BITS | st.binary(max_size=3), max_size=40).map(b"".join),
    cuts=st.lists(st.integers(min_value=0, max_value=200), max_size=12),
)
def test_any_chunking_of_the_same_bytes_gives_the_same_events(raw: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    chunks = [raw[a:b] for a, b in pairwise(edges)]
    assert decode(*chunks) == decode(raw)


@pytest.mark.slow
@given(data=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1))
def test_any_line_of_text_comes_through_as_it_was(data: str) -> None:
    assert data_of(f"data: {data}\n\n".encode()) == [data]
