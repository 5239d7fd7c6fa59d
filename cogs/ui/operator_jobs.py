"""``/operator jobs``: videos with what an operator can do with each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.domain.gate import Purpose
from bot.domain.job import HistoryEntry, Job, JobState, state_name
from bot.text import User, text
from cogs.gate import admit
from cogs.interaction_context import TAKEN
from cogs.replies import Interaction, answer_error, answer_privately, show_form
from cogs.ui import custom_ids
from cogs.ui.admin_cards import text_card
from cogs.ui.button_base import ButtonBase
from cogs.ui.cards import TEXT_CHARS, Layout
from cogs.ui.markdown import clean, shorten, shorten_markup
from cogs.ui.plain_button import plain_button
from cogs.ui.texts import Texts, texts_of

JOBS_SHOWN: Final = 7
"""As many as a message holds with their buttons: it takes 40 components (Discord's page on components)."""
_REASON_CHARS: Final = 300
_LINE_CHARS: Final = 500


def jobs_card(jobs: Sequence[Job], texts: Texts) -> Layout:
    """Videos, each with its buttons; the last of more than are shown says that there are more."""
    if not jobs:
        return text_card(texts("operator.jobs.none"))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(texts("operator.jobs"))]
    for job in jobs[:JOBS_SHOWN]:
        items += [ui.TextDisplay(_line(job, texts)), ui.ActionRow(*_buttons(job, texts))]
    if len(jobs) > JOBS_SHOWN:
        items.append(ui.TextDisplay(f"-# {texts('operator.jobs.more')}"))
    return Layout(ui.Container(*items))


def history_card(job_id: str, entries: Sequence[HistoryEntry], texts: Texts) -> Layout:
    """What happened to a video, its last steps where not all of them fit."""
    head = texts("operator.job.history", id=job_id)
    lines: list[str] = []
    for entry in reversed(entries):
        why = clean(entry.why).replace("`", "")
        states = " → ".join(texts.render(state_name(one)) for one in (entry.from_state, entry.to_state) if one)
        step = f"{entry.at:%m-%d %H:%M:%S} {states} · {why}"
        line = f"`{shorten(step, _LINE_CHARS)}`"
        if len(head) + sum(map(len, lines)) + len(lines) + len(line) > TEXT_CHARS - 10:
            break
        lines.insert(0, line)
    return text_card(head, "\n".join(lines))


def _line(job: Job, texts: Texts) -> str:
    place = text("operator.jobs.server", id=str(job.guild_id)) if job.in_guild else text("operator.jobs.direct")
    line = texts(
        "operator.jobs.line",
        id=job.id,
        state=state_name(job.state),
        asked_at=job.created_at,
        user=User(job.user_id),
        place=place,
        seconds=job.seconds,
    )
    return line if job.reason is None else shorten_markup(f"{line}\n{texts.render(job.reason)}", _LINE_CHARS)


def _buttons(job: Job, texts: Texts) -> Sequence[ui.Button[ui.LayoutView]]:
    """What can be done with a video where it is."""
    possible = [("history", texts("button.job_history"))]
    if job.state is JobState.UNDELIVERABLE:
        possible.append(("resend", texts("button.job_resend")))
    elif not (job.has_ended and job.is_told):
        possible.append(("resume", texts("button.job_resume")))
    if not job.has_ended:
        possible.append(("fail", texts("button.job_fail")))
    return [plain_button(label, custom_ids.operator_job_custom_id(what, job.id)) for what, label in possible]


class OperatorJobButton(ButtonBase, template=custom_ids.OPERATOR_JOB):
    """Under a video on the operator's list. Whoever presses it must be an operator, wherever it stands."""

    purpose = Purpose.OPERATE

    async def press(self, interaction: Interaction) -> None:
        """Do what it is for."""
        jobs, user_id, job_id = interaction.client.services.operator_jobs, interaction.user.id, self.given["job"]
        await jobs.check(user_id)
        if self.given["what"] == "fail":
            await show_form(interaction, FailForm(job_id, texts_of(interaction)))
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        match self.given["what"]:
            case "history":
                entries = await jobs.history(user_id, job_id)
                await answer_privately(interaction, history_card(job_id, entries, texts_of(interaction)))
            case "resume":
                await answer_privately(interaction, await jobs.resume(user_id, job_id))
            case "resend":
                await answer_privately(interaction, await jobs.resend(user_id, job_id))


class FailForm(ui.Modal):
    """Why a video is ended."""

    def __init__(self, job_id: str, texts: Texts) -> None:
        super().__init__(title=texts("form.title.fail"), timeout=3_600)
        self._job_id = job_id
        self.reason: ui.TextInput[Any] = ui.TextInput(max_length=_REASON_CHARS)
        about = texts("form.fail_reason.description")
        self.add_item(ui.Label(text=texts("form.fail_reason"), description=about, component=self.reason))

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Whether it may go on. Opening it was counted."""
        interaction.extras[TAKEN] = True
        return await admit(interaction, Purpose.OPERATE, is_counted=False)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """End the video."""
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            jobs = interaction.client.services.operator_jobs
            await answer_privately(interaction, await jobs.fail(interaction.user.id, self._job_id, self.reason.value))
        except Exception as error:  # noqa: BLE001 - the edge: every error becomes a sentence
            await answer_error(interaction, error)
