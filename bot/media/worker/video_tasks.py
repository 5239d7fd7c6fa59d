"""What a worker for videos does: a task's file is lent in the worker's folder, what it makes is fetched from there."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from importlib import import_module
from pathlib import Path

import av

from bot.errors import ResultError
from bot.media.errors import CannotFit, CutOff
from bot.media.video.contact_strip import contact_strip
from bot.media.video.fit import fit
from bot.media.video.frame import poster_and_last, still
from bot.media.video.join import join
from bot.media.video.probe import inspect
from bot.media.video.remux import repack
from bot.media.video.video_info import VideoInfo
from bot.media.worker.protocol import SOURCE, TARGET, Frame, Request, more_source

# No file of PyAV's can be read once a worker is shut in, and it loads some of them late.
for _module in pkgutil.walk_packages(av.__path__, "av."):
    if "__main__" not in _module.name:
        import_module(_module.name)

_Task = Callable[[Request], Frame]


def _answered(task: _Task) -> _Task:
    """A task whose errors are answers."""

    @wraps(task)
    def answer(request: Request) -> Frame:
        try:
            return task(request)
        except CannotFit as error:
            return Frame(words={"cannot_fit": str(error)})
        except CutOff:
            return Frame(words={"cut_off": True})
        except ResultError as error:
            return Frame(words={"unreadable": str(error), "retryable": error.retryable})

    return answer


@_answered
def _inspect(request: Request) -> Frame:
    return Frame(words={"info": asdict(inspect(Path(SOURCE), is_last_look=request.arguments["is_last_look"]))})


@_answered
def _repack(request: Request) -> Frame:
    copy = repack(Path(SOURCE), Path(TARGET), VideoInfo(**request.arguments["info"]))
    return Frame(words={"info": asdict(copy) if copy is not None else None})


@_answered
def _fit(request: Request) -> Frame:
    copy = fit(
        Path(SOURCE),
        Path(TARGET),
        request.arguments["limit_bytes"],
        VideoInfo(**request.arguments["info"]),
        cores=request.arguments["cores"],
        seconds=request.arguments["seconds"],
        progress=request.progress,
    )
    return Frame(words={"info": asdict(copy)})


@_answered
def _join(request: Request) -> Frame:
    info = [VideoInfo(**one) for one in request.arguments["info"]]
    parts = [Path(SOURCE), *(Path(more_source(number)) for number in range(1, len(info)))]
    whole = join(
        parts,
        Path(TARGET),
        info,
        request.arguments["limit_bytes"],
        cores=request.arguments["cores"],
        seconds=request.arguments["seconds"],
        watch=lambda done, _written: request.progress(done),
    )
    return Frame(words={"info": asdict(whole)}, payload=contact_strip(parts))


@_answered
def _frame(request: Request) -> Frame:
    return Frame(words={}, payload=still(Path(SOURCE), last=request.arguments["last"]))


@_answered
def _stills(request: Request) -> Frame:
    poster, last = poster_and_last(Path(SOURCE), most_side=request.arguments["most_side"])
    return Frame(words={"poster_bytes": len(poster)}, payload=poster + last)


TASKS = {"inspect": _inspect, "repack": _repack, "fit": _fit, "join": _join, "frame": _frame, "stills": _stills}
