"""Why a video failed or was canceled: on the card, in the message to its owner, in /quota."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "reason.place_gone": "I couldn't post your pictures. The channel or thread is gone, or I'm missing Send Messages or "
    "Attach Files. Ask a server admin.",
    "reason.pictures_too_large": "Your pictures are over the upload limit here. Attach smaller ones.",
    "reason.pictures_refused": "Discord refused your pictures without saying why. Try again.",
    "reason.pictures_explicit": "Discord blocked your pictures here as explicit content. Use other pictures.",
    "reason.words_refused": "Discord blocked a link or word in your prompt. Remove it and try again.",
    "reason.discord_unreachable": "I couldn't reach Discord for too long. Try again.",
    "reason.card_unseen": "I was interrupted before I could answer. Start again.",
    "reason.key_rejected": "Oxen rejected this bot's key. Tell the bot's operator.",
    "reason.out_of_credit": "This bot's Oxen account is out of credit. Tell the bot's operator.",
    "reason.oxen_unreachable": "I couldn't reach Oxen for too long. Try again later.",
    "reason.unconfirmed": "Oxen didn't confirm that it got this request, so I gave up on it. Run it again.",
    "reason.oxen_lost_it": "Oxen no longer has this video.",
    "reason.timed_out": "It wasn't done after {minutes}\u00a0min, so I canceled it.",
    "reason.canceled_at_oxen": "It was canceled on Oxen's side.",
    "reason.cancel_unreachable": "It took too long, and I couldn't reach Oxen to cancel it.",
    "reason.cancel_unconfirmed": "It took too long, and Oxen didn't confirm that it stopped.",
    "reason.result_lost": "Oxen made the video but no longer has it.",
    "reason.result_unopened": "Oxen made the video, but its file doesn't open.",
    "reason.never_posted": "I couldn't post the video anywhere, and nobody picked it up within a day.",
    "reason.never_opened": "The video's file didn't open for a day, so I gave up.",
    "reason.unexpected": "Something went wrong (error {error_id}).",
    "reason.made_unsaid": "Oxen couldn't make this video and didn't say why.",
    "reason.made_said": "Oxen couldn't make this video: {said}",
    "reason.made_said_about": "Oxen couldn't make this video: {said} It's about {picture}.",
    "reason.refused_unsaid": "Oxen refused this request and didn't say why.",
    "reason.refused_said": "Oxen refused this request: {said}",
    "reason.refused_said_about": "Oxen refused this request: {said} It's about {picture}.",
    "reason.policy_prompt": "Oxen's content policy doesn't allow this prompt. Change the wording. Real people, brands, "
    "and sexual content are often refused.",
    "reason.policy_picture": "Oxen's content policy doesn't allow {picture}. Use another picture.",
    "reason.policy": "Oxen's content policy doesn't allow this request. Change the prompt or the pictures.",
    "reason.picture_unreadable": "Oxen couldn't open {picture}. Use another file, such as PNG or JPEG.",
    "reason.a_picture_unreadable": "Oxen couldn't open one of your pictures. Use another file, such as PNG or JPEG.",
    "reason.picture_too_small": "Oxen says that {picture} is too small. Use one with at least {side} × {side} pixels.",
    "reason.a_picture_too_small": "Oxen says that one of your pictures is too small. "
    "Use one with at least {side} × {side} pixels.",
    "reason.picture_too_large": "Oxen says that {picture} is too large. Use a smaller copy.",
    "reason.a_picture_too_large": "Oxen says that one of your pictures is too large. Use a smaller copy.",
    "reason.oxen_timed_out": "Oxen gave up on this video because it took too long. Try again.",
    "reason.oxen_busy": "Oxen was too busy to make this video. Try again later.",
}
