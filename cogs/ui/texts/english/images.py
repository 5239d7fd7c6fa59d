"""``/image``: pictures that are made, told in the words of pictures where those of videos would be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "image.making": "**Making the picture** · started {at:R}",
    "image.slow": "**Making the picture** · slower than usual, still running · started {at:R}",
    "image.canceling": "**Canceling** · Oxen hasn't confirmed yet that it stopped. "
    "If the picture is done first, you'll get it.",
    "image.done": "**Done** · [See the picture]({link})",
    "result.see": "[See the picture]({link})",
    "image.posted": "**Done** · the picture was posted",
    "image.kept": "**Ready**, but I couldn't post the picture here. {owner} can get it with {/videos}.",
    "image.deleted.owner": "**Deleted** · whoever asked for it deleted the picture.",
    "image.deleted.moderator": "**Deleted** · a moderator deleted the picture.",
    "image.ready": "{user} Your picture is ready.",
    "image.too_large": "{user} Your picture is ready. It's {size}, over the upload limit here. "
    "Open it with the button. The link works for a limited time.",
    "image.blocked": "{user} Discord blocked this picture here as explicit content.",
    "image.canceled": "{user} Your picture was canceled.",
    "image.canceled_by": "{user} Your picture was canceled by {by}.",
    "image.failed": "{user} Your picture failed.",
    "image.unopened": "{user} Oxen made your picture, but its file didn't open, however often I tried. I'll keep it "
    "for a day: **Send here** tries again, here or in {/videos}. Its seconds count once you have it.",
    "reason.made_unsaid.picture": "Oxen couldn't make this picture and didn't say why.",
    "reason.made_said.picture": "Oxen couldn't make this picture: {said}",
    "reason.made_said_about.picture": "Oxen couldn't make this picture: {said} It's about {picture}.",
    "reason.oxen_lost_it.picture": "Oxen no longer has this picture.",
    "reason.result_lost.picture": "Oxen made the picture but no longer has it.",
    "reason.result_unopened.picture": "Oxen made the picture, but its file doesn't open.",
    "reason.never_posted.picture": "I couldn't post the picture anywhere, and nobody picked it up within a day.",
    "reason.never_opened.picture": "The picture's file didn't open for a day, so I gave up.",
    "reason.oxen_timed_out.picture": "Oxen gave up on this picture because it took too long. Try again.",
    "reason.oxen_busy.picture": "Oxen was too busy to make this picture. Try again later.",
    "budget.server.day.full.picture": "This server's budget for today doesn't cover this picture. It resets {ends_at:R}. "
    "A server admin can change it.",
    "budget.server.month.full.picture": "This server's budget for this month doesn't cover this picture. "
    "It resets {ends_at:R}. A server admin can change it.",
    "budget.server.day.too_small.picture": "This server's budget per day is less than this picture costs. "
    "A server admin can change it.",
    "budget.server.month.too_small.picture": "This server's budget per month is less than this picture costs. "
    "A server admin can change it.",
    "budget.share.day.full.picture": "This server's share of the bot's budget for today doesn't cover this picture. "
    "It resets {ends_at:R}. The bot's operator can change it.",
    "budget.share.day.too_small.picture": "This server's share of the bot's budget per day is less than this picture "
    "costs. The bot's operator can change it.",
    "budget.direct.day.full.picture": "The share of the bot's budget for direct messages doesn't cover this picture "
    "today. It resets {ends_at:R}. The bot's operator can change it.",
    "budget.direct.day.too_small.picture": "The share of the bot's budget for direct messages per day is less than "
    "this picture costs. The bot's operator can change it.",
    "budget.operator.day.full.picture": "This bot's budget for today doesn't cover this picture. "
    "It resets {ends_at:R}. The bot's operator can change it.",
    "budget.operator.month.full.picture": "This bot's budget for this month doesn't cover this picture. "
    "It resets {ends_at:R}. The bot's operator can change it.",
    "budget.operator.day.too_small.picture": "This bot's budget per day is less than this picture costs. "
    "The bot's operator can change it.",
    "budget.operator.month.too_small.picture": "This bot's budget per month is less than this picture costs. "
    "The bot's operator can change it.",
    "quota.at_once.picture": Plural(
        by="active",
        one="You already have {active} request running. The limit here is {limit} at a time. Wait for it to finish, or "
        "cancel it. {who}",
        other="You already have {active} requests running. The limit here is {limit} at a time. Wait for one to finish, "
        "or cancel one. {who}",
    ),
    "quota.too_small.day.picture": "A picture takes {seconds}\u00a0s. Your limit here is {limit}\u00a0s per day"
    "{granted}. {who}",
    "quota.too_small.month.picture": "A picture takes {seconds}\u00a0s. Your limit here is {limit}\u00a0s per month"
    "{granted}. {who}",
    "quota.too_little.day.picture": "A picture takes {seconds}\u00a0s. You have {left} of {limit}\u00a0s left today"
    "{held}{granted}. Resets {ends_at:R}. {who}",
    "quota.too_little.month.picture": "A picture takes {seconds}\u00a0s. You have {left} of {limit}\u00a0s left this "
    "month{held}{granted}. Resets {ends_at:R}. {who}",
    "quota.everywhere.too_small.picture": "A picture takes {seconds}\u00a0s. The limit per person is {limit}\u00a0s per "
    "day, over all servers and direct messages. The bot's operator can change this.",
    "quota.everywhere.too_little.picture": "A picture takes {seconds}\u00a0s. You have {left} of {limit}\u00a0s left "
    "today over all servers and direct messages. Resets {ends_at:R}. The bot's operator can change this.",
    "refusal.prompt_empty.picture": "Your prompt is empty. Describe what the picture shows.",
    "model.gone.picture": "The model {model} isn't available. Choose another one with {/image}: {others:or}.",
    "note.cancel_not_allowed.picture": "Only {owner} or a moderator (Manage Messages) can cancel this picture.",
    "note.too_late_to_cancel.picture": "Too late to cancel: the picture is done and on its way.",
    "note.done_already.picture": "This picture is already done, so there's nothing to cancel. Its seconds stay used.",
    "note.ready_already.picture": "This picture is ready, but I couldn't post it. Its owner can get it with {/videos}.",
    "note.unopened_already.picture": "Oxen made this picture, but its file doesn't open. Its owner can try again with "
    "{/videos}.",
    "note.canceled_already.picture": "This picture was already canceled.",
    "note.failed_already.picture": "This picture already failed.",
    "note.send_not_allowed.picture": "Only {owner} can have this picture sent.",
    "note.sending_already.picture": "Already started. I'm getting the picture and will post it.",
    "note.nothing_to_send.picture": "There's nothing to send. This picture was already posted, or it expired.",
    "note.link_too_long.picture": "Oxen's link to this picture is too long for a Discord message. The copy here stays.",
    "note.deleted_video.picture": "This picture was deleted.",
    "gate.original_not_allowed.picture": "Only {owner} or a moderator (Manage Messages) can get the original of this "
    "picture.",
    "result.reported.picture": "Reported. A moderator or the bot's operator will look at this picture.",
    "result.reported_before.picture": "You reported this picture already.",
    "result.deleted.picture": "Deleted the picture's message. Its seconds stay used.",
    "result.delete.not_allowed.picture": "Only {owner} or a moderator (Manage Messages) can delete this picture.",
    "result.hide.hidden.picture": "This picture is a spoiler already.",
    "result.hide.not_allowed.picture": "Only {owner} or a moderator (Manage Messages) can hide this picture.",
    "result.hide.refused.picture": "I couldn't hide this picture. A moderator can delete its message by hand.",
    "result.share.not_allowed.picture": "Only {owner} can share this picture to the channel.",
    "result.share.there.picture": "This picture is in the channel already.",
    "result.not_yet.picture": "This picture is still being posted. Try again in a moment.",
    "result.original.picture": "The original picture in full quality. The link works for a limited time.",
    "result.original_until.picture": "The original picture in full quality. The link works until {until:f}.",
    "answer.make_own.picture": "Make your own version of {owner}'s picture? It uses {seconds} of your {left}\u00a0s.",
    "answer.make_own_unlimited.picture": "Make your own version of {owner}'s picture? It uses {seconds}\u00a0s.",
    "answer.sending_again.picture": "Getting your picture. I'll post it here.",
    "card.for_again.picture": "for {user} · again, from [this picture]({link})",
    "card.blocked_unaffected.picture": "Discord blocked this prompt here, so it isn't shown. The picture isn't affected.",
    "thread.unnamed.picture": "Picture",
    "thread.for_member.picture": "Picture for @{name}",
    "thread.for_name.picture": "Picture for {name}",
    "audit.canceled.picture": "canceled a picture by {user}.",
    "audit.operator_failed.picture": "failed a picture by {user}: {reason}",
    "audit.operator_resent.picture": "had a picture by {user} posted again.",
    "audit.operator_resumed.picture": "had a picture by {user} resumed.",
    "audit.result_deleted.picture": "deleted a picture of {owner}.",
    "audit.result_hidden.picture": "hid a picture of {owner} behind a spoiler.",
    "notice.report.picture": "{reporter} reported a picture of {owner} in {channel}: {link}\n"
    "Job `{job}`, asked for with: {prompt}",
    "admin_card.videos.picture": Plural(by="count", one="{count} picture", other="{count} pictures"),
    "admin_card.videos.any": Plural(by="count", one="{count} request", other="{count} requests"),
    "admin_card.undelivered.any": "{spent} of it went to videos and pictures that nobody got: canceled late, timed out, "
    "or never picked up. Their seconds were returned, but Oxen was paid.",
    "table.videos.any": "requests",
    "operator.status.running.any": Plural(
        by="count", one="{count} request is running.", other="{count} requests are running."
    ),
    "image.use": "Use as @Image1",
    "image.open": "Open picture",
    "image.form": "Video from this picture",
    "image.gone": "This picture was deleted. Make it again.",
    "image.price": "{cost} each",
}
