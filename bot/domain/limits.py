"""What the model takes. Source: Oxen's model page and the provider's schema of the same model."""

from __future__ import annotations

MAX_PROMPT_CHARS = 2_500
MAX_REFERENCES = 7
MAX_IMAGES = 7
MAX_ELEMENTS = 3
MAX_ANGLES = 3
MAX_IMAGE_BYTES = 10 * 1024 * 1024
MIN_IMAGE_SIDE = 300
MIN_IMAGE_ASPECT = 0.40
MAX_IMAGE_ASPECT = 2.50
IMAGE_TYPES = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}
SOURCE_TYPES = {
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
"""What people may attach; what the model does not take is turned into what it does."""
MAX_SOURCE_BYTES = 25 * 1024 * 1024
MIN_SOURCE_SIDE = 200
DURATIONS = (5, 10)
DEFAULT_DURATION = 5
ASPECT_RATIOS = ("16:9", "9:16", "1:1")
DEFAULT_ASPECT_RATIO = "16:9"
