"""Why a video was not made, for whoever asked for it: in their own names of the pictures, never JSON."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from bot.domain.job import Job
from bot.domain.moderation import Verdict
from bot.domain.request import View, named_picture
from bot.domain.reviewed_models import picture_limits
from bot.domain.slots import gapless, rename_slots
from bot.oxen.provider_errors import ProviderError, ProviderErrorKind, read_provider_error
from bot.text import Quote, Text, text


def verdict_of(error: str | None) -> Verdict | None:
    """Oxen's verdict on a request, where what it said is that its content policy does not allow it."""
    is_refused = bool(error) and read_provider_error(error or "").kind is ProviderErrorKind.POLICY
    return Verdict.REFUSED_BY_PROVIDER if is_refused else None


def failure_reason(job: Job, error: str | None, *, is_refusal: bool = False) -> Text:
    """The text for what Oxen said of a job; ``is_refusal``: Oxen refused it at once, so that nothing was started."""
    read = read_provider_error(error or "")
    view = _view(job, read)
    picture = None if view is None else named_picture(view.label, view.picture)
    match read.kind:
        case ProviderErrorKind.POLICY if read.location[:1] == ("prompt",):
            return text("reason.policy_prompt")
        case ProviderErrorKind.POLICY if picture is not None:
            return text("reason.policy_picture", picture=picture)
        case ProviderErrorKind.POLICY:
            return text("reason.policy")
        case ProviderErrorKind.UNREADABLE_PICTURE if picture is not None:
            return text("reason.picture_unreadable", picture=picture)
        case ProviderErrorKind.UNREADABLE_PICTURE if _is_about_pictures(read):
            return text("reason.a_picture_unreadable")
        case ProviderErrorKind.SMALL_PICTURE if picture is not None:
            return text("reason.picture_too_small", picture=picture, side=picture_limits(job.model).min_side)
        case ProviderErrorKind.SMALL_PICTURE:
            return text("reason.a_picture_too_small", side=picture_limits(job.model).min_side)
        case ProviderErrorKind.LARGE_PICTURE if picture is not None:
            return text("reason.picture_too_large", picture=picture)
        case ProviderErrorKind.LARGE_PICTURE:
            return text("reason.a_picture_too_large")
        case ProviderErrorKind.TIMED_OUT:
            return text("reason.oxen_timed_out", made=job.request.media)
        case ProviderErrorKind.BUSY:
            return text("reason.oxen_busy", made=job.request.media)
        case ProviderErrorKind.NO_CREDIT:
            return text("reason.out_of_credit")
        case _:
            return _in_their_words(job, read, view, is_refusal=is_refusal)


def _in_their_words(job: Job, error: ProviderError, view: View | None, *, is_refusal: bool) -> Text:
    """What is about nothing known: the provider's own sentence, behind one that says who said it."""
    made = job.request.media
    if not error.sentence:
        return text("reason.refused_unsaid") if is_refusal else text("reason.made_unsaid", made=made)
    end = "" if error.sentence.endswith((".", "!", "?", "…")) else "."
    said = Quote(f"{_in_own_names(job, error.sentence)}{end}")
    if view is None or str(view.slot) in error.sentence:
        return text("reason.refused_said", said=said) if is_refusal else text("reason.made_said", said=said, made=made)
    picture = named_picture(view.label, view.picture)
    if is_refusal:
        return text("reason.refused_said_about", said=said, picture=picture)
    return text("reason.made_said_about", said=said, picture=picture, made=made)


def _is_about_pictures(error: ProviderError) -> bool:
    return "image" in error.sentence.lower() or "file" in error.sentence.lower() or not error.sentence


def _view(job: Job, error: ProviderError) -> View | None:
    """The picture that an error is about: by its place in what was sent, else by its address."""
    sent = {view.key: view for view in job.request.views()}
    if job.generation_request is not None:
        found = _by_address(job, sent, _at(job.generation_request.parameters, error.location))
    else:
        found = _by_location(job, sent, error.location)
    if found is not None:
        return found
    named = {_path_of(url) for url in error.urls}
    hits = [sent[key] for key, url in job.urls.items() if key in sent and _path_of(url) in named]
    return hits[0] if len({view.slot for view in hits}) == 1 else None


def _at(sent: object, location: tuple[str | int, ...]) -> object:
    """What stands in a request's parameters at a place; ``None`` where there is no such place."""
    for part in location:
        match sent, part:
            case Mapping() as values, str():
                sent = values.get(part)
            case list() as values, int() if 0 <= part < len(values):
                sent = values[part]
            case _:
                return None
    return sent if location else None


def _by_address(job: Job, sent: dict[str, View], value: object) -> View | None:
    """The picture whose address stands in a part of a request: the only one, or an element's front."""
    match value:
        case str():
            return next((sent[key] for key, url in job.urls.items() if url == value and key in sent), None)
        case Mapping():
            return next((view for one in value.values() if (view := _by_address(job, sent, one))), None)
        case [one]:
            return _by_address(job, sent, one)
        case _:
            return None


def _by_location(job: Job, sent: dict[str, View], location: tuple[str | int, ...]) -> View | None:
    match location:
        case ("input_image" | "input_images", int(index), *_):
            numbers = sorted(job.request.images)
            return sent[f"image{numbers[index]}"] if 0 <= index < len(numbers) else None
        case ("elements", int(index), *rest):
            numbers = sorted(job.request.elements)
            if not 0 <= index < len(numbers):
                return None
            front = sent[f"element{numbers[index]}_front"]
            angles = sorted(job.request.elements[numbers[index]].angles)
            match rest:
                case ["reference_image_urls", int(angle)] if 0 <= angle < len(angles):
                    return sent[f"element{numbers[index]}_angle{angles[angle]}"]
                case _:
                    return front
        case ("input_image" | "input_images",) if len(job.request.images) == 1:
            return sent[f"image{next(iter(job.request.images))}"]
        case _:
            return None


def _path_of(url: str) -> str:
    return unquote(urlsplit(url).path)


def _in_own_names(job: Job, sentence: str) -> str:
    """A sentence whose ``@Image1`` is the provider's count, in the user's own."""
    return rename_slots(sentence, {theirs: own for own, theirs in gapless(job.request.slots).items()})
