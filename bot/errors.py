"""Every error of the bot, as one tree.

BotError                    has the sentence that a user may read
├── SettingsError           a setting is missing or bad: the process ends with status 2
├── CommandError            a command at the operator's terminal cannot be done
├── RequestError            the request must change before it can be accepted
├── QuotaError              the request is fine, but there is no room for it now
├── RefusedError            a request was refused, and is kept for its user to change or to try again
├── ConsentNeeded           a request brings in what somebody else shares: its user is asked first
├── NotAllowedError         this person may not do that
│   ├── AccessUnknownError  nobody can say now whether they may: try again
│   └── BannedError         the operator has banned them, or the server
├── StaleError              what was pressed is over: made already, or too old
├── AlreadyStartedError     what was pressed was made a moment ago: the press is the same wish again
├── StoppingError           the bot is shutting down and takes nothing new
│   └── DrainingError       the bot finishes what is in the making, then stops
├── StoreError              the database cannot be used
│   ├── StoreBusy           it could not be used in time: nothing was read or written
│   └── IllegalTransition   a job was asked to make a move that its state does not allow
├── OxenError
│   ├── OxenRefused         Oxen answered no: nothing was started
│   │   └── OxenNotFound    Oxen does not know the thing asked for
│   ├── OxenBusy            Oxen answered "later": nothing was started
│   ├── OxenUnreachable     Oxen was not reached: nothing was started
│   └── OxenUncertain       the answer was lost or unreadable: it may have taken effect
├── ResultError             the finished video cannot be fetched, or is not a video
└── ConversationError
    ├── PlaceGone           this place takes no message of ours: try the next one
    ├── MessageGone         the message that was to be changed or read is gone
    ├── FileTooLarge        Discord refused the message for the size of its files
    ├── FileRefused         Discord refused the message for what its files show
    ├── WordsRefused        Discord refused the message for its words or links
    └── DiscordUnavailable  Discord is down or the answer was lost: look, then try again
        └── SlowMode        this place takes few messages: try again, but not for ever
"""

from __future__ import annotations

from enum import StrEnum

from bot.plain_text import without_controls
from bot.text import Text, dump_text, text


class BotError(Exception):
    """Base of all errors here.

    ``user_message`` is what a person may be shown. Where it is ``None`` the error is
    unexpected for users: the edge shows an id instead, and the log has the rest.
    """

    user_message: Text | str | None = None
    came_instead_of_a_video: bool = False
    """Whether somebody asked for a video and got this: then they read what it cost them, which is nothing."""

    def __init__(self, message: str, *, user_message: Text | str | None = None) -> None:
        # Discord's and Oxen's words are in it, and it goes into logs and a job's history.
        super().__init__(without_controls(message))
        if user_message is not None:
            self.user_message = user_message

    @property
    def sentence(self) -> Text:
        """What a person is told of an error that was made to be told: a request, a limit, a right."""
        assert isinstance(self.user_message, Text)
        return self.user_message


class _SpokenError(BotError):
    """An error that is told to the user, in the reader's language. In the log it is its key and its values."""

    def __init__(self, sentence: Text, *, came_instead_of_a_video: bool | None = None) -> None:
        super().__init__(dump_text(sentence), user_message=sentence)
        if came_instead_of_a_video is not None:
            self.came_instead_of_a_video = came_instead_of_a_video


class _TerminalError(BotError):
    """An error that is told to the operator at a terminal, in plain English."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.user_message = sentence


class SettingsError(_TerminalError):
    """A setting is missing or bad; the sentence names it."""


class CommandError(_TerminalError):
    """What a command asks for cannot be done, or cannot be read; the sentence says why."""


class RequestError(_SpokenError):
    """The request must change; the sentence says how."""


class Limit(StrEnum):
    """What has no room for a request."""

    ACCESS = "access"
    DURATION = "duration"
    ACTIVE = "active"
    QUOTA = "quota"
    SERVER_BUDGET = "server_budget"
    SHARE = "share"
    """What the operator lets one server spend."""
    BUDGET = "budget"
    PERSON = "person"
    """What the operator lets one person have, everywhere."""
    PAUSED = "paused"
    """The operator, or Oxen's account, lets nobody make anything now."""
    PRICE = "price"
    """A budget, as long as nobody knows what a video costs."""


class QuotaError(_SpokenError):
    """There is no room for the request now; the sentence says what is left and when there is more."""

    came_instead_of_a_video = True

    def __init__(self, sentence: Text, *, limit: Limit = Limit.QUOTA, can_wait: bool = False) -> None:
        super().__init__(sentence)
        self.limit = limit
        self.can_wait = can_wait
        """Whether there is room for it once others of its user's are done."""


class RefusedError(_SpokenError):
    """There is no room for a request now. It is kept as ``pending_id``, for its user to try again or to change.

    ``can_wait`` says whether it may be made once another video of its user's is done.
    """

    came_instead_of_a_video = True

    def __init__(self, sentence: Text, *, pending_id: str, can_wait: bool = False) -> None:
        super().__init__(sentence)
        self.pending_id = pending_id
        self.can_wait = can_wait


class ConsentNeeded(_SpokenError):  # noqa: N818 - a question
    """A request brings in what somebody else shares. It is kept as ``pending_id`` until its user agrees."""

    def __init__(self, sentence: Text, *, pending_id: str) -> None:
        super().__init__(sentence)
        self.pending_id = pending_id


class NotAllowedError(_SpokenError):
    """This person may not do that; the sentence says who may."""


class AccessUnknownError(NotAllowedError):
    """Discord does not say now whether this person may."""


class BannedError(NotAllowedError):
    """The operator has banned this person or this server: nothing is said where others read it."""


class StaleError(_SpokenError):
    """What was pressed is over."""

    came_instead_of_a_video = True

    def __init__(self) -> None:
        super().__init__(text("error.request_over"))


class AlreadyStartedError(_SpokenError):
    """A press that pays came again within moments, or what it is for was made already."""

    def __init__(self) -> None:
        super().__init__(text("error.already_started"))


class StoppingError(_SpokenError):
    """The bot is shutting down."""

    def __init__(self) -> None:
        super().__init__(text("error.restarting"))


class DrainingError(StoppingError):
    """The bot finishes what is in the making, and takes nothing new."""

    came_instead_of_a_video = True

    def __init__(self) -> None:
        _SpokenError.__init__(self, text("error.draining"))


class StoreError(BotError):
    """The database cannot be used as it is."""


class StoreBusy(StoreError):  # noqa: N818
    """The database could not be used in time by somebody who waits, so what they asked for was not done."""

    def __init__(self) -> None:
        super().__init__("the database is busy", user_message=text("error.busy"))


class IllegalTransition(StoreError):  # noqa: N818 - the name is the design's word
    """A job was asked to make a move that its state does not allow."""


class OxenError(BotError):
    """Base of what can go wrong between the bot and Oxen."""


class OxenRefused(OxenError):  # noqa: N818
    """Oxen answered with a refusal, so nothing was started. ``reason`` is Oxen's own sentence."""

    def __init__(self, reason: str, *, status: int) -> None:
        super().__init__(f"Oxen refused ({status}): {reason}")
        self.reason = reason
        self.status = status


class OxenNotFound(OxenRefused):
    """Oxen does not know the generation or the model."""


class OxenBusy(OxenError):  # noqa: N818
    """Oxen asked to wait (429). ``retry_after`` is in seconds, ``None`` where Oxen did not say."""

    def __init__(self, retry_after: float | None) -> None:
        super().__init__(f"Oxen is rate limiting (retry after {retry_after})")
        self.retry_after = retry_after


class OxenUnreachable(OxenError):  # noqa: N818
    """Oxen was not reached, so nothing was started: no connection, or somebody on the road does not know it (404)."""


class OxenUncertain(OxenError):  # noqa: N818
    """The request may have taken effect: its answer was lost, a 5xx, or unreadable.

    ``is_settled`` says that Oxen itself is done with the request: it has taken effect by now, or never will.
    Else it may still be on its way.
    """

    def __init__(self, message: str, *, is_settled: bool = False) -> None:
        super().__init__(message)
        self.is_settled = is_settled


class ResultError(BotError):
    """The finished video cannot be fetched, is larger than the cap, or is not a video.

    ``retryable`` says whether asking again later may help.
    """

    def __init__(self, message: str, *, retryable: bool) -> None:
        super().__init__(message)
        self.retryable = retryable


class JoinFailed(BotError):  # noqa: N818
    """Nothing comes of joining the shots of a story; why, for its user."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.key)
        self.reason = reason


class ConversationError(BotError):
    """Base of what can go wrong when talking in a conversation."""


class PlaceGone(ConversationError):  # noqa: N818
    """This place takes no message of ours (deleted, locked, forbidden)."""


class FileTooLarge(ConversationError):  # noqa: N818
    """Discord refused the message for the size of its files (413 or 40005)."""


class MessageGone(ConversationError):  # noqa: N818
    """The message is not there any more."""


class FileRefused(ConversationError):  # noqa: N818
    """Discord refused the message for what its files show: explicit content."""


class WordsRefused(ConversationError):  # noqa: N818
    """Discord refused a message or a title for its words, or for a link: automatic moderation."""


class DiscordUnavailable(ConversationError):  # noqa: N818
    """Discord could not be reached, or its answer was lost: the message may be there."""


class SlowMode(DiscordUnavailable):
    """This place takes so few messages that this one has to wait."""
