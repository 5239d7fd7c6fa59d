"""The custom ids of buttons: they say what a button does and for which job, also after a restart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_JOB_ID: Final = r"(?P<job>[0-9a-f]{16})"


@dataclass(frozen=True, slots=True)
class JobCustomId:
    """The custom id of a button of a job: ``template`` is the pattern that finds it, ``of`` makes it."""

    prefix: str

    @property
    def template(self) -> str:
        """The pattern that every such id matches."""
        return f"{self.prefix}:{_JOB_ID}"

    def of(self, job_id: str) -> str:
        """The id for a job."""
        return f"{self.prefix}:{job_id}"


CANCEL: Final = JobCustomId("job:cancel")
"""On the status card, and nowhere else: where it is, the card is."""
VIDEOS: Final = JobCustomId("job:videos")
"""On the message that tells that there is no video; before there was a menu, on every outcome."""
MENU: Final = JobCustomId("job:menu")
"""On the message with a video: shows whatever its buttons do not do. Earlier versions had a list there."""
ORIGINAL: Final = JobCustomId("job:original")
"""Under a copy that was made to fit."""
CONTINUE: Final = JobCustomId("job:continue")
"""Under every video."""
RUN_AGAIN: Final = JobCustomId("job:run")
"""Under every outcome: the same once more."""
EDIT: Final = JobCustomId("job:edit")
"""Under every outcome: the workbench, with what was sent."""
SEND_AGAIN: Final = JobCustomId("job:again")
"""On a list of one's videos, beside one that no place took."""
REPORT: Final = JobCustomId("job:report")
"""Under every result: tell the server's admins and the operator of it."""
DELETE_RESULT: Final = JobCustomId("job:delete")
"""Under every result: have its message deleted."""
USE_PICTURE: Final = JobCustomId("job:use")
"""Under a picture that was made: the form, with the picture as ``@Image1``."""
PICK_TAKE: Final = JobCustomId("job:pick")
"""Under another take of a shot: use it in the story."""
JOIN: Final = JobCustomId("job:join")
"""Where a story is shown: make one video of its shots."""
REFERENCES: Final = JobCustomId("job:references")
"""Beside a video of one's own: the form, with its references."""
DELETE_JOINED: Final = JobCustomId("join:delete")
"""Under a joined video of an earlier version: have its message deleted."""
JOINED_MENU: Final = JobCustomId("join:more")
"""Under a joined video: shows what else can be done with it."""
JOINED_COPY: Final = JobCustomId("join:copy")
"""On the second message about a joined video, and nowhere else: the same."""
_DELEGATE: Final = "(?P<delegate>:delegate)?"
"""Whether its message was for somebody who may use ``/admin`` without managing the server."""
ADMIN_CANCEL: Final = rf"admin:cancel:{_JOB_ID}{_DELEGATE}"


def admin_cancel_custom_id(job_id: str, *, is_delegate: bool = False) -> str:
    """On an admin's list of running videos, beside each."""
    return f"admin:cancel:{job_id}{_delegate(is_delegate)}"


def _delegate(is_delegate: bool) -> str:  # noqa: FBT001 - its name says it
    return ":delegate" if is_delegate else ""


OPERATOR_JOB: Final = rf"operator:(?P<what>history|resume|resend|fail):{_JOB_ID}"


def operator_job_custom_id(what: str, job_id: str) -> str:
    """On the operator's list of videos, under each: ``history``, ``resume``, ``resend`` or ``fail``."""
    return f"operator:{what}:{job_id}"


COPY: Final = JobCustomId("job:copy")
"""On the second message about a video, in its channel, and nowhere else: the same."""
OUTCOME_MARKS: Final = (MENU, VIDEOS)
"""One of them is on the message that tells a job's outcome, and nowhere else: where it is, the outcome was told."""

RESULT_CHOICE: Final = rf"job:choice:(?P<what>original|videos|share|spoiler|delete|report):{_JOB_ID}"
"""On what is shown in private behind ``MENU`` and ``COPY``: one thing to do with a result."""


def result_choice_custom_id(what: str, job_id: str) -> str:
    """The id for one thing to do with a job's result."""
    return f"job:choice:{what}:{job_id}"


JOINED_CHOICE: Final = rf"join:choice:(?P<what>share|spoiler|report|delete):{_JOB_ID}"
"""On what is shown in private behind ``JOINED_MENU`` and ``JOINED_COPY``: one thing to do with a joined video."""


def joined_choice_custom_id(what: str, join_id: str) -> str:
    """The id for one thing to do with a joined video."""
    return f"join:choice:{what}:{join_id}"


FRAME: Final = r"frame:use(?::[0-9a-f]{16})?"
"""Under a last frame that was posted: the form, with the frame as ``@Image1``. None is posted any more."""


PENDING: Final = r"pending:(?P<what>make|edit|wait):(?P<pending>[0-9a-f]{16})"


def pending_custom_id(what: str, pending_id: str) -> str:
    """Under a private note about a request that was not taken yet: ``make``, ``edit`` or ``wait``."""
    return f"pending:{what}:{pending_id}"


WAITING: Final = r"waiting:cancel:(?P<waiting>[0-9a-f]{16})"


def waiting_custom_id(waiting_id: str) -> str:
    """Beside a request that waits for its turn: take it out of the queue."""
    return f"waiting:cancel:{waiting_id}"


_WORKBENCH: Final = r"(?P<pending>[0-9a-f]{16}):(?P<page>[0-9]{1,2}|options)"
WORKBENCH: Final = (
    rf"workbench:(?P<what>make|prompt|add|last|page|up|remove|fix):{_WORKBENCH}(?::(?P<which>[a-z0-9-]{{1,40}}))?"
)
WORKBENCH_CHOICE: Final = rf"workbench-choice:(?P<what>model|length|shape|count|spoiler|camera|look|saved):{_WORKBENCH}"


def workbench_custom_id(what: str, pending_id: str, page: str, which: str | None = None) -> str:
    """On the workbench of a request; ``page`` is the one that is shown afterwards, ``which`` a reference or a name."""
    return ":".join(["workbench", what, pending_id, page, *([] if which is None else [which])])


def workbench_choice_custom_id(what: str, pending_id: str, page: str) -> str:
    """A list on the workbench of a request, named by what it is for."""
    return f"workbench-choice:{what}:{pending_id}:{page}"


DRAFT: Final = r"draft:(?:(?:up|remove):[0-9a-f]{16}|make|clear)"
"""Under collected pictures. None is posted any more."""


HELP_PAGE: Final = r"help:(?P<page>start|images|quota|commands)"
HELP_MAKE: Final = "help:make"
HELP_TRY: Final = r"help:try:(?P<example>[a-z_]+)"


def help_page_custom_id(page: str) -> str:
    """Under the help: ``images``, ``quota`` or ``commands``; under a welcome ``start``, the help itself."""
    return f"help:{page}"


def help_try_custom_id(example: str) -> str:
    """Beside an example: the form, filled with it."""
    return f"help:try:{example}"


SETUP: Final = rf"setup:(?P<what>channels|notices|daily|budget|moderation|language){_DELEGATE}"
SETUP_DONE: Final = rf"setup:done{_DELEGATE}"


def setup_custom_id(what: str, *, is_delegate: bool = False) -> str:
    """On the card of ``/admin setup``: a list, named by what it is for, or ``done``."""
    return f"setup:{what}{_delegate(is_delegate)}"


VIDEO_LIST: Final = (
    r"videos:(?P<what>page|group|story|open):(?P<page>\d{1,4}):(?P<group>[druf]?):(?P<story>(?:[0-9a-f]{16})?)"
    r":(?P<element>\d{0,12}):(?P<model>(?:[0-9a-f]{8})?):(?P<search>.*)"
)
"""On the list of one's videos: which of them to show, whole, so that the list outlives a restart."""
