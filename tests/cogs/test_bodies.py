"""Every body that the bot sends, against Discord's own published description."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from cogs.ui.texts import ENGLISH
from sandbox.oxen import pad_mp4, tiny_clip
from sandbox.texts import saying
from sandbox.world import world
from tests.cogs.discord_description import description
from tests.cogs.videos import ask, card_says, in_thread, made
from tests.support import png, unreadable_video


def matches(template: str, path: str) -> bool:
    parts, given = template.strip("/").split("/"), path.strip("/").split("/")
    return len(parts) == len(given) and all(
        a == b or (a.startswith("{") and a.endswith("}")) for a, b in zip(parts, given, strict=True)
    )


def body_schema(method: str, path: str) -> str | None:
    """Where in the description the body of a call is described."""
    found = [t for t in description()["paths"] if matches(t, path) and method.lower() in description()["paths"][t]]
    if not found:
        return None
    template = min(found, key=lambda t: t.count("{"))
    content = description()["paths"][template][method.lower()].get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    escaped = template.replace("~", "~0").replace("/", "~1")
    return f"#/paths/{escaped}/{method.lower()}/requestBody/content/application~1json/schema"


def problems(method: str, path: str, body: Any) -> Iterator[str]:
    pointer = body_schema(method, path)
    if pointer is None:
        yield f"{method} {path} takes no body in the description"
        return
    registry: Registry[Any] = Registry().with_resource("d", Resource.from_contents(description(), DRAFT202012))
    validator = Draft202012Validator({"$ref": f"d{pointer}"}, registry=registry)
    for error in validator.iter_errors(body):
        yield f"{method} {path}: {error.json_path} {error.message[:200]}"


def as_documented(body: Any) -> Any:
    """The body with the one known difference of discord.py: some ids are sent as numbers, not as text."""
    if isinstance(body, list):
        return [as_documented(item) for item in body]
    if not isinstance(body, dict):
        return body
    same = {key: as_documented(value) for key, value in body.items()}
    if "attachments" in same:
        same["attachments"] = [{**item, "id": str(item["id"])} for item in same["attachments"]]
    if "message_reference" in same:
        ids = {key: str(value) for key, value in same["message_reference"].items() if key.endswith("_id")}
        same["message_reference"] |= ids
    if "allowed_mentions" in same:
        same["allowed_mentions"]["users"] = [str(user) for user in same["allowed_mentions"].get("users", [])]
    return same


@pytest.mark.slow
async def test_everything_that_is_sent_to_discord_is_as_discord_describes_it(tmp_path: Path) -> None:
    async with world(tmp_path) as here:
        await ask(here, prompt="@Image1 @Element1", element1_front=png(seed=1), element1_angle1=png(seed=2))
        here.oxen.succeed(await made(here))
        await in_thread(here, saying("result.ready"))
        await card_says(here, here.channel, saying("card.done"))
        await ask(here, prompt="large @Image1")
        here.oxen.succeed(await made(here, 2), pad_mp4(tiny_clip("16:9", 5), 21 * 1024 * 1024))
        await in_thread(here, saying("result.copy"))
        await ask(here, prompt="broken @Image1")
        here.oxen.succeed(await made(here, 3), unreadable_video(21 * 1024 * 1024))
        await in_thread(here, saying("result.too_large"))
        await ask(here, prompt="bad @Image1")
        here.oxen.fail(await made(here, 4), "no")
        await in_thread(here, saying("result.failed"))
        await here.alice.slash(here.channel, "element save", name="bloxy", front=png(seed=3), angle1=png(seed=4))
        await here.alice.slash(here.channel, "element show", name="bloxy")
        message = await here.alice.send(here.channel, "look", attachments=[png(seed=5), png(seed=6)])
        await here.alice.context_menu(here.channel, "Add to my next video", message)
        for command in ("quota", "videos", "studio", "element list"):
            await here.alice.slash(here.channel, command)
        await ask(here, prompt="")
        asked = await ask(here, prompt="@Imge1 " + "_" * 2_000, image2=png(seed=7))
        await here.alice.click(asked.response, label="Edit prompt")
        await ask(here, prompt="@Image1 " + "*" * 2_900)
        ready = await in_thread(here, saying("result.failed"))
        for label in (saying("button.edit_again"), "My videos", ENGLISH("button.run_again", seconds=5)):
            await here.alice.click(ready, label=label)
        here.oxen.succeed(await made(here, 5))
        await here.alice.click(await in_thread(here, saying("result.ready")), label=saying("button.last_frame"))
        sent = [r for r in here.env.http_requests if r.json is not None]
    assert len(sent) > 15
    wrong = [problem for r in sent for problem in problems(r.method, r.path, as_documented(r.json))]
    assert wrong == []


def test_a_body_that_is_wrong_is_noticed() -> None:
    assert list(problems("POST", "/channels/1/messages", {"content": 5, "flags": "x"}))
    assert list(problems("POST", "/channels/1/messages/2/threads", {"name": ""}))
