"""Messages with pictures, and the forms that they open."""

from typing import Any


def custom_ids(modal: dict[str, Any]) -> list[str]:
    """The custom ids of a form's fields, in order."""
    fields = [row.get("component") or (row.get("components") or [{}])[0] for row in modal["components"]]
    return [field["custom_id"] for field in fields if "custom_id" in field]


async def fill(here: Any, shown: Any, *values: Any) -> Any:
    """Alice fills a form's fields, in order, and sends it; None leaves a field as it is."""
    given = {field: value for field, value in zip(custom_ids(shown.modal), values, strict=True) if value is not None}
    return await here.alice.submit_modal(shown, given)


def cdn(here: Any, url: str) -> bytes:
    data: bytes | None = here.env.backend.cdn.get(url)
    assert data is not None
    return data
