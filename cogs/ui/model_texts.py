"""A model in a few words: what it takes, and what it costs."""

from __future__ import annotations

from typing import Final

from bot.domain.model_rule import ModelRule
from bot.domain.model_spec import DEFAULT_SECONDS, ModelSpec
from bot.text import Text, Usd, text
from cogs.ui.markdown import shorten
from cogs.ui.texts import Texts

_MOST_CHARS: Final = 100


def taken_by(model: ModelSpec) -> list[Text]:
    """What a model takes, each as a text."""
    found = [text("model.takes.images", count=model.most_images)] if model.image_fields else []
    if model.most_elements:
        found.append(text("model.takes.elements", count=model.most_elements))
    if model.start is not None and model.end is not None:
        found.append(text("model.takes.frames"))
    else:
        found += [text("model.takes.start")] if model.start is not None else []
        found += [text("model.takes.end")] if model.end is not None else []
    found += [text("model.takes.sound")] if model.sound is not None else []
    return found or [text("model.takes.prompt")]


def model_label(model: ModelSpec, texts: Texts, rule: ModelRule | None = None) -> str:
    """A model's name, what it takes, what five seconds of it cost and count as, as a choice of an option."""
    taken = [texts.render(one) for one in taken_by(model)]
    seconds = DEFAULT_SECONDS
    if model.length is not None and seconds not in model.length.values:
        seconds = model.length.default
    cost = model.estimate(seconds)
    end = "" if cost is None else f" · {texts('model.price', cost=Usd(cost), seconds=seconds)}"
    if rule is not None and rule.counted(seconds) != seconds:
        end += f" · {texts('model.counts', seconds=seconds, counted=rule.counted(seconds))}"
    label = f"{model.name} · {texts.value(tuple(taken), 'unit')}"
    while len(label) + len(end) > _MOST_CHARS and len(taken) > 1:  # no part is cut in its middle
        taken.pop()
        label = f"{model.name} · {texts.value((*taken, '…'), 'unit')}"
    return shorten(label, _MOST_CHARS - len(end)) + end
