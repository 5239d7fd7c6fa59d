"""The picture of ``/quota`` in the README is of the answer that the bot gives now."""

from pathlib import Path

import pytest

from cogs.ui.texts import Catalogues
from sandbox.world import world
from tests.cogs.quota_picture import PICTURE, live, recorded_source, source_of


@pytest.mark.slow
async def test_the_picture_in_the_readme_was_taken_of_what_quota_answers(tmp_path: Path) -> None:
    async with world(tmp_path, catalogues=Catalogues(), quota_monthly_seconds=600) as here:  # its words are English
        answer = await here.alice.slash(await live(here), "quota")
        assert source_of(answer.response) == recorded_source(PICTURE), (
            "python -m tests.cogs.quota_picture takes it anew"
        )
