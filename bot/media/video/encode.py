"""Making the smaller copy: decode, shape, encode and write. Runs in the worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.errors import ResultError
from bot.media.video.frame_filters import Shaper, colour_codes
from bot.media.video.plan import EncodingPlan
from bot.media.video.source import Source, open_source
from bot.media.video.video_info import VideoInfo

TICKS = 90_000
_SOUND_RATES = frozenset({32_000, 44_100, 48_000})
_SOUND_RATE = 48_000
_SOUND_FRAME = 1024

Watch = Callable[[float, int], None]
"""Told now and then the part that is done (0 to 1) and the bytes written; it may raise to stop."""


@dataclass(slots=True, kw_only=True)
class _Moment:
    """A frame that waits for the next one, which says how long it is shown. Times in ticks."""

    frame: VideoFrame
    at: int
    end: int


def encode(source_path: Path, target: Path, info: VideoInfo, plan: EncodingPlan, watch: Watch) -> None:
    """Write a copy as the plan says: H.264 High, yuv420p, AAC, the index before the media.

    Raises:
        ResultError: the source cannot be decoded.
        av.FFmpegError, OSError: something else went wrong.
        Whatever ``watch`` raises.
    """
    options = {"movflags": "+faststart"}
    with (
        open_source(source_path, threads=plan.threads) as source,
        av.open(f"file:{target}", "w", format="mp4", options=options) as out,
    ):
        _Encoding(source, out, info, plan, watch).run()


class _Encoding:
    def __init__(self, source: Source, out: OutputContainer, info: VideoInfo, plan: EncodingPlan, watch: Watch) -> None:
        self._source = source
        self._out = out
        self._info = info
        self._plan = plan
        self._watch = watch
        self._written = 0
        self._shaper = Shaper(plan.width, plan.height)
        self._video = video_stream(source, out, info, plan)
        self._audio = None
        if source.audio is not None and plan.audio_rate:
            until = info.duration + _picture_delay(source)
            self._audio = _Sound(source.audio, out, plan.audio_rate, until=until)
        self._waiting: _Moment | None = None
        self._start: Fraction | None = None
        self._decoded = 0

    def run(self) -> None:
        """Read the packets of both streams in the file's order, so that neither waits in memory for the other."""
        streams: list[VideoStream | AudioStream] = [self._source.video]
        if self._audio is not None and self._source.audio is not None:
            streams.append(self._source.audio)
        for packet in self._source.container.demux(*streams):
            for frame in decode_frames(packet):
                if isinstance(frame, VideoFrame):
                    self._take(frame)
                elif self._audio is not None and isinstance(frame, AudioFrame):
                    self._write(self._audio.encode(frame, self._since_start(frame)))
        if self._waiting is None:
            raise ResultError("No frame can be decoded", retryable=False)
        self._show(self._waiting, until=self._waiting.end)
        self._write(self._video.encode(None))
        if self._audio is not None:
            self._write(self._audio.finish())

    def _since_start(self, frame: VideoFrame | AudioFrame) -> Fraction | None:
        """When a frame is shown, in seconds since the first one; ``None`` where the file doesn't say."""
        if frame.pts is None or frame.time_base is None:
            return None
        at = frame.pts * frame.time_base
        if self._start is None:
            begins = self._source.container.start_time
            self._start = at if begins is None else min(at, Fraction(begins, av.time_base))
        return at - self._start

    def _take(self, frame: VideoFrame) -> None:
        index, self._decoded = self._decoded, self._decoded + 1
        since = self._since_start(frame)
        usual = max(1, round(TICKS / self._info.fps))
        follows = self._waiting.end if self._waiting else 0
        at = follows if since is None else round(since * TICKS)
        length = round(frame.duration * frame.time_base * TICKS) if frame.duration and frame.time_base else usual
        end = at + max(1, length)
        if self._waiting is not None:
            if at <= self._waiting.at or index % self._plan.every:
                self._waiting.end = max(self._waiting.end, end)
                return
            self._show(self._waiting, until=at)
        self._waiting = _Moment(frame=frame, at=max(0, at), end=end)

    def _show(self, moment: _Moment, *, until: int) -> None:
        frame = self._shaper.shape(moment.frame)
        frame.pts = moment.at
        frame.time_base = Fraction(1, TICKS)
        frame.duration = max(1, until - moment.at)
        self._write(self._video.encode(frame))
        self._watch(min(1.0, self._decoded / max(1, self._info.frames)), self._written)

    def _write(self, packets: list[Packet[Any]]) -> None:
        for packet in packets:
            self._written += packet.size
            self._out.mux_one(packet)


def decode_frames(packet: Packet[Any]) -> Iterator[VideoFrame | AudioFrame]:
    """The frames of a packet; a damaged one is skipped, as players do."""
    try:
        frames: Sequence[object] = packet.decode()
        for frame in frames:
            if isinstance(frame, VideoFrame | AudioFrame):
                yield frame
    except (av.error.InvalidDataError, av.error.EOFError):
        return


def video_stream(source: Source, out: OutputContainer, info: VideoInfo, plan: EncodingPlan) -> VideoStream:
    """The stream for a copy as the plan says, with the colours of its source."""
    rate = Fraction(info.fps / plan.every).limit_denominator(1001)
    stream = out.add_stream("libx264", rate=max(rate, Fraction(1, 10)))
    stream.width, stream.height = plan.width, plan.height
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    context.time_base = Fraction(1, TICKS)
    context.bit_rate = plan.video_rate
    context.thread_count = plan.threads + 1
    context.flags |= Flags.frame_duration
    given = source.video.codec_context
    codes = colour_codes(given.color_primaries, given.color_trc, given.colorspace, height=min(info.width, info.height))
    context.color_primaries, context.color_trc, context.colorspace = codes
    context.color_range = 1
    context.options = {
        "preset": plan.preset,
        "profile": "high",
        "maxrate": str(plan.video_rate),
        "bufsize": str(plan.buffer_bits),
    }
    return stream


def _picture_delay(source: Source) -> float:
    """How many seconds after the file's start the first frame is shown: the sound may begin before it."""
    begins, first, base = source.container.start_time, source.video.start_time, source.video.time_base
    if begins is None or first is None or base is None:
        return 0.0
    return max(0.0, float(first * base) - begins / av.time_base)


class _Sound:
    """The sound of the copy: AAC, mono or stereo, for as long as there is something to see (``until``, in seconds)."""

    def __init__(self, source: AudioStream, out: OutputContainer, rate: int, *, until: float) -> None:
        given = source.codec_context
        layout = "mono" if given.layout.nb_channels == 1 else "stereo"
        hertz = given.sample_rate if given.sample_rate in _SOUND_RATES else _SOUND_RATE
        self._stream = out.add_stream("aac", rate=hertz, layout=layout)
        context = self._stream.codec_context
        assert isinstance(context, AudioCodecContext)
        context.bit_rate = rate
        self._resampler = AudioResampler(format="fltp", layout=layout, rate=hertz, frame_size=_SOUND_FRAME)
        self._hertz = hertz
        self._next = 0
        self._end = round(until * hertz)
        self._begun = False

    def encode(self, frame: AudioFrame, since: Fraction | None) -> list[Packet[Any]]:
        """Packets of one more frame; the first one says when the sound begins."""
        if not self._begun:
            self._begun = True
            self._next = max(0, round((since or 0) * self._hertz))
        frame.pts = None
        return self._packets(frame)

    def finish(self) -> list[Packet[Any]]:
        """What is still held back."""
        return [*(self._packets(None) if self._begun else []), *self._stream.encode(None)]

    def _packets(self, frame: AudioFrame | None) -> list[Packet[Any]]:
        packets: list[Packet[Any]] = []
        for piece in self._resampler.resample(frame):
            if self._next >= self._end:
                break
            piece.pts = self._next
            piece.time_base = Fraction(1, self._hertz)
            self._next += piece.samples
            packets.extend(self._stream.encode(piece))
        return packets
