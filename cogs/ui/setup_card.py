"""The card of ``/admin setup``: what a server's admins decide on the first day, each with a list to choose from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

import discord
from discord import ui

from bot.domain.guild_settings import GuildSettings
from bot.domain.moderation import OutsideAgeRestricted
from bot.domain.money import MICROS
from bot.domain.policy import NO_LIMIT, Policy
from bot.text import Channel, Text, Usd, Value, text
from cogs.ui.admin_cards import budget_text, text_card
from cogs.ui.cards import Layout
from cogs.ui.custom_ids import setup_custom_id
from cogs.ui.texts import ENGLISH, Texts
from cogs.ui.texts.catalogues import NAMES

AUTOMATIC: Final = "auto"
"""The value of the choice of no language: the server's own, or the asker's."""
NO_BUDGET: Final = "none"
"""The value of the choice that takes the budget away."""
_MOST_CHOSEN: Final = 25
"""What a list holds at most (Discord's page on selects)."""
_DAILY_SECONDS: Final = (15, 30, 60, 120, 300, 600, 1_800, 3_600)
_BUDGETS: Final = tuple(dollars * MICROS for dollars in (5, 10, 20, 50, 100, 200, 500, 1_000))
_PLACES: Final = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.forum,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What holds in a server now. ``policy`` is that of everybody there, ``known`` the channels that still exist.

    ``is_delegate`` is whether the card is for somebody who does not manage the server.
    """

    settings: GuildSettings
    policy: Policy
    known: Collection[int]
    is_delegate: bool = False


def setup_card(setup: Setup, texts: Texts = ENGLISH) -> Layout:
    """The card with its lists; what holds now is chosen in each."""
    settings = setup.settings
    notices = [settings.notice_channel_id] if settings.notice_channel_id else []
    rows: list[tuple[str, ui.Select[Any] | ui.ChannelSelect[Any]]] = [
        ("channels", _channels("channels", settings.channels, setup.known, _PLACES, _MOST_CHOSEN, texts)),
        ("notices", _channels("notices", notices, setup.known, [discord.ChannelType.text], 1, texts)),
        ("daily", _numbers(_DAILY_SECONDS, setup.policy.daily_seconds, daily_text, texts)),
        ("budget", _budgets(settings.budget.month, texts)),
        ("moderation", _moderation(settings.content.outside_age_restricted, texts)),
        ("language", _languages(settings.language, texts)),
    ]
    items: list[ui.Item[ui.LayoutView]] = [ui.TextDisplay(texts("setup.title"))]
    for what, select in rows:
        select.custom_id = setup_custom_id(what, is_delegate=setup.is_delegate)
        items += [ui.TextDisplay(texts(f"setup.ask.{what}")), ui.ActionRow(select)]
    done: ui.Button[ui.LayoutView] = ui.Button(
        label=texts("setup.done"),
        style=discord.ButtonStyle.primary,
        custom_id=setup_custom_id("done", is_delegate=setup.is_delegate),
    )
    return Layout(ui.Container(*items, ui.ActionRow(done)))


def settled_card(setup: Setup, texts: Texts = ENGLISH) -> Layout:
    """What holds, in words."""
    settings = setup.settings
    channels, notices = texts("admin_card.all_channels"), texts("admin_card.notices_off")
    if settings.channels:
        channels = texts("admin_card.channels", channels=tuple(map(Channel, sorted(settings.channels))))
    if settings.notice_channel_id:
        notices = texts("admin_card.notices", channel=Channel(settings.notice_channel_id))
    daily = texts("setup.holds.daily", daily=daily_text(setup.policy.daily_seconds))
    chosen: Value = text("admin_card.language_automatic")
    if settings.language is not None:
        chosen = NAMES.get(settings.language, settings.language)
    outside = texts(f"admin_card.outside.{settings.content.outside_age_restricted}")
    language = texts("admin_card.language", language=chosen)
    lines = [channels, notices, daily, budget_text(settings.budget, texts), outside, language]
    return text_card(texts("setup.holds"), "\n".join(lines), f"-# {texts('setup.holds.more')}")


def daily_text(seconds: int) -> Text:
    """A number of seconds per day."""
    return text("setup.no_limit") if seconds >= NO_LIMIT else text("setup.daily.seconds", seconds=seconds)


def _channels(
    what: str,
    chosen: Iterable[int],
    known: Collection[int],
    kinds: list[discord.ChannelType],
    most: int,
    texts: Texts,
) -> ui.ChannelSelect[Any]:
    defaults = [
        discord.SelectDefaultValue(id=one, type=discord.SelectDefaultValueType.channel)
        for one in sorted(chosen)
        if one in known
    ]
    return ui.ChannelSelect(
        channel_types=kinds,
        placeholder=texts(f"setup.none.{what}"),
        min_values=0,
        max_values=most,
        default_values=defaults[:most],
    )


def _numbers(offered: Collection[int], current: int, label: Callable[[int], Text], texts: Texts) -> ui.Select[Any]:
    """A list of numbers, with the one that holds among them."""
    options = [
        discord.SelectOption(label=texts.render(label(one)), value=str(one), default=one == current)
        for one in sorted({*offered, current})
    ]
    return ui.Select(options=options)


def _budgets(current: int | None, texts: Texts) -> ui.Select[Any]:
    select = _numbers(_BUDGETS, current or _BUDGETS[0], lambda one: text("setup.budget.usd", usd=Usd(one)), texts)
    if current is None:
        for option in select.options:
            option.default = False
    select.options.insert(
        0, discord.SelectOption(label=texts("setup.no_limit"), value=NO_BUDGET, default=current is None)
    )
    return select


def _moderation(current: OutsideAgeRestricted, texts: Texts) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=texts(f"setup.moderation.{one}"), value=one, default=one is current)
        for one in OutsideAgeRestricted
    ]
    return ui.Select(options=options)


def _languages(current: str | None, texts: Texts) -> ui.Select[Any]:
    automatic = texts("command.choice.automatic")
    options = [discord.SelectOption(label=automatic, value=AUTOMATIC, default=current is None)]
    options += [
        discord.SelectOption(label=name, value=locale, default=locale == current) for locale, name in NAMES.items()
    ]
    return ui.Select(options=options)
