"""The custom ids of buttons: they say what a button does and for which job, also after a restart."""

from __future__ import annotations

from typing import Final

JOB_ID: Final = r"(?P<job>[0-9a-f]{16})"
CANCEL: Final = rf"job:cancel:{JOB_ID}"
VIDEOS: Final = rf"job:videos:{JOB_ID}"
ORIGINAL: Final = rf"job:original:{JOB_ID}"
CONTINUE: Final = rf"job:continue:{JOB_ID}"
RUN_AGAIN: Final = rf"job:run:{JOB_ID}"
EDIT: Final = rf"job:edit:{JOB_ID}"
SEND_AGAIN: Final = rf"job:again:{JOB_ID}"
REPORT: Final = rf"job:report:{JOB_ID}"
DELETE_RESULT: Final = rf"job:delete:{JOB_ID}"
ADMIN_CANCEL: Final = rf"admin:cancel:{JOB_ID}"


def cancel_custom_id(job_id: str) -> str:
    """On the status card, and nowhere else: where it is, the card is."""
    return f"job:cancel:{job_id}"


def videos_custom_id(job_id: str) -> str:
    """On the message that tells a job's outcome, and nowhere else: where it is, the outcome was told."""
    return f"job:videos:{job_id}"


def original_custom_id(job_id: str) -> str:
    """Under a copy that was made to fit."""
    return f"job:original:{job_id}"


def continue_custom_id(job_id: str) -> str:
    """Under every video."""
    return f"job:continue:{job_id}"


def run_custom_id(job_id: str) -> str:
    """Under every outcome: the same once more."""
    return f"job:run:{job_id}"


def edit_custom_id(job_id: str) -> str:
    """Under every outcome: the form, filled with what was sent."""
    return f"job:edit:{job_id}"


def again_custom_id(job_id: str) -> str:
    """On a list of one's videos, beside one that no place took."""
    return f"job:again:{job_id}"


def report_custom_id(job_id: str) -> str:
    """Under every result: tell the server's admins and the operator of it."""
    return f"job:report:{job_id}"


def delete_result_custom_id(job_id: str) -> str:
    """Under every result: have its message deleted."""
    return f"job:delete:{job_id}"


def admin_cancel_custom_id(job_id: str) -> str:
    """On an admin's list of running videos, beside each."""
    return f"admin:cancel:{job_id}"


FRAME: Final = r"frame:use(?::[0-9a-f]{16})?"
"""Under a last frame that was posted: the form, with the frame as ``@Image1``. None is posted any more."""


PENDING: Final = r"pending:(?P<what>make|edit):(?P<pending>[0-9a-f]{16})"


def pending_custom_id(what: str, pending_id: str) -> str:
    """Under a private note about a request that was not taken yet: ``make`` or ``edit``."""
    return f"pending:{what}:{pending_id}"


DRAFT_ONE: Final = r"draft:(?P<what>up|remove):(?P<digest>[0-9a-f]{16})"
DRAFT_ALL: Final = r"draft:(?P<what>make|clear)"
DRAFT_MAKE: Final = "draft:make"
DRAFT_CLEAR: Final = "draft:clear"


def draft_custom_id(what: str, digest: str) -> str:
    """Beside a picture of a draft, which is known by its digest: ``up`` or ``remove``."""
    return f"draft:{what}:{digest[:16]}"


HELP_PAGE: Final = r"help:(?P<page>start|images|quota|commands)"
HELP_MAKE: Final = "help:make"
HELP_TRY: Final = r"help:try:(?P<example>[a-z_]+)"


def help_page_custom_id(page: str) -> str:
    """Under the help: ``images``, ``quota`` or ``commands``; under a welcome ``start``, the help itself."""
    return f"help:{page}"


def help_try_custom_id(example: str) -> str:
    """Beside an example: the form, filled with it."""
    return f"help:try:{example}"


SETUP: Final = r"setup:(?P<what>channels|notices|daily|budget|moderation|language)"
SETUP_DONE: Final = "setup:done"


def setup_custom_id(what: str) -> str:
    """A list on the card of ``/admin setup``, named by what it is for."""
    return f"setup:{what}"
