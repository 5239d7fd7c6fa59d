"""What buttons say: at most 80 characters, better 25."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cogs.ui.texts.message import Plural

MESSAGES: Final[Mapping[str, str | Plural]] = {
    "button.cancel": "Cancel",
    "button.run_again": "Again · {seconds}\u00a0s",
    "button.edit_again": "Edit",
    "button.my_videos": "My videos",
    "button.send_here": "Send here",
    "button.last_frame": "Continue",
    "button.download": "Download",
    "button.open_video": "Open video",
    "button.open_original": "Open original",
    "button.move_up": "Move up",
    "button.remove": "Remove",
    "button.job_history": "History",
    "button.job_resume": "Resume",
    "button.job_resend": "Send again",
    "button.job_fail": "Fail",
}
