"""Gateway transport compression, when the client asks for it: "zlib-stream" or "zstd-stream"."""

import zlib
from collections.abc import Callable

import zstandard

Encoder = Callable[[str], str | bytes]


def encoder_for(compress: str | None) -> Encoder:
    """What turns one JSON text into one frame; the streams share a context over a whole connection."""
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        stream = zstandard.ZstdCompressor().compressobj()
        flush = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        return lambda text: stream.compress(text.encode()) + stream.flush(flush)
    return lambda text: text
