"""Files and their signed, expiring links, as Discord's CDN has them."""

import hashlib
import hmac
import io
import mimetypes
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web
from PIL import Image
from yarl import URL

from sandbox.discord.errors import Json
from sandbox.discord.model import Attachment, Upload

IS_SPOILER = 1 << 3
LIFETIME = timedelta(days=1)
PATH = re.compile(r"/(?:cdn|media)/(?:ephemeral-)?attachments/(\d+)/(\d+)/([^/]+)")
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


class Cdn:
    """Keeps every file ever sent, and serves those that are still there to whoever has a valid link."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.origin = ""
        self._now = now
        self._key = b"loopback"
        self._files: dict[int, Attachment] = {}

    def store(self, upload: Upload, *, file_id: int, folder_id: int, ephemeral: bool = False) -> Attachment:
        """Keep a file under the name that Discord would give it."""
        name = clean_name(upload.filename)
        spoiler = upload.spoiler or name.startswith("SPOILER_")
        size = _measure(upload.data)
        kept = Attachment(
            id=file_id,
            folder_id=folder_id,
            filename=name,
            data=upload.data,
            content_type=upload.content_type or mimetypes.guess_type(name)[0],
            width=size[0] if size else None,
            height=size[1] if size else None,
            description=upload.description,
            ephemeral=ephemeral,
            spoiler=spoiler,
        )
        self._files[file_id] = kept
        return kept

    def remove(self, attachment: Attachment) -> None:
        """Forget a file: its links answer 404 from now on."""
        self._files.pop(attachment.id, None)

    def find(self, url: str) -> Attachment | None:
        """The kept file that a link means, expired or not."""
        match = PATH.fullmatch(URL(url).path) if url.startswith(self.origin) else None
        return self._files.get(int(match[2])) if match else None

    def url(self, attachment: Attachment, host: str = "cdn") -> str:
        """A fresh link."""
        prefix = "ephemeral-attachments" if attachment.ephemeral else "attachments"
        path = f"/{prefix}/{attachment.folder_id}/{attachment.id}/{attachment.filename}"
        issued = int(self._now().timestamp())
        expires = issued + int(LIFETIME.total_seconds())
        return f"{self.origin}/{host}{path}?ex={expires:x}&is={issued:x}&hm={self._sign(attachment, expires, issued)}&"

    def payload(self, attachment: Attachment) -> Json:
        """The attachment object, with fresh links."""
        shown: Json = {
            "id": str(attachment.id),
            "filename": attachment.filename,
            "size": attachment.size,
            "url": self.url(attachment),
            "proxy_url": self.url(attachment, "media"),
        }
        if attachment.width is not None:
            shown |= {"width": attachment.width, "height": attachment.height}
        if attachment.content_type is not None:
            shown["content_type"] = attachment.content_type
        if attachment.description is not None:
            shown["description"] = attachment.description
        if attachment.spoiler:
            shown["flags"] = IS_SPOILER
        if attachment.ephemeral:
            shown["ephemeral"] = True
        return shown

    def media(self, attachment: Attachment) -> Json:
        """The resolved media item of a component, with fresh links."""
        return {
            "url": self.url(attachment),
            "proxy_url": self.url(attachment, "media"),
            "width": attachment.width,
            "height": attachment.height,
            "content_type": attachment.content_type,
            "attachment_id": str(attachment.id),
            "placeholder": "",
            "loading_state": 2,
            "flags": 0,
        }

    async def serve(self, request: web.Request) -> web.Response:
        """Answer a GET of a link: the file, or 404 when it is gone, expired or not signed by us."""
        match = PATH.fullmatch(request.path)
        kept = self._files.get(int(match[2])) if match else None
        if match is None or kept is None or kept.filename != match[3] or not self._valid(kept, request):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=kept.data, content_type=kept.content_type or "application/octet-stream")

    def _valid(self, attachment: Attachment, request: web.Request) -> bool:
        try:
            expires, issued = (int(request.query[key], 16) for key in ("ex", "is"))
        except (KeyError, ValueError):
            return False
        signed = hmac.compare_digest(self._sign(attachment, expires, issued), request.query.get("hm", ""))
        return signed and self._now().timestamp() < expires

    def _sign(self, attachment: Attachment, expires: int, issued: int) -> str:
        signed = f"{attachment.folder_id}/{attachment.id}/{attachment.filename}/{expires:x}/{issued:x}"
        return hmac.new(self._key, signed.encode(), hashlib.sha256).hexdigest()


def clean_name(name: str) -> str:
    """The file name as Discord keeps it: anything but letters, digits, `.`, `_` and `-` becomes `_`."""
    return NOT_IN_NAMES.sub("_", name).strip("._") or "unknown"


def _measure(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            return picture.size
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
