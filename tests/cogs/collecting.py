"""References collected from messages."""

from typing import Any

from tests.cogs.workbench import files, names
from tests.support import png


async def add(here: Any, *seeds: int, who: Any = None) -> Any:
    """Somebody posts pictures and adds them; the private answer."""
    who = who or here.alice
    message = await who.send(here.channel, "look", attachments=[png(f"p{seed}.png", seed) for seed in seeds])
    result = await who.context_menu(here.channel, "Add to my next video", message)
    return next(m for m in reversed([result.response, *result.followups]) if m is not None)


def order(panel: Any) -> list[str]:
    """The files of a draft in the order of their names."""
    assert names(panel) == [f"@Image{n}" for n in range(1, len(names(panel)) + 1)]
    return files(panel)
