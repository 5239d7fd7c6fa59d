"""What people may attach: which files, and how many. What a model does not take is turned into what it does."""

from __future__ import annotations

from typing import Final

PICTURE_TYPES: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/webp": "webp",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/x-ms-bmp": "bmp",
    "image/tiff": "tiff",
    "image/avif": "avif",
    "image/heic": "heic",
    "image/heif": "heic",
}
"""The content types, each with the file ending that stands for it."""
OTHER_ENDINGS: Final = {
    "jpeg": "jpg",
    "jpe": "jpg",
    "jfif": "jpg",
    "apng": "png",
    "tif": "tiff",
    "heif": "heic",
    "hif": "heic",
}
"""What else files of these types are called, each with the ending that stands for it."""
ANY_FILE: Final = frozenset({"application/octet-stream", "binary/octet-stream"})
"""Content types that say nothing of a file."""
MAX_PICTURE_BYTES: Final = 25 * 1024 * 1024
MIN_PICTURE_SIDE: Final = 200
"""In pixels; smaller ones would be scaled up too far."""
MAX_IMAGES: Final = 7
MAX_ELEMENTS: Final = 3
MAX_ANGLES: Final = 3
"""The options of ``/video``: Discord allows a command 25 in all. The angles are those of one element."""
