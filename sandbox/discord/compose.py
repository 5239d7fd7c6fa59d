"""From a request's body to a message that Discord would take: Discord documentation, page "Message Resource"."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sandbox.discord import errors
from sandbox.discord.cdn import clean_name
from sandbox.discord.errors import Json
from sandbox.discord.layout import TEXT, check_layout, number_components
from sandbox.discord.mentions import Allowed, parse_allowed
from sandbox.discord.model import Attachment, Flags, Message, Upload, flatten
from sandbox.discord.world import World

SETTABLE = Flags.SILENT | Flags.COMPONENTS_V2 | Flags(1 << 2)
EMBED_TEXTS = {"title": 256, "description": 4096}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A checked message; its files are not kept yet."""

    content: str
    embeds: list[Json]
    components: list[Json]
    flags: Flags
    kept: tuple[Attachment, ...]
    uploads: tuple[Upload, ...]
    allowed: Allowed
    nonce: str | None
    enforce_nonce: bool
    tts: bool

    @property
    def text(self) -> str:
        """All that can be read in it, line by line."""
        shown = [str(part["content"]) for part in flatten(self.components) if part["type"] == TEXT]
        texts = [str(embed[key]) for embed in self.embeds for key in EMBED_TEXTS if embed.get(key)]
        return "\n".join([self.content, *shown, *texts])


def check_uploads(world: World, uploads: Sequence[Upload], limit: int) -> None:
    """Raise 40005 for a file over `limit` bytes or a request over the total, 50035 for too many files."""
    if len(uploads) > world.limits.files:
        raise errors.bad_length("files", 0, world.limits.files)
    total = sum(len(upload.data) for upload in uploads)
    if any(len(upload.data) > limit for upload in uploads) or total > max(world.limits.request_bytes, limit):
        raise errors.too_large()


def compose(
    world: World, body: Json, uploads: Sequence[Upload], *, before: Message | None = None, is_forward: bool = False
) -> Draft:
    """Check a body against every rule; with `before` it is an edit, and what it leaves out stays.

    A forward may be empty besides what it forwards.
    """
    flags = _flags(body, before)
    v2 = Flags.COMPONENTS_V2 in flags
    content = errors.text(body.get("content", before.content if before else "") or "", "content", 0, 2000)
    embeds = _embeds(body.get("embeds", before.embeds if before else []) or [])
    if v2 and (content or embeds or body.get("poll") or body.get("sticker_ids")):
        code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
        raise errors.invalid("content" if content else "embeds", code, "Not possible with IS_COMPONENTS_V2")
    kept, files = _attachments(body, uploads, before)
    names = {f"attachment://{name}" for name in (*(k.filename for k in kept), *(f.filename for f in files))}
    components = copy.deepcopy(body.get("components", before.components if before else []) or [])
    check_layout(components, v2=v2, has_file=lambda url: url in names or world.cdn.find(url) is not None)
    _check_embed_files(embeds, names)
    number_components(components)
    if not is_forward and not (
        components if v2 else content or embeds or kept or files or body.get("sticker_ids") or body.get("poll")
    ):
        raise errors.ApiError(400, 50006, "Cannot send an empty message", avoidable=True)
    return Draft(
        content=content,
        embeds=embeds,
        components=components,
        flags=flags,
        kept=kept,
        uploads=files,
        allowed=parse_allowed(body.get("allowed_mentions")),
        nonce=_nonce(body),
        enforce_nonce=bool(body.get("enforce_nonce")),
        tts=bool(body.get("tts")),
    )


def _flags(body: Json, before: Message | None) -> Flags:
    sent = Flags(errors.number(body.get("flags") or 0, "flags", 0, 2**31)) & SETTABLE
    # Discord documentation: once a message has components of the second version it cannot go back.
    return sent | (before.flags & ~Flags.LOADING if before else Flags(0))


def _nonce(body: Json) -> str | None:
    nonce = body.get("nonce")
    if nonce is None:
        return None
    return errors.text(str(nonce) if isinstance(nonce, int) else nonce, "nonce", 1, 25)


def _embeds(raw: object) -> list[Json]:
    embeds = errors.items(raw, "embeds", 0, 10)
    total = 0
    for index, embed in enumerate(embeds):
        path = f"embeds.{index}"
        for key, high in EMBED_TEXTS.items():
            if embed.get(key) is not None:
                total += len(errors.text(embed[key], f"{path}.{key}", 0, high))
        for place, field in enumerate(errors.items(embed.get("fields") or [], f"{path}.fields", 0, 25)):
            total += len(errors.text(field.get("name"), f"{path}.fields.{place}.name", 1, 256))
            total += len(errors.text(field.get("value"), f"{path}.fields.{place}.value", 1, 1024))
        for key, name, high in (("footer", "text", 2048), ("author", "name", 256)):
            if embed.get(key):
                total += len(errors.text(embed[key].get(name), f"{path}.{key}.{name}", 1, high))
    if total > 6000:
        raise errors.invalid("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    return copy.deepcopy(embeds)


def _check_embed_files(embeds: list[Json], names: set[str]) -> None:
    for index, embed in enumerate(embeds):
        for key in ("image", "thumbnail"):
            url = (embed.get(key) or {}).get("url", "")
            if url.startswith("attachment://") and url not in names:
                raise errors.invalid(f"embeds.{index}.{key}.url", "ATTACHMENT_NOT_FOUND", f"{url} not found.")


def _attachments(
    body: Json, uploads: Sequence[Upload], before: Message | None
) -> tuple[tuple[Attachment, ...], tuple[Upload, ...]]:
    had = {entry.id: entry for entry in before.attachments} if before else {}
    files = [replace(upload, filename=clean_name(upload.filename)) for upload in uploads]
    if body.get("attachments") is None:
        kept = {} if "attachments" in body else had
        return tuple(kept.values()), tuple(files)
    kept = {}
    for index, entry in enumerate(errors.items(body["attachments"], "attachments", 0, 10)):
        path = f"attachments.{index}"
        try:
            wanted = int(entry["id"])
        except (KeyError, TypeError, ValueError):
            raise errors.wrong_type(f"{path}.id", "a snowflake") from None
        if wanted in had:
            kept[wanted] = had[wanted]
        elif wanted < len(files):
            files[wanted] = replace(
                files[wanted],
                filename=clean_name(entry.get("filename") or files[wanted].filename),
                description=entry.get("description"),
                spoiler=bool(entry.get("is_spoiler")),
            )
        else:
            raise errors.invalid(f"{path}.id", "ATTACHMENT_NOT_FOUND", f"There is no files[{wanted}].")
    if len(kept) + len(files) > 10:
        raise errors.bad_length("attachments", 0, 10)
    return tuple(kept.values()), tuple(files)
