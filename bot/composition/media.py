"""Work on pictures and videos, and from where they may come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from bot.composition.resources import Subject
from bot.config import Settings
from bot.http_calls import HttpCalls
from bot.media.pictures.picture_pool import PicturePool
from bot.media.video.fitter import Fitter
from bot.public_web import PublicWeb


@dataclass(frozen=True, eq=False)
class MediaParts(Subject):
    """Work on pictures and videos."""

    @cached_property
    def web(self) -> PublicWeb:
        return web_of(self.settings)

    @cached_property
    def pictures(self) -> PicturePool:
        return PicturePool(self.resources.pool)

    @cached_property
    def fitter(self) -> Fitter:
        return Fitter(self.resources.pool, deadline_seconds=self.settings.fit_deadline_seconds)


def web_of(settings: Settings, calls: HttpCalls | None = None) -> PublicWeb:
    """From where results and pictures may come."""
    return PublicWeb(allow_private=settings.result_hosts_allow_private, calls=calls)
