"""Elements saved in a simulated channel, and what is answered."""

from pathlib import Path
from typing import Any

from sandbox.world import World
from tests.support import png, text_of


def pictures_in(folder: Path) -> list[bytes]:
    """Every picture that is kept."""
    return sorted(path.read_bytes() for path in (folder / "bot.sqlite3.pictures").glob("*"))


def answer(result: Any) -> str:
    """What a private answer says, whether it came at once or after a moment."""
    shown = [message for message in (result.response, *result.followups) if message is not None]
    assert all(message.ephemeral for message in shown)
    return "\n".join(text_of(message) for message in shown)


async def save(here: World, name: str = "bloxy", who: Any = None, where: Any = None, **options: Any) -> str:
    values: dict[str, Any] = {"front": png(seed=1)}
    given = values | options
    return answer(await (who or here.alice).slash(where or here.channel, "element save", name=name, **given))


async def element(here: World, command: str, who: Any = None, where: Any = None, **options: str) -> str:
    return answer(await (who or here.alice).slash(where or here.channel, f"element {command}", **options))


def bob_in(here: World) -> Any:
    return here.guild.add_member(here.env.create_user("bob"))
