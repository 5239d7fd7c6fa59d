"""Every button and list that the bot knows, old ones and forged ones too: nobody gets past a ban or a block by any."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from bot.domain.gate import Purpose
from bot.store.sql.operator_state import USER
from cogs.ui import custom_ids
from cogs.ui.texts import ENGLISH
from sandbox.world import World, world
from tests.cogs.admins import rows
from tests.cogs.videos import ask, made
from tests.security.closed_gate import BLOCKED, UNKNOWN, block, job_id, post_button
from tests.support import private, text_of

JOB: Final = "0123456789abcdef"
"""Stands for the id of the job, the request or whatever else a button is for."""
BUTTONS: Final = {
    "CancelButton": custom_ids.CANCEL.of(JOB),
    "VideosButton": custom_ids.VIDEOS.of(JOB),
    "OriginalButton": custom_ids.ORIGINAL.of(JOB),
    "ContinueButton": custom_ids.CONTINUE.of(JOB),
    "FrameButton": f"frame:use:{JOB}",
    "RunAgainButton": custom_ids.RUN_AGAIN.of(JOB),
    "EditButton": custom_ids.EDIT.of(JOB),
    "SendAgainButton": custom_ids.SEND_AGAIN.of(JOB),
    "ReportButton": custom_ids.REPORT.of(JOB),
    "DeleteResultButton": custom_ids.DELETE_RESULT.of(JOB),
    "ResultMenu": custom_ids.MENU.of(JOB),
    "CopyMenu": custom_ids.COPY.of(JOB),
    "ResultChoiceButton": custom_ids.result_choice_custom_id("share", JOB),
    "PendingButton": custom_ids.pending_custom_id("make", JOB),
    "CancelWaitingButton": custom_ids.waiting_custom_id(JOB),
    "WorkbenchButton": custom_ids.workbench_custom_id("make", JOB, "0"),
    "WorkbenchChoice": custom_ids.workbench_choice_custom_id("model", JOB, "options"),
    "UsePictureButton": custom_ids.USE_PICTURE.of(JOB),
    "DraftButton": "draft:make",
    "VideoListControl": f"videos:story:0::{JOB}:::",
    "ReferencesButton": custom_ids.REFERENCES.of(JOB),
    "PickTakeButton": custom_ids.PICK_TAKE.of(JOB),
    "JoinButton": custom_ids.JOIN.of(JOB),
    "DeleteJoinedButton": custom_ids.DELETE_JOINED.of(JOB),
    "JoinedMenu": custom_ids.JOINED_MENU.of(JOB),
    "JoinedCopyMenu": custom_ids.JOINED_COPY.of(JOB),
    "JoinedChoiceButton": custom_ids.joined_choice_custom_id("share", JOB),
    "HelpPageButton": custom_ids.help_page_custom_id("images"),
    "HelpMakeButton": custom_ids.HELP_MAKE,
    "TryExampleButton": custom_ids.help_try_custom_id("start_frame"),
    "DeleteButton": "privacy:delete",
    "ConfirmButton": "privacy:confirm",
    "ExportButton": "privacy:export",
    "AdminCancelButton": custom_ids.admin_cancel_custom_id(JOB),
    "SetupSelect": custom_ids.setup_custom_id("daily"),
    "SetupDoneButton": custom_ids.setup_custom_id("done"),
    "OperatorJobButton": custom_ids.operator_job_custom_id("fail", JOB),
}
BY_THE_OPERATOR_ALONE: Final = {"OperatorJobButton"}
"""Not for the gate to say: whoever else presses one is told who may."""


def kinds(here: World) -> dict[str, type[Any]]:
    """Every kind of button and list that the bot answers to, by its name."""
    known: dict[Any, type[Any]] = here.parts.bot._connection._view_store._dynamic_items
    return {kind.__name__: kind for kind in known.values()}


async def forged(here: World, folder: Path, name: str, channel: Any = None) -> Any:
    """A message with such a button, for the only job where it is for one."""
    custom_id = BUTTONS[name]
    if rows(folder, "SELECT 1 FROM jobs"):
        custom_id = custom_id.replace(JOB, job_id(folder))
    return await post_button(here, channel or here.channel, custom_id)


async def making(here: World, folder: Path, **options: Any) -> None:
    """A video of alice's in the making."""
    await ask(here, **options)
    await made(here)
    await here.until(lambda: rows(folder, "SELECT state FROM jobs") == [("running",)])


async def press(who: Any, message: Any) -> str:
    """What comes of a press: private in any case."""
    answer = await who.click(message, label="Press me")
    assert answer.modal is None
    return text_of(private(answer))


def counts(folder: Path) -> list[Any]:
    """How much there is of all that a button could add to, take away or change."""
    return [
        rows(folder, f"SELECT count(*) FROM {table}")
        for table in ("jobs", "joins", "reports", "pending_requests", "waiting_requests", "drafts", "audit", "erasures")
    ] + [rows(folder, "SELECT state, cancel_requested_by, removed_by, picked_at FROM jobs")]


async def test_every_kind_is_tried_here(here: World) -> None:
    known: dict[Any, type[Any]] = here.parts.bot._connection._view_store._dynamic_items
    found = {kind.__name__: pattern for pattern, kind in known.items()}
    assert found.keys() == BUTTONS.keys(), "add the custom id of such a button to BUTTONS"
    assert [name for name, pattern in found.items() if not pattern.fullmatch(BUTTONS[name])] == []


@pytest.mark.slow
async def test_whom_the_operator_banned_is_refused_by_every_one_of_them(tmp_path: Path) -> None:
    async with world(tmp_path, max_commands_per_minute=1_000) as here:
        await making(here, tmp_path)
        await here.parts.services.access.ban(USER, here.alice.id, here.alice.id + 1)
        before = counts(tmp_path)
        for name in kinds(here):
            wanted = ENGLISH("operator.only" if name in BY_THE_OPERATOR_ALONE else "access.banned")
            assert await press(here.alice, await forged(here, tmp_path, name)) == wanted, name
        assert counts(tmp_path) == before


@pytest.mark.slow
async def test_who_is_blocked_is_refused_by_every_one_that_leads_to_a_video(tmp_path: Path) -> None:
    async with world(tmp_path, max_commands_per_minute=1_000) as here:
        await making(here, tmp_path)
        await block(here, here.alice)
        before = counts(tmp_path)
        leading = [name for name, kind in kinds(here).items() if getattr(kind, "purpose", None) is Purpose.MAKE]
        assert len(leading) > 10
        for name in leading:
            assert await press(here.alice, await forged(here, tmp_path, name)) == BLOCKED, name
        assert counts(tmp_path) == before


@pytest.mark.parametrize("is_there", [True, False], ids=["of_somebody_else", "of_nobody"])
@pytest.mark.slow
async def test_none_of_them_changes_or_shows_what_is_somebody_elses(tmp_path: Path, is_there: bool) -> None:
    async with world(tmp_path, max_commands_per_minute=1_000) as here:
        if is_there:
            await making(here, tmp_path, prompt="a secret of alice's, @Image1")
        stranger = here.guild.add_member(here.env.create_user("bob"))
        elsewhere = here.guild.create_text_channel("elsewhere")
        before = counts(tmp_path)
        for name in sorted(kinds(here).keys() - {"DeleteButton", "ConfirmButton", "ExportButton"}):  # one's own
            answer = await stranger.click(await forged(here, tmp_path, name, elsewhere), label="Press me")
            assert "secret" not in str(answer.modal or text_of(private(answer))), name
        assert counts(tmp_path) == before


async def test_a_job_of_another_channel_is_as_unknown_by_the_newest_buttons_as_by_all_others(
    tmp_path: Path, here: World
) -> None:
    await making(here, tmp_path)
    stranger = here.guild.add_member(here.env.create_user("bob"))
    elsewhere = here.guild.create_text_channel("elsewhere")
    for name in (
        "ResultMenu",
        "CopyMenu",
        "ResultChoiceButton",
        "JoinButton",
        "ReferencesButton",
        "PickTakeButton",
    ):
        assert await press(stranger, await forged(here, tmp_path, name, elsewhere)) == UNKNOWN, name


async def test_a_setup_card_that_was_forged_sets_nothing(tmp_path: Path, here: World) -> None:
    member = here.guild.add_member(here.env.create_user("bob"))
    for name in ("SetupSelect", "SetupDoneButton"):
        assert await press(member, await forged(here, tmp_path, name)) == ENGLISH("setup.others")
    assert rows(tmp_path, "SELECT count(*) FROM policies") == [(0,)]
