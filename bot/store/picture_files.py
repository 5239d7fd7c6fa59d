"""Pictures that are kept: files beside the database, named by the SHA-256 of their bytes."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from bot.domain.picture_addresses import StoredPictureAddress
from bot.store import data_folders


class PictureFiles:
    """A folder of pictures. The same bytes are one file, however many use them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes, ending: str) -> StoredPictureAddress:
        """Keep a picture."""
        return await asyncio.to_thread(self._put, data, ending)

    async def put_where_room(
        self, pictures: Sequence[bytes], ending: str, *, least_free: int
    ) -> tuple[StoredPictureAddress, ...] | None:
        """Keep pictures; ``None``, and none of them, where the disk would have less than ``least_free`` bytes then."""
        return await asyncio.to_thread(self._put_where_room, pictures, ending, least_free)

    def _put_where_room(
        self, pictures: Sequence[bytes], ending: str, least_free: int
    ) -> tuple[StoredPictureAddress, ...] | None:
        if self._free_bytes() - sum(map(len, pictures)) < least_free:
            return None
        return tuple(self._put(data, ending) for data in pictures)

    async def get(self, source: StoredPictureAddress) -> bytes | None:
        """A picture that is kept; ``None`` if it no longer is."""
        return await asyncio.to_thread(self._read, source)

    async def find(self, address: str | None) -> bytes | None:
        """The picture at an address, as a job has one; ``None`` where there is no address, or the picture is gone."""
        source = None if address is None else StoredPictureAddress.parse(address)
        return None if source is None else await self.get(source)

    async def size(self) -> int:
        """How many bytes all of them take."""
        return await asyncio.to_thread(self._size)

    async def free_bytes(self) -> int:
        """How much room the disk has that they are on."""
        return await asyncio.to_thread(self._free_bytes)

    def _size(self) -> int:
        return sum(path.stat().st_size for path in data_folders.pictures(self._folder) if path.exists())

    def _free_bytes(self) -> int:
        folder = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        return shutil.disk_usage(folder).free

    async def keep_only(self, wanted: Collection[StoredPictureAddress]) -> int:
        """Remove every picture that is not wanted, and what a crash left half written; how many that were."""
        return await asyncio.to_thread(self._keep_only, {self._path(source) for source in wanted})

    def _keep_only(self, wanted: Collection[Path]) -> int:
        return data_folders.remove(data_folders.pictures(self._folder), lambda path: path not in wanted)

    def _path(self, source: StoredPictureAddress) -> Path:
        return self._folder / f"{source.digest}.{source.ending}"

    def _put(self, data: bytes, ending: str) -> StoredPictureAddress:
        source = StoredPictureAddress(digest=hashlib.sha256(data).hexdigest(), ending=ending)
        data_folders.make_folder(self._folder)
        part = self._path(source).with_suffix(".part")
        try:
            part.write_bytes(data)
            part.replace(self._path(source))
        finally:
            part.unlink(missing_ok=True)
        return source

    def _read(self, source: StoredPictureAddress) -> bytes | None:
        try:
            return self._path(source).read_bytes()
        except FileNotFoundError:
            return None
