"""Small real MP4 files: encoding frames, a tiny stand-in clip, and padding one to a given size."""

import functools
import tempfile
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image

TINY_SIZES = {"16:9": (160, 90), "9:16": (90, 160), "1:1": (96, 96)}
TINY_FPS = 4
_BOX_HEADER = 8


def encode(frames: Iterable[Image.Image], *, size: tuple[int, int], fps: int) -> bytes:
    """Encode RGB frames as an H.264, yuv420p, faststart MP4 without sound."""
    with tempfile.TemporaryDirectory(prefix="oxen-clip-") as folder:
        # faststart moves the index to the front by reading the file again, so it needs a real path.
        path = Path(folder) / "clip.mp4"
        with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
            stream = container.add_stream("libx264", rate=fps)
            stream.width, stream.height = size
            stream.pix_fmt = "yuv420p"
            stream.time_base = Fraction(1, fps)
            stream.options = {"preset": "superfast", "crf": "25", "maxrate": "450k", "bufsize": "450k"}
            for index, image in enumerate(frames):
                frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
                frame.pts = index
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path.read_bytes()


@functools.cache
def tiny_clip(aspect_ratio: str = "16:9", seconds: int = 5) -> bytes:
    """A valid clip of a few kB with the asked shape and duration, made once per process."""
    size = TINY_SIZES[aspect_ratio]
    count = seconds * TINY_FPS
    shades = (Image.new("RGB", size, (40, 40 + 160 * index // count, 200)) for index in range(count))
    return encode(shades, size=size, fps=TINY_FPS)


def pad_mp4(clip: bytes, size: int) -> bytes:
    """The same clip, exactly `size` bytes long: a `free` box of zeros is appended (ISO 14496-12, 8.1.2).

    Raises ValueError when `size` is smaller than the clip plus the box's 8-byte header.
    """
    room = size - len(clip)
    if room == 0:
        return clip
    if not _BOX_HEADER <= room < 2**32:
        raise ValueError(f"a clip of {len(clip)} bytes cannot be padded to {size}")
    return clip + room.to_bytes(4, "big") + b"free" + bytes(room - _BOX_HEADER)
