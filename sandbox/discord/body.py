"""Reading a request's body: JSON, or a form of `payload_json` and `files[n]`."""

import json
import re
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord import errors
from sandbox.discord.errors import Json
from sandbox.discord.model import Upload

FILE_FIELD = re.compile(r"files\[(\d{1,2})\]")


async def read(request: web.Request) -> tuple[Json | list[Json], tuple[Upload, ...]]:
    """The JSON and the files of a request; 50035 or 50109 for what Discord does not read."""
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("multipart/form-data"):
        return await _form(request)
    raw = await request.read()
    if not raw:
        return {}, ()
    if kind != "application/json":
        wanted = "application/json or multipart/form-data"
        raise errors.invalid("", "CONTENT_TYPE_INVALID", f'Expected "Content-Type" header to be {wanted}.')
    return _decode(raw), ()


async def _form(request: web.Request) -> tuple[Json | list[Json], tuple[Upload, ...]]:
    payload: Json | list[Json] = {}
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise errors.wrong_type("", "a flat form")
        name, data = part.name or "", bytes(await part.read(decode=True))
        if name == "payload_json":
            payload = _decode(data)
        elif match := FILE_FIELD.fullmatch(name):
            files[int(match[1])] = Upload(filename=_file_name(part), data=data)
        else:
            raise errors.invalid(name, "FORM_FIELD_UNKNOWN", "Only payload_json and files[n] are known.")
    if sorted(files) != list(range(len(files))):
        raise errors.invalid("files", "FORM_FILES_NUMBERING", "files[n] must count from 0.")
    return payload, tuple(files[index] for index in sorted(files))


def _file_name(part: BodyPartReader) -> str:
    if part.filename is None:
        raise errors.required(f"{part.name}.filename")
    return part.filename


def _decode(raw: bytes) -> Json | list[Json]:
    try:
        decoded: Any = json.loads(raw)
    except ValueError:
        raise errors.ApiError(400, 50109, "The request body contains invalid JSON.", avoidable=True) from None
    if not isinstance(decoded, dict | list):
        raise errors.wrong_type("", "an object")
    return decoded
