"""The simulated Oxen's results: their addresses, their faults, and the videos themselves."""

import asyncio
import io

import aiohttp
import av
import pytest
from PIL import Image

from sandbox.oxen import Picture, pad_mp4, render_video, tiny_clip
from sandbox.oxen.storyboard import StoppedError
from tests.sandbox.oxen_caller import Caller, calling, picture


async def finished(caller: Caller, video: bytes | None = None) -> str:
    """The result URL of a generation that has just succeeded."""
    generation = await caller.enqueue()
    caller.oxen.succeed(generation, video)
    return str((await caller.row(generation))["result_url"])


async def download(caller: Caller, url: str, *, with_key: bool = False) -> tuple[int, bytes]:
    headers = caller.headers if with_key else {}
    async with caller.session.get(url, headers=headers) as answer:
        return answer.status, await answer.read()


def looked_at(clip: bytes) -> tuple[str, str | None, tuple[int, int], float]:
    """Codec, pixel format, size and seconds of a clip, all of whose frames were decoded."""
    with av.open(io.BytesIO(clip), "r") as container:
        stream = container.streams.video[0]
        frames = len(list(container.decode(stream)))
        assert stream.average_rate is not None
        seconds = frames / float(stream.average_rate)
        return stream.codec_context.name, stream.codec_context.pix_fmt, (stream.width, stream.height), seconds


async def test_a_result_is_downloaded_from_another_origin_without_the_key() -> None:
    async with calling(seconds=None) as caller:
        url = await finished(caller, b"the video")
        assert url.startswith(caller.oxen.result_origin + "/")
        assert not caller.oxen.url.startswith(caller.oxen.result_origin)
        assert await download(caller, url) == (200, b"the video")
        assert not (await caller.oxen.wait_for_download()).carried_authorization


async def test_a_key_that_reaches_the_results_host_is_told_on() -> None:
    async with calling(seconds=None) as caller:
        url = await finished(caller)
        await download(caller, url)
        await download(caller, url, with_key=True)
        assert [one.carried_authorization for one in caller.oxen.downloads] == [False, True]


async def test_each_reading_of_the_row_makes_a_fresh_url_and_old_ones_expire() -> None:
    async with calling(seconds=None) as caller:
        first = await finished(caller)
        caller.oxen.expire_results()
        [generation] = caller.oxen.generations
        second = str((await caller.row(generation))["result_url"])
        assert second != first
        assert (await download(caller, first))[0] == 403
        assert (await download(caller, second))[0] == 200


async def test_a_url_past_its_time_or_with_a_wrong_signature_is_denied() -> None:
    async with calling(seconds=None, result_lifetime_seconds=0) as caller:
        url = await finished(caller)
        status, body = await download(caller, url)
        assert (status, b"expired" in body) == (403, True)
        status, body = await download(caller, url.replace("Expires=", "Expires=9"))
        assert (status, b"Signature" in body) == (403, True)


async def test_a_redirecting_result_wants_the_key_at_oxen_and_leads_to_the_other_origin() -> None:
    async with calling(seconds=None) as caller:
        caller.oxen.faults.result.redirect = True
        url = await finished(caller, b"the video")
        assert url.startswith(caller.oxen.url + "/")
        assert (await download(caller, url))[0] == 401
        assert await download(caller, url, with_key=True) == (200, b"the video")
        assert [one.carried_authorization for one in caller.oxen.downloads] == [False]


async def test_a_download_can_be_refused_sent_elsewhere_or_be_something_else() -> None:
    async with calling(seconds=None) as caller:
        url, elsewhere = await finished(caller, b"the video"), await finished(caller, b"another")
        faults = caller.oxen.faults.result
        faults.refuse(404)
        faults.refuse(403)
        faults.refuse(302, location=elsewhere)
        faults.replace(b"<html>Sorry</html>")
        assert [(await download(caller, url))[0] for _ in range(2)] == [404, 403]
        assert caller.oxen.faults.pending == 2
        # The place it is sent to is a download as well, and takes the next fault.
        async with caller.session.get(url) as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
            assert await answer.read() == b"<html>Sorry</html>"
        assert await download(caller, url) == (200, b"the video")


async def test_a_truncated_download_breaks_off_before_its_promised_end() -> None:
    async with calling(seconds=None) as caller:
        url = await finished(caller, b"the video")
        caller.oxen.faults.result.truncate(after_bytes=3)
        async with caller.session.get(url) as answer:
            assert answer.content_length == 9
            with pytest.raises(aiohttp.ClientError):
                await answer.read()
        assert await download(caller, url) == (200, b"the video")


async def test_a_stalled_download_goes_on_when_released() -> None:
    async with calling(seconds=None) as caller:
        url = await finished(caller, b"the video")
        hold = caller.oxen.faults.result.stall(after_bytes=3)
        async with caller.session.get(url) as answer:
            await hold.reached()
            assert await answer.content.readexactly(3) == b"the"
            hold.release()
            assert await answer.read() == b" video"


async def test_shutting_down_breaks_off_a_stalled_download() -> None:
    async with aiohttp.ClientSession() as session:
        async with calling(seconds=None) as caller:
            url = await finished(caller)
            hold = caller.oxen.faults.result.stall()
            answer = await session.get(url)
            await hold.reached()
        with pytest.raises(aiohttp.ClientError):
            await answer.read()


async def test_a_download_can_come_without_a_length_and_faults_can_be_cleared() -> None:
    async with calling(seconds=None) as caller:
        url = await finished(caller, b"the video")
        caller.oxen.faults.result.chunked = True
        async with caller.session.get(url) as answer:
            assert (answer.content_length, await answer.read()) == (None, b"the video")
        caller.oxen.faults.result.refuse(500, times=None)
        assert [(await download(caller, url))[0] for _ in range(2)] == [500, 500]
        caller.oxen.faults.clear()
        async with caller.session.get(url) as answer:
            assert (answer.status, answer.content_length) == (200, 9)


@pytest.mark.parametrize(
    ("aspect_ratio", "seconds", "size"), [("16:9", 5, (160, 90)), ("9:16", 10, (90, 160)), ("1:1", 5, (96, 96))]
)
async def test_the_default_result_is_a_tiny_clip_of_the_asked_shape_and_duration(
    aspect_ratio: str, seconds: int, size: tuple[int, int]
) -> None:
    async with calling() as caller:
        generation = await caller.enqueue(aspect_ratio=aspect_ratio, duration=seconds)
        await caller.oxen.wait_for_end(generation)
        async with caller.session.get((await caller.row(generation))["result_url"]) as answer:
            assert answer.content_type == "video/mp4"
            clip = await answer.read()
        assert looked_at(clip) == ("h264", "yuv420p", size, seconds)
        assert len(clip) < 20_000


async def test_a_clip_padded_to_the_size_of_a_real_result_is_still_a_valid_video() -> None:
    size = 47_359_974
    clip = pad_mp4(tiny_clip(), size)
    async with calling(seconds=None) as caller:
        status, got = await download(caller, await finished(caller, clip))
    assert (status, len(got)) == (200, size)
    assert looked_at(got) == looked_at(tiny_clip())


def test_a_clip_cannot_be_padded_to_less_than_a_box_more() -> None:
    clip = tiny_clip()
    assert pad_mp4(clip, len(clip)) == clip
    assert len(pad_mp4(clip, len(clip) + 8)) == len(clip) + 8
    for size in (len(clip) - 1, len(clip) + 7):
        with pytest.raises(ValueError, match="cannot be padded"):
            pad_mp4(clip, size)


@pytest.mark.parametrize(("aspect_ratio", "size"), [("16:9", (640, 360)), ("9:16", (360, 640)), ("1:1", (480, 480))])
@pytest.mark.exhaustive
def test_a_rendered_video_has_the_asked_shape_starts_at_once_and_is_small(
    aspect_ratio: str, size: tuple[int, int]
) -> None:
    references = [Picture(label="Image 1", data=picture()), Picture(label="Element 1 · front", data=picture(300, 700))]
    video = render_video(prompt="@Image1 é " * 200, pictures=references, aspect_ratio=aspect_ratio, seconds=5)
    assert looked_at(video) == ("h264", "yuv420p", size, 5)
    assert video.index(b"moov") < video.index(b"mdat")
    assert len(video) < 400_000


def test_a_rendered_video_shows_its_references_one_after_another() -> None:
    colors = ["red", "lime", "blue"]
    references = [
        Picture(label=f"Image {number}", data=picture(color=color)) for number, color in enumerate(colors, start=1)
    ]
    video = render_video(prompt="three colours", pictures=references, aspect_ratio="16:9", seconds=5)
    with av.open(io.BytesIO(video), "r") as container:
        shots = [frame.to_image() for frame in container.decode(video=0)]  # type: ignore[no-untyped-call]
    middles = [shots[round(len(shots) * part)].getpixel((320, 170)) for part in (0.3, 0.6, 0.95)]
    strongest = [pixel.index(max(pixel)) for pixel in middles if isinstance(pixel, tuple)]
    assert strongest == [0, 1, 2]


def test_pictures_with_transparency_or_a_palette_can_be_rendered() -> None:
    target = io.BytesIO()
    Image.new("LA", (301, 407), (200, 100)).save(target, "PNG")
    palette = io.BytesIO()
    Image.new("P", (640, 300)).save(palette, "PNG", transparency=0)
    references = [Picture(label="a", data=target.getvalue()), Picture(label="b", data=palette.getvalue())]
    assert looked_at(render_video(prompt="x", pictures=references, aspect_ratio="1:1", seconds=5))[3] == 5


def test_rendering_stops_when_told_to() -> None:
    with pytest.raises(StoppedError):
        render_video(prompt="x", pictures=[], aspect_ratio="1:1", seconds=5, should_stop=lambda: True)


async def test_a_generation_that_runs_by_itself_can_render_its_own_references() -> None:
    async with calling(render=True) as caller:
        generation = await caller.oxen.wait_for_end(await caller.enqueue(aspect_ratio="9:16"))
        status, video = await download(caller, str((await caller.row(generation.id))["result_url"]))
    assert (status, looked_at(video)) == (200, ("h264", "yuv420p", (360, 640), 5))


async def test_shutting_down_while_rendering_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    fetched = asyncio.Event()

    async def fetch(_: str) -> bytes:
        fetched.set()
        return picture()

    async with calling(render=True, fetch_image=fetch) as caller:
        await caller.enqueue(duration=10)
        await fetched.wait()
    assert asyncio.all_tasks() == before
