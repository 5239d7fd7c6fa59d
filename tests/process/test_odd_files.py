"""Odd files of everybody, through the whole bot: pictures that go in, and videos that come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.media.video.mp4_boxes import plays_from_first_byte
from sandbox.discord import Limits, Upload
from sandbox.texts import saying
from tests.media.hostile_pictures import chunk, picture, saved, with_chunks
from tests.media.media_clips import write_clip
from tests.media.mp4_fragments import fragment
from tests.process.harness import Harness, harness

pytestmark = pytest.mark.exhaustive

MIB = 1024 * 1024


async def delivered(here: Harness, clip: bytes) -> bytes:
    """What is delivered where Oxen made this."""
    here.oxen.faults.result.replace(clip, "video/mp4", times=None)
    await here.ask()
    here.oxen.succeed(await here.made())
    outcome = await here.outcome()
    assert saying("result.ready") in outcome.text
    [video] = outcome.attachments
    data: bytes = video.data
    return data


@pytest.mark.parametrize("shape", ["its index is at its end", "it is in fragments"])
async def test_a_video_is_delivered_with_its_index_in_front(tmp_path: Path, shape: str) -> None:
    clip = write_clip(tmp_path / "end.mp4", size=(320, 180), count=48, faststart=False)
    if shape == "it is in fragments":
        fragment(clip, tmp_path / "fragments.mp4", "frag_keyframe+empty_moov+default_base_moof")
        clip = tmp_path / "fragments.mp4"
    assert not plays_from_first_byte(clip)
    async with harness(tmp_path) as here, here.bot():
        (tmp_path / "delivered.mp4").write_bytes(await delivered(here, clip.read_bytes()))
    assert plays_from_first_byte(tmp_path / "delivered.mp4")


async def test_stray_bytes_behind_a_video_do_not_cost_it(tmp_path: Path) -> None:
    whole = write_clip(tmp_path / "front.mp4", size=(320, 180), count=48).read_bytes()
    clip = whole + b"-- end of stream  --\r\n"
    async with harness(tmp_path) as here, here.bot():
        assert await delivered(here, clip) in (clip, whole)
        assert len(here.oxen.downloads) == 1


async def test_pictures_with_odd_metadata_are_taken(tmp_path: Path) -> None:
    png, jpeg = saved(picture()), saved(picture(), "JPEG")
    odd = [
        with_chunks(png, chunk(b"tEXt", b"Comment\0odd")[:-1] + b"?"),
        jpeg[:-2],
    ]
    async with harness(tmp_path) as here, here.bot():
        options: dict[str, Any] = {
            f"image{number}": Upload(filename="odd", data=data, content_type=f"image/{kind}")
            for number, (data, kind) in enumerate(zip(odd, ("png", "jpeg"), strict=True), 2)
        }
        await here.ask("@Image1, @Image2 and @Image3 dance", **options)
        generation = await here.made()
        here.oxen.succeed(generation)
        assert saying("result.ready") in (await here.outcome()).text


async def test_pictures_that_a_messages_components_show_are_taken_though_it_lists_no_files(tmp_path: Path) -> None:
    limits = Limits(identify_seconds=0.0, lists_shown_files=False)
    async with harness(tmp_path, limits=limits) as here, here.bot():
        await here.ask()
        here.oxen.succeed(await here.made())
        thread = here.discord.threads(here.channel)[0]
        board = next(message for message in here.discord.messages(thread) if message.attachments)
        asked = await here.discord.context_menu(thread, here.alice, saying("command.make_from_message"), board)
        prompt = {saying("form.prompt"): "The ox of @Image1 sings"}
        await here.discord.submit_modal(await asked.modal(), prompt)
        again = here.oxen.generations[await here.made(2)]
        [url] = again.body["input_image"]
        sent = here.discord.world.cdn.find(url)
        assert sent is not None
        assert sent.data == board.attachments[0].data
