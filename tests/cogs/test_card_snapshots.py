"""How cards read: a change of words is seen in the files of ``snapshots``."""

import pytest

from cogs.ui.texts import ENGLISH
from tests.cogs.card_snapshots import FOLDER, SNAPSHOTS, reading


@pytest.mark.parametrize("name", SNAPSHOTS)
async def test_a_card_reads_as_it_did(name: str) -> None:
    shown = reading(SNAPSHOTS[name](ENGLISH))
    assert shown == (FOLDER / f"{name}.txt").read_text(encoding="utf-8"), (
        "python -m tests.cogs.card_snapshots writes it anew"
    )
