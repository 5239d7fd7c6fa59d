"""Several videos as one: put one after the other as they are, where they are alike, else encoded anew.

Runs in the worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.errors import ResultError
from bot.media.errors import CannotFit
from bot.media.video.encode import TICKS, Watch, decode_frames, video_stream
from bot.media.video.frame_filters import Framer
from bot.media.video.plan import EncodingPlan, make_plan
from bot.media.video.probe import inspect
from bot.media.video.remux import packets_of
from bot.media.video.source import Source, open_source
from bot.media.video.video_info import VideoInfo

_TOLERANCE = 0.2
"""How far the length of what was joined may be off, in seconds for each part."""
_SAME_RATE = 0.02
_SOUND_RATE = 48_000
_SOUND_BITS = 96_000
_SOUND_FRAME = 1024


def join(
    parts: Sequence[Path],
    target: Path,
    info: Sequence[VideoInfo],
    limit_bytes: int,
    *,
    cores: int,
    seconds: float,
    watch: Watch,
) -> VideoInfo:
    """Write the parts as one video to ``target``, in their order; what it is.

    Where they have to be encoded, the first one's frame counts, the others get margins; the copy aims at
    ``limit_bytes`` and at being made within ``seconds``. Else nothing is lost, and it is as large as they are.

    Raises:
        CannotFit: they cannot be joined well, or not in time.
        ResultError: a part cannot be decoded.
    """
    if _are_alike(info):
        try:
            _put_together(parts, target)
            return _checked(target, info)
        except (av.FFmpegError, CannotFit, ResultError, ValueError):
            target.unlink(missing_ok=True)
    whole = joined_info(info)
    plan = make_plan(whole, limit_bytes, cores=cores, seconds=seconds)
    with av.open(f"file:{target}", "w", format="mp4", options={"movflags": "+faststart"}) as out:
        _Joining(out, parts, info, whole, plan, watch).run()
    return _checked(target, info)


def joined_info(info: Sequence[VideoInfo]) -> VideoInfo:
    """What the parts are together, in the frame of the first one."""
    duration, frames = sum(one.duration for one in info), sum(one.frames for one in info)
    return replace(
        info[0],
        coded_pixels=max(one.coded_pixels for one in info),
        duration=duration,
        fps=max(one.fps for one in info),
        frames=frames,
        has_audio=any(one.has_audio for one in info),
        size=sum(one.size for one in info),
        media_bytes=sum(one.media_bytes for one in info),
    )


def _are_alike(info: Sequence[VideoInfo]) -> bool:
    """Whether the parts look as if they could be put together as they are."""
    first = info[0]
    return all(
        one.plays_anywhere
        and one.rotation == 0
        and (one.width, one.height, one.pixel_format, one.has_audio)
        == (first.width, first.height, first.pixel_format, first.has_audio)
        and abs(one.fps - first.fps) <= _SAME_RATE * first.fps
        for one in info
    )


def _checked(target: Path, info: Sequence[VideoInfo]) -> VideoInfo:
    copy = inspect(target)
    wanted = sum(one.duration for one in info)
    if abs(copy.duration - wanted) > _TOLERANCE * len(info):
        raise CannotFit(f"What was joined lasts {copy.duration:.2f} s and not {wanted:.2f} s")
    return copy


# --- as they are ---


def _put_together(parts: Sequence[Path], target: Path) -> None:
    """Copy the packets of each part behind those of the one before.

    Raises:
        CannotFit: their streams are not made alike.
        av.FFmpegError: the packets can't be written as they are.
    """
    with (
        open_source(parts[0]) as first,
        av.open(f"file:{target}", "w", format="mp4", options={"movflags": "+faststart"}) as out,
    ):
        video = _Track(out.add_stream_from_template(first.video))
        sound = None if first.audio is None else _Track(out.add_stream_from_template(first.audio))
        wanted = _makings(first)
        for path in parts:
            with open_source(path) as source:
                if _makings(source) != wanted:
                    raise CannotFit("The parts are encoded in different ways")
                for packet in packets_of(source):
                    if packet.is_discard:
                        raise CannotFit("Some of a part is not to be shown")
                    track = video if packet.stream is source.video or sound is None else sound
                    out.mux_one(track.placed(packet))
            ends = max(video.end, Fraction(0) if sound is None else sound.end)
            for track in filter(None, (video, sound)):
                track.begin_next(ends)


@dataclass(slots=True)
class _Track:
    """One stream of what is joined: where the present part begins, and what was written last. Times in seconds."""

    stream: VideoStream | AudioStream
    begins: Fraction = Fraction(0)
    first: Fraction | None = None
    end: Fraction = Fraction(0)

    def placed(self, packet: Packet[Any]) -> Packet[Any]:
        """A packet at its time in the whole."""
        if packet.pts is None or packet.dts is None or packet.time_base is None:
            raise CannotFit("A packet has no time")
        base = packet.time_base
        if self.first is None:
            self.first = packet.pts * base  # the first packet is a keyframe, shown first
        shift = round((self.begins - self.first) / base)
        packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
        self.end = max(self.end, (packet.pts + (packet.duration or 0)) * base)
        packet.stream = self.stream
        return packet

    def begin_next(self, at: Fraction) -> None:
        """The next part begins then."""
        self.begins, self.first = at, None


def _makings(source: Source) -> tuple[object, ...]:
    """What a decoder is set up with: the same for streams that can be put one after the other."""
    video, audio = source.video, source.audio
    makings: tuple[object, ...] = (video.codec_context.extradata, video.time_base, video.sample_aspect_ratio)
    if audio is not None:
        context = audio.codec_context
        makings += (context.name, context.extradata, context.sample_rate, context.layout.name, audio.time_base)
    return makings


# --- encoded anew ---


class _Joining:
    """One encoder for all parts."""

    def __init__(
        self,
        out: OutputContainer,
        parts: Sequence[Path],
        info: Sequence[VideoInfo],
        whole: VideoInfo,
        plan: EncodingPlan,
        watch: Watch,
    ) -> None:
        self._out = out
        self._parts = parts
        self._info = info
        self._whole = whole
        self._plan = plan
        self._watch = watch
        self._written = 0
        self._seen = 0
        self._last = -1
        with open_source(parts[0]) as first:
            self._video = video_stream(first, out, whole, plan)
        self._sound = _Sound(out) if plan.audio_rate else None

    def run(self) -> None:
        """Read the parts one after the other."""
        begins = Fraction(0)
        for path, info in zip(self._parts, self._info, strict=True):
            with open_source(path, threads=self._plan.threads) as source:
                self._add(source, info, begins)
            begins += Fraction(info.duration).limit_denominator(TICKS)
            if self._sound is not None:
                self._write(self._sound.fill(begins))
        self._write(self._video.encode(None))
        if self._sound is not None:
            self._write(self._sound.finish())

    def _add(self, source: Source, info: VideoInfo, begins: Fraction) -> None:
        framer = Framer((info.width, info.height), (self._plan.width, self._plan.height))
        streams: list[VideoStream | AudioStream] = [source.video]
        if self._sound is not None and source.audio is not None:
            streams.append(source.audio)
            self._sound.begin(begins + Fraction(info.duration).limit_denominator(TICKS))
        start: Fraction | None = None
        for index, frame in _numbered(source, streams):
            if isinstance(frame, AudioFrame):
                if self._sound is not None:
                    self._write(self._sound.encode(frame))
                continue
            at = frame.pts * frame.time_base if frame.pts is not None and frame.time_base else None
            start = at if start is None else start
            since = Fraction(index) / Fraction(info.fps) if at is None or start is None else at - start
            if index % self._plan.every == 0:
                self._show(framer.shape(frame), begins + since)
            self._seen += 1
            self._watch(min(1.0, self._seen / max(1, self._whole.frames)), self._written)

    def _show(self, frame: VideoFrame, at: Fraction) -> None:
        frame.pts = self._last = max(self._last + 1, round(at * TICKS))
        frame.time_base = Fraction(1, TICKS)
        frame.duration = max(1, round(TICKS * self._plan.every / self._whole.fps))
        self._write(self._video.encode(frame))

    def _write(self, packets: Sequence[Packet[Any]]) -> None:
        for packet in packets:
            self._written += packet.size
            self._out.mux(packet)


def _numbered(
    source: Source, streams: Sequence[VideoStream | AudioStream]
) -> Iterator[tuple[int, VideoFrame | AudioFrame]]:
    """The frames of a part, those of the picture counted."""
    count = 0
    for packet in source.container.demux(*streams):
        for frame in decode_frames(packet):
            yield count, frame
            count += isinstance(frame, VideoFrame)


class _Sound:
    """The sound of all parts in stereo; silence where a part has none."""

    def __init__(self, out: OutputContainer) -> None:
        self._stream = out.add_stream("aac", rate=_SOUND_RATE, layout="stereo")
        context = self._stream.codec_context
        assert isinstance(context, AudioCodecContext)
        context.bit_rate = _SOUND_BITS
        self._resampler: AudioResampler | None = None
        self._next = 0
        self._until = 0

    def begin(self, until: Fraction) -> None:
        """Take the sound of a part, which lasts until then (seconds)."""
        self._resampler = AudioResampler(format="fltp", layout="stereo", rate=_SOUND_RATE, frame_size=_SOUND_FRAME)
        self._until = round(until * _SOUND_RATE)

    def encode(self, frame: AudioFrame | None) -> list[Packet[Any]]:
        """Packets of one more frame."""
        if self._resampler is None:
            return []
        if frame is not None:
            frame.pts = None
        packets: list[Packet[Any]] = []
        for piece in self._resampler.resample(frame):
            if self._next < self._until:
                packets += self._encoded(piece)
        return packets

    def fill(self, until: Fraction) -> list[Packet[Any]]:
        """End the sound of a part, and be silent until then (seconds)."""
        packets = self.encode(None)
        self._resampler = None
        while self._next + _SOUND_FRAME <= round(until * _SOUND_RATE):
            silence = AudioFrame(format="fltp", layout="stereo", samples=_SOUND_FRAME)
            for plane in silence.planes:
                plane.update(bytes(plane.buffer_size))
            silence.sample_rate = _SOUND_RATE
            packets += self._encoded(silence)
        return packets

    def finish(self) -> list[Packet[Any]]:
        """What is still held back."""
        return list(self._stream.encode(None))

    def _encoded(self, piece: AudioFrame) -> list[Packet[Any]]:
        piece.pts = self._next
        piece.time_base = Fraction(1, _SOUND_RATE)
        self._next += piece.samples
        return list(self._stream.encode(piece))
