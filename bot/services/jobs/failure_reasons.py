"""Why a video was not made, as a sentence for whoever asked for it: in their own names of the pictures, never JSON."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from bot.domain.job import Job
from bot.domain.moderation import Verdict
from bot.domain.request import View
from bot.domain.slots import gapless, rename_slots
from bot.oxen.provider_errors import ProviderError, ProviderErrorKind, read_provider_error

OUT_OF_CREDIT = "This bot's Oxen account is out of credit. Please tell whoever runs the bot."


def verdict_of(error: str | None) -> Verdict | None:
    """Oxen's verdict on a request, where what it said is that its content policy does not allow it."""
    is_refused = bool(error) and read_provider_error(error or "").kind is ProviderErrorKind.POLICY
    return Verdict.REFUSED_BY_PROVIDER if is_refused else None


def failure_reason(job: Job, error: str | None, *, start: str = "Oxen could not make it") -> str:
    """The sentence for what Oxen said of a job; ``start`` is how one begins that is about nothing known."""
    if not error or not error.strip():
        return f"{start}, and did not say why."
    read = read_provider_error(error)
    view = _view(job, read)
    what = "one of your pictures" if view is None else f"{view.label} ({view.picture.filename})"
    match read.kind:
        case ProviderErrorKind.POLICY if read.location[:1] == ("prompt",):
            return (
                "Oxen's content policy doesn't allow this prompt. Change the wording. Real people, brands, and sexual "
                "content are often refused."
            )
        case ProviderErrorKind.POLICY if view is not None:
            return f"Oxen's content policy doesn't allow {what}. Use another picture."
        case ProviderErrorKind.POLICY:
            return "Oxen's content policy doesn't allow this request. Change the prompt or the pictures."
        case ProviderErrorKind.UNREADABLE_PICTURE if view is not None or _is_about_pictures(read):
            return f"Oxen couldn't open {what}. Use another file, such as PNG or JPEG."
        case ProviderErrorKind.SMALL_PICTURE:
            return f"Oxen says that {what} is too small. Use one with at least 300 × 300 pixels."
        case ProviderErrorKind.LARGE_PICTURE:
            return f"Oxen says that {what} is too large. Use a smaller copy."
        case ProviderErrorKind.TIMED_OUT:
            return "Oxen gave up on this video because it took too long. Try again."
        case ProviderErrorKind.BUSY:
            return "Oxen was too busy to make this video. Try again later."
        case ProviderErrorKind.NO_CREDIT:
            return OUT_OF_CREDIT
        case _:
            if not read.sentence:
                return f"{start}, and did not say why."
            about = "" if view is None or view.label in read.sentence else f" It is about {what}."
            end = "" if read.sentence.endswith((".", "!", "?", "…")) else "."
            return f"{start}: {_in_own_names(job, read.sentence)}{end}{about}"


def _is_about_pictures(error: ProviderError) -> bool:
    return "image" in error.sentence.lower() or "file" in error.sentence.lower() or not error.sentence


def _view(job: Job, error: ProviderError) -> View | None:
    """The picture that an error is about: by its place in what was sent, else by its address."""
    sent = {view.key: view for view in job.request.views()}
    if (found := _by_location(job, sent, error.location)) is not None:
        return found
    named = {_path_of(url) for url in error.urls}
    hits = [sent[key] for key, url in job.urls.items() if key in sent and _path_of(url) in named]
    return hits[0] if len({view.slot for view in hits}) == 1 else None


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
