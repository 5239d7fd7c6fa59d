"""What ``/quota`` looks like."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from discord import ui

from bot.domain.job import JobState
from bot.domain.model_spec import DEFAULT_SECONDS
from bot.domain.policy import NO_LIMIT
from bot.domain.quota import QuotaView
from bot.domain.usage import Line
from bot.services.spending.rule_texts import model_rule_text
from bot.text import Quote, Text, Value, text
from cogs.ui.cards import Layout
from cogs.ui.markdown import clean, shorten, shorten_markup
from cogs.ui.texts import ENGLISH, Texts

_PROMPT_CHARS = 48
_REASON_CHARS = 80
_MODELS_SHOWN = 10


def quota_card(
    view: QuotaView, lines: Sequence[Line], texts: Texts = ENGLISH, model_name: Callable[[str], str] = str
) -> Layout:
    """A user's quota at a glance, and what became of the latest videos. ``model_name`` is a model's name by its id."""
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(quota_text(view, texts, model_name))]
    if lines:
        shown = "\n".join([texts("quota_card.recent"), *(line_text(line, texts) for line in lines)])
        items += [ui.Separator(), ui.TextDisplay(shown)]
    return Layout(ui.Container(*items))


def quota_text(view: QuotaView, texts: Texts = ENGLISH, model_name: Callable[[str], str] = str) -> str:
    """Day, month, grants, running videos, models that count otherwise, and when there is more."""
    policy = view.policy
    if policy.is_blocked:
        return texts("quota_card.blocked")
    shown = [*_day(view, texts), _standing(view, texts)]
    if policy.monthly_seconds < NO_LIMIT:
        shown.append(_month(view, texts))
    if view.standing.grants:
        shown.append(texts("quota_card.extra", grants=_grants(view)))
    if policy.max_duration < NO_LIMIT:
        shown.append(texts("quota_card.longest", seconds=policy.max_duration))
    for model_id, rule in list(view.models.items())[:_MODELS_SHOWN]:
        shown.append(texts("quota_card.model", model=Quote(model_name(model_id)), rule=model_rule_text(rule)))
    shown.append("-# " + texts.sentences(*_resets(view, texts), texts("quota_card.not_counted")))
    everywhere = view.everywhere
    if everywhere.limit < NO_LIMIT:
        shown.append(
            f"-# {texts('quota_card.everywhere', taken=everywhere.taken, limit=everywhere.limit, ends=everywhere.ends)}"
        )
    return "\n".join(shown)


def _day(view: QuotaView, texts: Texts) -> list[str]:
    limit, day = view.policy.daily_seconds, view.standing.day
    if limit >= NO_LIMIT:
        return [texts("quota_card.no_daily_limit")]
    left = texts("quota_card.today", left=view.day_left, limit=limit)
    if view.left >= DEFAULT_SECONDS:
        left += f" · {texts('quota_card.about', count=view.left // DEFAULT_SECONDS, seconds=DEFAULT_SECONDS)}"
    return [left, quota_bar(limit, day.used, day.held), f"-# {texts('quota_card.legend')}"]


def _standing(view: QuotaView, texts: Texts) -> str:
    day, active, limit = view.standing.day, view.standing.active, view.policy.max_active
    if limit >= NO_LIMIT:
        return texts("quota_card.standing", used=day.used, held=day.held, active=active)
    return texts("quota_card.standing_of", used=day.used, held=day.held, active=active, limit=limit)


def _month(view: QuotaView, texts: Texts) -> str:
    month, left, limit = view.standing.month, view.month_left, view.policy.monthly_seconds
    if not month.held:
        return texts("quota_card.month", left=left, limit=limit, used=month.used)
    return texts("quota_card.month_held", left=left, limit=limit, used=month.used, held=month.held)


def _resets(view: QuotaView, texts: Texts) -> list[str]:
    has_day, has_month = view.policy.daily_seconds < NO_LIMIT, view.policy.monthly_seconds < NO_LIMIT
    if has_day and has_month:
        return [texts("quota_card.resets_both", day_ends=view.day_ends, month_ends=view.month_ends)]
    if has_day:
        return [texts("quota_card.resets_day", day_ends=view.day_ends)]
    return [texts("quota_card.resets_month", month_ends=view.month_ends)] if has_month else []


def _grants(view: QuotaView) -> tuple[Text, ...]:
    shown = tuple(
        text("quota_card.grant_until", seconds=grant.left, until=grant.expires_at)
        if grant.expires_at
        else text("quota_card.grant", seconds=grant.left)
        for grant in view.standing.grants[:5]
    )
    more = sum(grant.left for grant in view.standing.grants[5:])
    return (*shown, text("quota_card.more_grants", seconds=more)) if more else shown


def line_text(line: Line, texts: Texts = ENGLISH) -> str:
    """One video in plain words: ``5 s · a red bird… · not counted: Oxen refused it``."""
    prompt: Value = text("quota_card.prompt_deleted")
    if line.prompt is not None:
        prompt = Quote(shorten(clean(line.prompt), _PROMPT_CHARS))
    end = _end(line, texts)
    if line.granted:
        return texts("quota_card.line_extra", seconds=line.seconds, granted=line.granted, prompt=prompt, end=end)
    return texts("quota_card.line", seconds=line.seconds, prompt=prompt, end=end)


def _end(line: Line, texts: Texts) -> str:
    if line.is_settled:
        return texts("quota_card.end.delivered")
    if not line.is_released:
        if line.state is JobState.UNDELIVERABLE:
            return texts("quota_card.end.unopened" if line.reason else "quota_card.end.ready")
        return texts("quota_card.end.running")
    end = texts("quota_card.end.failed")
    if line.cause == JobState.CANCELLED:
        end = texts("quota_card.end.canceled")
    elif line.reason is not None:
        reason = shorten_markup(texts.render(line.reason), _REASON_CHARS).rstrip(".。")
        end = texts("quota_card.end.failed_why", reason=reason)
    return texts("quota_card.end.paid", end=end) if line.was_paid else end


def quota_bar(limit: int, used: int, held: int, width: int = 10) -> str:
    """Left, reserved and used as a row of blocks, from the left; whatever is above zero has a block of its own."""
    if limit <= 0:
        return "░" * width
    gone = min(_blocks(used, limit, width), width)
    part = min(_blocks(held, limit, width), width - gone)
    return "█" * (width - gone - part) + "▓" * part + "░" * gone


def _blocks(part: int, whole: int, width: int) -> int:
    return max(1, round(part * width / whole)) if part > 0 else 0
