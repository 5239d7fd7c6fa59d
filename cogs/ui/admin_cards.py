"""What ``/admin`` answers look like."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import discord
from discord import ui

from bot.domain.budget import Budget
from bot.domain.guild_settings import GuildSettings
from bot.domain.job import Job
from bot.domain.model_rule import ModelRule
from bot.domain.model_spec import Media
from bot.domain.moderation import ContentSettings
from bot.domain.policy import Level, Policy, Rule, Rules
from bot.domain.usage import Report, Span, Sums, UserUsage
from bot.services.spending.admin import Change
from bot.services.spending.rule_texts import model_rule_text
from bot.services.spending.usage_report import COLUMNS
from bot.text import ANYTHING, Channel, Quote, Usd, User, Value, text
from cogs.ui import custom_ids
from cogs.ui.cards import TEXT_CHARS, Layout, shown_prompt
from cogs.ui.lines import fitted
from cogs.ui.markdown import escape, shorten
from cogs.ui.policy_texts import policy_in_words, rule_in_words, subject_in_words
from cogs.ui.prompts import quote_prompt
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.texts.catalogues import NAMES

CHART_NAME = "usage.png"
TABLE_NAME = "usage.csv"
_RULES_CHARS = 3_500
_MODELS_CHARS = 1_000
_USERS_SHOWN = 15
_MODELS_SHOWN = 10
_PROMPT_CHARS = 120


def text_card(*paragraphs: str) -> Layout:
    """Paragraphs in a box."""
    return Layout(ui.Container(*(ui.TextDisplay[ui.LayoutView](paragraph) for paragraph in paragraphs)))


def rules_card(
    rules: Sequence[tuple[Level, int, Rule]],
    operator: Policy,
    texts: Texts = ENGLISH,
    *,
    models: Mapping[str, ModelRule] | None = None,
) -> Layout:
    """Every rule of a server, also those about models by their names, and what holds where there is none."""
    lines = [
        texts("admin_card.rule", who=subject_in_words(level, who, texts), rule=rule_in_words(rule, texts))
        for level, who, rule in rules
    ]
    default = policy_in_words(Rules().resolve(operator), texts)
    about = [
        texts("admin_card.model_rule", model=Quote(name), rule=model_rule_text(rule))
        for name, rule in (models or {}).items()
    ]
    shown = f"{texts('admin_card.models')}\n{fitted(about, room=_MODELS_CHARS, texts=texts)}"
    return text_card(
        texts("admin_card.rules"),
        fitted(lines, room=_RULES_CHARS - len(shown), texts=texts) or texts("admin_card.no_rules"),
        *([shown] if about else []),
        f"{texts('admin_card.defaults')}\n{default}",
    )


def server_card(server: GuildSettings, texts: Texts = ENGLISH) -> Layout:
    """A server's settings."""
    notices, channels = texts("admin_card.notices_off"), texts("admin_card.all_channels")
    if server.notice_channel_id:
        notices = texts("admin_card.notices", channel=Channel(server.notice_channel_id))
    if server.channels:
        channels = texts("admin_card.channels", channels=tuple(map(Channel, sorted(server.channels))))
    zone = texts("admin_card.time_zone", zone=server.calendar.zone.key)
    chosen: Value = text("admin_card.language_automatic")
    if server.language is not None:
        chosen = NAMES.get(server.language, server.language)
    language = texts("admin_card.language", language=chosen)
    results = texts(f"admin_card.results.{server.results}")
    return text_card(
        texts("admin_card.server"),
        "\n".join([zone, language, notices, channels, results, budget_text(server.budget, texts)]),
        content_text(server.content, texts),
    )


def content_text(content: ContentSettings, texts: Texts = ENGLISH) -> str:
    """A server's rules about what is made there."""
    logged = content.prompt_log_channel_id
    mentions = "on" if content.takes_mentions else "off"
    lines = [
        texts(f"admin_card.outside.{content.outside_age_restricted}"),
        texts(f"admin_card.mentions.{mentions}"),
        texts("admin_card.no_prompt_log")
        if logged is None
        else texts("admin_card.prompt_log", channel=Channel(logged)),
    ]
    return "\n".join(lines)


def budget_text(budget: Budget, texts: Texts = ENGLISH) -> str:
    """The limits of a server."""
    none = text("admin_card.no_limit")
    day = none if budget.day is None else Usd(budget.day)
    month = none if budget.month is None else Usd(budget.month)
    return texts("admin_card.budget", day=day, month=month)


def usage_card(
    report: Report,
    texts: Texts = ENGLISH,
    model_name: Callable[[str], str] = str,
    picture_models: Collection[str] = (),
) -> Layout:
    """Usage in a span: sums, the chart, who used most, which models if there are several, and the table as a file.

    ``picture_models`` are the ids of those that make pictures.
    """
    made = made_in(report, picture_models)
    lines = [_usage_of(user, texts, made) for user in report.users[:_USERS_SHOWN]]
    if len(report.users) > _USERS_SHOWN:
        lines.append(f"-# {texts('admin_card.more_users', count=len(report.users) - _USERS_SHOWN)}")
    chart = discord.MediaGalleryItem(f"attachment://{CHART_NAME}", description=texts("admin_card.chart"))
    return Layout(
        ui.Container(
            ui.TextDisplay(f"{_span(report, texts)}\n{_sums(report.total, texts, made)}"),
            ui.MediaGallery(chart),
            ui.TextDisplay(f"-# {texts('admin_card.legend')}"),
            ui.TextDisplay("\n".join(lines) or texts("admin_card.no_videos")),
            *_by_model(report, texts, model_name, picture_models),
            ui.File(f"attachment://{TABLE_NAME}"),
        )
    )


def made_in(report: Report, picture_models: Collection[str]) -> str:
    """What was made in a span, as ``bot.text.MADE`` has it: videos, or pictures as well."""
    return ANYTHING if any(one.model in picture_models for one in report.models) else Media.VIDEO


def _by_model(
    report: Report, texts: Texts, model_name: Callable[[str], str], picture_models: Collection[str]
) -> list[ui.Item[ui.LayoutView]]:
    """What was used of each model; nothing where there was one alone."""
    if len(report.models) < 2:
        return []
    lines = [texts("admin_card.models")]
    for one in report.models[:_MODELS_SHOWN]:
        name = texts("admin_card.unknown_model") if one.model is None else escape(model_name(one.model))
        made = Media.IMAGE if one.model in picture_models else Media.VIDEO
        lines.append(f"{name} · {_sums_in_short(one.sums, texts, made)}")
    if len(report.models) > _MODELS_SHOWN:
        lines.append(f"-# {texts('admin_card.more_models', count=len(report.models) - _MODELS_SHOWN)}")
    return [ui.TextDisplay("\n".join(lines))]


def table_headings(texts: Texts, made: str = Media.VIDEO) -> list[str]:
    """What the columns of the table are called."""
    return [texts(f"table.{column}", made=made) for column in COLUMNS]


def _span(report: Report, texts: Texts) -> str:
    if report.span is Span.DAY:
        return texts("admin_card.today", day=report.first_day)
    return texts(f"admin_card.span.{report.span}", first=report.first_day, last=report.last_day)


def _sums(sums: Sums, texts: Texts, made: str) -> str:
    """What was asked for, delivered and spent; what did not happen is left out."""
    spent = Usd(sums.micros_used)
    parts = [
        texts("admin_card.videos", count=sums.jobs, made=made),
        texts("admin_card.delivered", seconds=sums.used),
        texts("admin_card.spent_reserved", spent=spent, reserved=Usd(sums.micros_held))
        if sums.micros_held
        else texts("admin_card.spent", spent=spent),
        *_ends(sums, texts),
    ]
    if sums.micros_undelivered:
        undelivered = texts("admin_card.undelivered", spent=Usd(sums.micros_undelivered), made=made)
        return f"{' · '.join(parts)}\n-# {undelivered}"
    return " · ".join(parts)


def _ends(sums: Sums, texts: Texts) -> list[str]:
    failed = [texts("admin_card.failed", count=sums.failed)] if sums.failed else []
    return [*failed, texts("admin_card.canceled", count=sums.cancelled)] if sums.cancelled else failed


def _usage_of(user: UserUsage, texts: Texts, made: str) -> str:
    who = texts.value(User(user.user_id)) if user.user_id else texts("admin_card.forgotten")
    return f"{who} · {_sums_in_short(user.sums, texts, made)}"


def _sums_in_short(sums: Sums, texts: Texts, made: str) -> str:
    return " · ".join(
        [
            texts("admin_card.videos", count=sums.jobs, made=made),
            texts("admin_card.user_seconds", seconds=sums.used),
            texts.money(sums.micros_used),
            *_ends(sums, texts),
        ]
    )


def audit_card(changes: Sequence[Change], texts: Texts = ENGLISH) -> Layout:
    """What admins changed, newest first."""
    head = texts("admin_card.audit")
    lines = [texts("admin_card.change", at=change.at, who=_who(change.by), done=change.sentence) for change in changes]
    return text_card(head, fitted(lines, room=TEXT_CHARS - len(head), texts=texts) or texts("admin_card.no_changes"))


def _who(user_id: int) -> Value:
    return User(user_id) if user_id else text("admin_card.operator")


def running_card(count: int, jobs: Sequence[Job], texts: Texts = ENGLISH, *, is_delegate: bool = False) -> Layout:
    """Everybody's running videos, oldest first, each with its button.

    ``is_delegate`` is whether it is for somebody who does not manage the server.
    """
    if not jobs:
        return Layout(ui.TextDisplay(texts("admin_card.none_running")))
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(texts("admin_card.running", count=count))]
    for job in jobs:
        cancel: ui.Button[ui.LayoutView] = ui.Button(
            label=texts("button.cancel"),
            custom_id=custom_ids.admin_cancel_custom_id(job.id, is_delegate=is_delegate),
        )
        prompt = shown_prompt(job, texts=texts)
        if not job.redaction and job.is_judged:
            prompt = quote_prompt(shorten(job.request.prompt, _PROMPT_CHARS), texts=texts)
        line = texts("admin_card.running_line", user=User(job.user_id), seconds=job.seconds, at=job.created_at)
        items.append(ui.Section(f"{line}\n{prompt}", accessory=cancel))
    if count > len(jobs):
        items.append(ui.TextDisplay(f"-# {texts('admin_card.newer', count=count - len(jobs))}"))
    return Layout(ui.Container(*items))
