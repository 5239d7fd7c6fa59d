"""The models that videos are made with: the bot's own, and those that its users may choose."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.model_spec import KLING_O1, ModelSpec
from bot.domain.request import VideoRequest
from bot.errors import RequestError
from bot.text import text


class Models:
    """Knows the models by their ids."""

    def __init__(self, default: str) -> None:
        self._default = replace(KLING_O1, id=default)

    @property
    def default(self) -> ModelSpec:
        """The model that is used when none is chosen."""
        return self._default

    def find(self, model_id: str | None) -> ModelSpec:
        """A model that videos may be made with; ``None`` is the default.

        Raises:
            RequestError: it is not there any more, or may not be used.
        """
        if model_id in (None, self._default.id):
            return self._default
        raise RequestError(text("model.gone", model=model_id or ""))

    def of(self, request: VideoRequest) -> ModelSpec:
        """The model of a request; raises what ``find`` does."""
        return self.find(request.model)
