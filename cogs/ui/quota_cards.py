"""What ``/quota`` looks like."""

from __future__ import annotations

from collections.abc import Sequence

from discord import ui

from bot.domain.job import JobState
from bot.domain.policy import NO_LIMIT
from bot.domain.quota import QuotaView
from bot.domain.usage import Line
from cogs.ui.cards import Layout, ago
from cogs.ui.markdown import clean, escape, shorten

_PROMPT_CHARS = 48
_REASON_CHARS = 80


def quota_card(view: QuotaView, lines: Sequence[Line]) -> Layout:
    """A user's quota at a glance, and what became of the latest videos."""
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(quota_text(view))]
    if lines:
        items += [ui.Separator(), ui.TextDisplay("**Latest**\n" + "\n".join(map(line_text, lines)))]
    return Layout(ui.Container(*items))


def quota_text(view: QuotaView) -> str:
    """Day, month, grants, running videos, and when there is more."""
    policy, day = view.policy, view.standing.day
    if policy.is_blocked:
        return "**You can't make videos in this server.** Someone who manages it can change that."
    text = []
    if policy.daily_seconds < NO_LIMIT:
        text.append(f"**{view.day_left} s of {policy.daily_seconds} s left today**")
        text.append(quota_bar(policy.daily_seconds, day.used, day.held))
    else:
        text.append("**No limit today**")
    active = "" if policy.max_active >= NO_LIMIT else f" of {policy.max_active}"
    text.append(f"{day.used} s used · {day.held} s held · {view.standing.active}{active} videos in the making")
    if policy.monthly_seconds < NO_LIMIT:
        month = view.standing.month
        held = f", {month.held} s held" if month.held else ""
        text.append(
            f"This month: **{view.month_left} s of {policy.monthly_seconds} s left** ({month.used} s used{held})"
        )
    if view.standing.grants:
        text.append("Granted, used after that: " + ", ".join(_grants(view)))
    if policy.max_duration < NO_LIMIT:
        text.append(f"A video may have {policy.max_duration} s.")
    anew = [f"The day starts anew {ago(view.day_ends)}"] if policy.daily_seconds < NO_LIMIT else []
    if policy.monthly_seconds < NO_LIMIT:
        anew.append(f"the month {ago(view.month_ends)}" if anew else f"The month starts anew {ago(view.month_ends)}")
    text.append("-# " + "".join(f"{', '.join(anew)}. " if anew else "") + "Only videos you receive are counted.")
    return "\n".join(text)


def _grants(view: QuotaView) -> list[str]:
    shown = [
        f"{grant.left} s until <t:{int(grant.expires_at.timestamp())}:d>" if grant.expires_at else f"{grant.left} s"
        for grant in view.standing.grants[:5]
    ]
    more = sum(grant.left for grant in view.standing.grants[5:])
    return [*shown, f"{more} s more"] if more else shown


def line_text(line: Line) -> str:
    """One video in plain words: ``5 s · a red bird… · not charged: Oxen refused it``."""
    granted = f" ({line.granted} s granted)" if line.granted else ""
    prompt = "its prompt was removed" if line.prompt is None else escape(shorten(clean(line.prompt), _PROMPT_CHARS))
    return f"{line.seconds} s{granted} · {prompt} · {_end(line)}"


def _end(line: Line) -> str:
    if line.is_settled:
        return "delivered"
    if not line.is_released:
        if line.state is JobState.UNDELIVERABLE:
            return "kept: its file does not open" if line.reason else "kept: no place took it"
        return "held: in the making"
    if line.cause == "cancelled":
        return "not charged: cancelled"
    reason = clean(line.reason or "it was not made")
    return f"not charged: {escape(shorten(reason, _REASON_CHARS)).rstrip('.')}"


def quota_bar(limit: int, used: int, held: int, width: int = 20) -> str:
    """Used, held and left as a row of blocks; whatever is above zero has a block of its own."""
    if limit <= 0:
        return "░" * width
    full = min(_blocks(used, limit, width), width)
    part = min(_blocks(held, limit, width), width - full)
    return "█" * full + "▓" * part + "░" * (width - full - part)


def _blocks(part: int, whole: int, width: int) -> int:
    return max(1, round(part * width / whole)) if part > 0 else 0
