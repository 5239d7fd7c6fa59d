"""What ``/admin`` answers look like."""

from __future__ import annotations

from collections.abc import Sequence

import discord
from discord import ui

from bot.domain.budget import Budget
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job
from bot.domain.moderation import ContentSettings
from bot.domain.money import dollars
from bot.domain.policy import Level, Policy, Rule, Rules
from bot.domain.usage import Report, Span
from bot.domain.wording import policy_in_words, rule_in_words, subject_in_words
from bot.services.spending.admin import Change
from bot.text import Channel
from cogs.ui.cards import TEXT_CHARS, Layout, ago, shown_prompt
from cogs.ui.custom_ids import admin_cancel_custom_id
from cogs.ui.lines import fitted
from cogs.ui.markdown import quote_prompt, shorten
from cogs.ui.texts import ENGLISH

CHART_NAME = "usage.png"
TABLE_NAME = "usage.csv"
_RULES_CHARS = 3_500
_USERS_SHOWN = 15
_SPANS = {Span.DAY: "Today", Span.WEEK: "This week", Span.MONTH: "This month"}


def text_card(*paragraphs: str) -> Layout:
    """Paragraphs in a box."""
    return Layout(ui.Container(*(ui.TextDisplay[ui.LayoutView](paragraph) for paragraph in paragraphs)))


def rules_card(rules: Sequence[tuple[Level, int, Rule]], operator: Policy) -> Layout:
    """Every rule of a server, and what holds where there is none."""
    lines = [f"{subject_in_words(level, who)}: {rule_in_words(rule)}" for level, who, rule in rules]
    default = policy_in_words(Rules().resolve(operator))
    return text_card(
        "**Rules of this server**",
        fitted(lines, room=_RULES_CHARS) or "None yet.",
        f"**Where no rule says more**\n{default}",
    )


def server_card(server: GuildSettings) -> Layout:
    """A server's settings."""
    channels = ", ".join(f"<#{channel}>" for channel in sorted(server.channels)) or "everywhere"
    notices = f"<#{server.notice_channel_id}>" if server.notice_channel_id else "nowhere"
    return text_card(
        "**Settings of this server**",
        f"Days and months begin in the time zone {server.calendar.zone.key}.\n"
        f"Changes and budgets are told {notices if notices == 'nowhere' else 'in ' + notices}.\n"
        f"I may be used: {channels}.\n{budget_text(server.budget)}",
        content_text(server.content),
    )


def content_text(content: ContentSettings) -> str:
    """A server's rules about what is made there."""
    logged = content.prompt_log_channel_id
    lines = [
        ENGLISH(f"admin.settings.outside.{content.outside_age_restricted}"),
        ENGLISH("admin.settings.mentions.on" if content.takes_mentions else "admin.settings.mentions.off"),
        ENGLISH("admin.settings.prompt_log.off")
        if logged is None
        else ENGLISH("admin.settings.prompt_log.on", channel=Channel(logged)),
    ]
    return "\n".join(lines)


def budget_text(budget: Budget) -> str:
    """The ceilings of a server."""
    day = "no ceiling" if budget.day is None else dollars(budget.day)
    month = "no ceiling" if budget.month is None else dollars(budget.month)
    return f"Budget: {day} a day, {month} a month."


def usage_card(report: Report) -> Layout:
    """Usage in a span: sums, the chart, the users who used most, and the table as a file."""
    total = report.total
    when = report.first_day if report.span is Span.DAY else f"{report.first_day} to {report.last_day}"
    held = f", {dollars(total.micros_held)} held" if total.micros_held else ""
    head = (
        f"**{_SPANS[report.span]}** · {when}\n{total.jobs} videos asked for · {total.used} s delivered · "
        f"{dollars(total.micros_used)} spent{held} · {total.failed} failed · {total.cancelled} cancelled"
    )
    lines = [
        f"{'somebody who was forgotten' if not user.user_id else f'<@{user.user_id}>'} · {user.sums.jobs} videos · "
        f"{user.sums.used} s · {dollars(user.sums.micros_used)} · {user.sums.failed} failed"
        for user in report.users[:_USERS_SHOWN]
    ]
    if len(report.users) > _USERS_SHOWN:
        lines.append(f"-# and {len(report.users) - _USERS_SHOWN} more, in the table")
    return Layout(
        ui.Container(
            ui.TextDisplay(head),
            ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{CHART_NAME}", description="Seconds by day")),
            ui.TextDisplay("\n".join(lines) or "Nobody asked for a video."),
            ui.File(f"attachment://{TABLE_NAME}"),
        )
    )


def audit_card(changes: Sequence[Change]) -> Layout:
    """What admins changed, newest first."""
    head = "**The last changes**"
    lines = [f"<t:{int(change.at.timestamp())}:f> · {_who(change.by)} {change.sentence}" for change in changes]
    return text_card(head, fitted(lines, room=TEXT_CHARS - len(head)) or "Nobody has changed anything yet.")


def _who(user_id: int) -> str:
    return f"<@{user_id}>" if user_id else "Whoever runs this bot"


def running_card(count: int, jobs: Sequence[Job]) -> Layout:
    """Everybody's running videos, oldest first, each with its button."""
    if not jobs:
        return Layout(ui.TextDisplay("Nothing is in the making here."))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(f"**{count} in the making**")]
    for job in jobs:
        cancel: ui.Button[ui.LayoutView] = ui.Button(label="Cancel", custom_id=admin_cancel_custom_id(job.id))
        prompt = (
            shown_prompt(job) if job.redaction or not job.is_judged else quote_prompt(shorten(job.request.prompt, 120))
        )
        items.append(
            ui.Section(f"<@{job.user_id}> · {job.seconds} s · asked {ago(job.created_at)}\n{prompt}", accessory=cancel)
        )
    if count > len(jobs):
        items.append(ui.TextDisplay(f"-# and {count - len(jobs)} younger ones"))
    return Layout(ui.Container(*items))
