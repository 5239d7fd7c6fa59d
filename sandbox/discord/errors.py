"""Discord's refusals, as it words them, and the record of what a bot did to earn one.

Codes: Discord documentation, page "Opcodes and Status Codes", JSON error codes.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer other than success.

    `avoidable` tells a mistake (a body Discord would never take) from bad luck (a channel deleted meanwhile).
    """

    def __init__(
        self, status: int, code: int, message: str, errors: Json | None = None, *, avoidable: bool = False
    ) -> None:
        super().__init__(f"{status} {code}: {message}" + (f" {errors}" if errors else ""))
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.avoidable = avoidable

    def body(self) -> Json:
        """The JSON answer."""
        answer: Json = {"message": self.message, "code": self.code}
        if self.errors:
            answer["errors"] = self.errors
        return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that Discord refused: where, with what code, and why."""

    where: str
    code: int
    reason: str
    avoidable: bool


@dataclass(slots=True)
class Violations:
    """All refusals so far, in order."""

    entries: list[Violation] = field(default_factory=list)

    def add(self, where: str, code: int, reason: str, *, avoidable: bool) -> None:
        """Remember one."""
        self.entries.append(Violation(where=where, code=code, reason=reason, avoidable=avoidable))


def invalid(path: str, code: str, message: str) -> ApiError:
    """50035 for the field at `path` ("components.0.label"; "" is the whole body)."""
    errors: Json = {"_errors": [{"code": code, "message": message}]}
    for key in reversed([part for part in path.split(".") if part]):
        errors = {key: errors}
    return ApiError(400, 50035, "Invalid Form Body", errors, avoidable=True)


def required(path: str) -> ApiError:
    """50035 for a field that is missing."""
    return invalid(path, "BASE_TYPE_REQUIRED", "This field is required")


def bad_length(path: str, low: int, high: int) -> ApiError:
    """50035 for a text or list that is too short or too long."""
    return invalid(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def wrong_type(path: str, wanted: str) -> ApiError:
    """50035 for a value of the wrong type or outside its set."""
    return invalid(path, "BASE_TYPE_CHOICES", f"Value must be {wanted}.")


REFUSALS: dict[int, tuple[int, str]] = {
    10003: (404, "Unknown Channel"),
    10008: (404, "Unknown Message"),
    10062: (404, "Unknown interaction"),
    20009: (400, "Explicit content cannot be sent to the desired recipient(s)"),
    20016: (429, "This action cannot be performed due to slowmode rate limit"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50083: (400, "Thread is archived"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    200000: (400, "Message was blocked by automatic moderation"),
    200001: (400, "Title was blocked by automatic moderation"),
    240000: (400, "Message blocked by harmful links filter"),
}
"""Status and message of the codes that circumstances, not mistakes, bring about."""


def refusal(code: int) -> ApiError:
    """One of these refusals."""
    status, message = REFUSALS[code]
    return ApiError(status, code, message)


def unknown(what: str) -> ApiError:
    """404 for something that does not exist: Channel, Message, Interaction, …"""
    codes = {
        "Channel": 10003,
        "Guild": 10004,
        "Member": 10007,
        "Message": 10008,
        "User": 10013,
        "Webhook": 10015,
        "Interaction": 10062,
        "application command": 10063,
    }
    return ApiError(404, codes[what], f"Unknown {what}")


def missing_access() -> ApiError:
    """403: the channel cannot be seen."""
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    """403: the channel can be seen, but not this be done there."""
    return ApiError(403, 50013, "Missing Permissions")


def too_large() -> ApiError:
    """413: a file, or all of them, over the limit."""
    return ApiError(413, 40005, "Request entity too large")


def text(value: object, path: str, low: int, high: int) -> str:
    """`value` when it is a text of `low` to `high` characters; else 50035."""
    if not isinstance(value, str):
        raise required(path) if value is None else wrong_type(path, "a string")
    if not low <= len(value) <= high:
        raise bad_length(path, low, high)
    return value


def number(value: object, path: str, low: int, high: int) -> int:
    """`value` when it is an integer from `low` to `high`; else 50035."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise required(path) if value is None else wrong_type(path, "an integer")
    if not low <= value <= high:
        raise invalid(path, "NUMBER_TYPE_RANGE", f"int value should be between {low} and {high}.")
    return value


def items(value: object, path: str, low: int, high: int) -> list[Json]:
    """`value` when it is a list of `low` to `high` objects; else 50035."""
    if not isinstance(value, list):
        raise required(path) if value is None else wrong_type(path, "a list")
    if not low <= len(value) <= high:
        raise bad_length(path, low, high)
    for index, entry in enumerate(value):
        if not isinstance(entry, dict):
            raise wrong_type(f"{path}.{index}", "an object")
    return value
