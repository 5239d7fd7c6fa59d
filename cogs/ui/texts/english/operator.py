"""What the operator is told, and the answers of ``/operator``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "operator.only": "Only the bot's operator can use this: the owner of its application, or a member of its team.",
    "operator.user_or_server": "Choose a user or a server, one of both.",
    "operator.no_server_id": "A server's ID is a number. In Discord, turn on Developer Mode and copy it.",
    "operator.not_an_operator": "The bot's operators can't be banned.",
    "operator.not_left": "I couldn't leave the server {id}. I'm not in it, or Discord isn't reachable right now.",
    "operator.left": "Left the server {name} ({id}).",
    "operator.paused": "Paused. No more videos are accepted anywhere; running ones continue.",
    "operator.paused_already": "It's paused already.",
    "operator.resumed": "Resumed. Videos are accepted again.",
    "operator.not_paused": "It isn't paused.",
    "operator.banned": "Banned {who} everywhere.",
    "operator.banned_already": "Banned {who} already.",
    "operator.unbanned": "Unbanned {who}.",
    "operator.not_banned": "There is no ban of {who}. Nothing changed.",
    "operator.who.user": "{user}",
    "operator.who.server": "the server {id}",
    "operator.status.title": "**How the bot stands**",
    "operator.status.paused": "**Paused** {since:R}: no videos are accepted.",
    "operator.status.no_credit": "**Out of credit** at Oxen {since:R}: videos are refused until it takes one again.",
    "operator.status.day": "Today (UTC): {spent} spent or reserved, no limit",
    "operator.status.day_of": "Today (UTC): {spent} of {ceiling} spent or reserved",
    "operator.status.month": "This month: {spent} spent or reserved, no limit",
    "operator.status.month_of": "This month: {spent} of {ceiling} spent or reserved",
    "operator.status.share": "Each server, and all direct messages together: up to {ceiling} per day",
    "operator.status.person": "Each person: up to {seconds}\u00a0s per day, everywhere",
    "operator.status.price": "A second costs {price}.",
    "operator.status.price_doubted": "A second is taken to cost {price}, and that is in doubt. "
    "Settle it with `python -m bot price accept`.",
    "operator.status.prices_doubted": "The price of {models} is in doubt, so the higher one counts. "
    "See `python -m bot price`.",
    "operator.status.no_price": "Oxen hasn't told me its price yet.",
    "operator.status.running": Plural(by="count", one="{count} video is running.", other="{count} videos are running."),
    "operator.status.servers": Plural(by="count", one="I'm in {count} server.", other="I'm in {count} servers."),
    "operator.status.bans": "Banned: {users}, {servers}",
    "operator.servers": "**Servers**, by what they spent this month",
    "operator.server.works": "{name} ({id}) · {spent} · {jobs}",
    "operator.server.elsewhere": "{name} ({id}) · not on the list",
    "operator.server.banned": "{name} ({id}) · banned · {spent} · {jobs}",
    "operator.server.direct": "Direct messages · {spent} · {jobs}",
    "operator.spenders": "**Who spent most this month**, over all servers",
    "operator.no_spenders": "Nobody asked for a video.",
    "operator.spender": "{user} · {spent} · {jobs} · {seconds}\u00a0s delivered",
    "operator.spender.forgotten": "People whose names were removed · {spent} · {jobs} · {seconds}\u00a0s delivered",
    "operator.added_elsewhere": "Somebody added me to the server {name} ({id}). I don't work there. "
    "Add it to SERVERS, or use {leave}.",
    "operator.no_credit": "Oxen failed a video, because the account is out of credit. "
    "New videos are refused until there is credit again.",
    "operator.price_missing": "Oxen names no usable price for {model} anymore. I go on with {believed} per second. "
    "Settle it with `python -m bot price accept`.",
    "operator.price_moved": "The price of {model} moved from {believed} to {said} per second. "
    "Until you settle it, {counted} counts. Settle it with `python -m bot price accept`.",
    "operator.price_missing.shape": "Oxen names no usable price for {what} anymore. I go on with {believed} per "
    "second. Settle it with `python -m bot price accept --model {model}`.",
    "operator.price_missing.image": "Oxen names no usable price for {model} anymore. I go on with {believed} per image. "
    "Settle it with `python -m bot price accept --model {model}`.",
    "operator.price_moved.shape": "The price of {what} moved from {believed} to {said} per second. "
    "Until you settle it, {counted} counts. Settle it with `python -m bot price accept --model {model}`.",
    "operator.price_moved.image": "The price of {model} moved from {believed} to {said} per image. "
    "Until you settle it, {counted} counts. Settle it with `python -m bot price accept --model {model}`.",
    "operator.price_of.second": "{model}",
    "operator.price_of.sound": "{model} with sound",
    "operator.price_of.high": "{model} from 1080p up",
    "operator.price_in_resolution": "{model} in {resolution}",
    "operator.alarm": "Spending is fast: {spent} in the last {minutes} min, of a budget of {ceiling} per day. "
    "{pause} stops new videos.",
    "operator.draining": Plural(
        "count",
        "Draining. No new videos are accepted. The bot stops once {count} video in the making is done.",
        "Draining. No new videos are accepted. The bot stops once {count} videos in the making are done.",
    ),
    "operator.draining_already": "It's draining already. The bot stops once the videos in the making are done.",
    "operator.no_age": "I can't read this age. Write for example 30m, 2h or 1d.",
    "operator.no_reason": "A reason is missing. Write a sentence for its user.",
    "operator.jobs": "**Videos**, newest first",
    "operator.jobs.none": "There is no such video.",
    "operator.jobs.line": "`{id}` · `{state}` · asked {asked_at:R}\n{user} · {place} · {seconds}\u00a0s",
    "operator.jobs.server": "server {id}",
    "operator.jobs.direct": "direct messages",
    "operator.jobs.more": "There are older ones. Choose a state, a user or an age to see them.",
    "operator.job.history": "**What happened** to `{id}`, times in UTC",
    "operator.job.failed.alone": "Failed. Its {seconds}\u00a0s were given back, and its user is told.",
    "operator.job.failed.stopped": "Failed. Its {seconds}\u00a0s were given back, and its user is told. "
    "Oxen was asked to stop.",
    "operator.job.failed.not_asked": "Failed. Its {seconds}\u00a0s were given back, and its user is told. "
    "Oxen was not asked to stop, and may still make and charge it.",
    "operator.job.failed.not_reached": "Failed. Its {seconds}\u00a0s were given back, and its user is told. "
    "Oxen could not be asked to stop, and may still make and charge it.",
    "operator.job.resent": "It's being sent again.",
    "operator.job.resumed": "It's taken up again from where it is: {state}.",
    "operator.job.unknown": "This video is not known. After RETENTION_DAYS it is forgotten.",
    "operator.job.ended": "This video has ended already: it is {state}. Nothing was changed.",
    "operator.job.not_undeliverable": "Only a video that no place took can be sent again, and this one is {state}. "
    "Nothing was changed.",
    "operator.job.told": "This video has ended: it is {state}, and its user was told.",
    "operator.job.waits_for_owner": "This video waits for its owner, because no place took it. Send it again instead.",
    "operator.job.maybe_sent": "This video may have been sent already; the bot finds out at its start. Start it first.",
    "operator.job.unsure": "Discord does not say now whether this video was sent already. Nothing was changed; "
    "try again later.",
    "operator.job.sent": "This video was delivered: its message is there. It is recorded now.",
    "operator.job.moved": "The video has moved on meanwhile, so nothing was changed. Look at it again.",
}
