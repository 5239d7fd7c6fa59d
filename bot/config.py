"""The settings: read once at the start, from the environment or ``.env``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from ipaddress import ip_address
from itertools import chain
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.public_web import parse_address
from bot.redaction import secrets_of_address
from bot.secret_files import exposure_of, read_secret
from bot.word_file import read_words

_ENV_FILE: Final = Path(".env")
_MOST_MODELS: Final = 100
_SECRETS: Final = ("discord_token", "oxen_api_key")


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


def _fits_a_header(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be one word of plain characters")
    return value


def _is_a_base(value: HttpUrl) -> HttpUrl:
    if value.username or value.password or value.query is not None or value.fragment is not None:
        raise ValueError("must be an address alone, without a user, a question mark or a fragment")
    if not value.port:
        raise ValueError("must have a port above 0")
    if value.scheme == "http" and not _is_this_machine((value.host or "").strip("[]")):
        raise ValueError("must be https, for the key goes there; http is for this machine alone, 127.0.0.1 say")
    return value


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_a_webhook(value: SecretStr | None) -> SecretStr | None:
    """The address of a webhook is a secret itself, so it is checked without being shown."""
    if value is None or not value.get_secret_value().strip():
        return None
    try:
        url = HttpUrl(value.get_secret_value().strip())
    except ValidationError:
        raise ValueError("must be an http or https address") from None
    if url.username or url.password:
        raise ValueError("must be an address without a user and a password")
    if url.scheme == "http" and not _is_this_machine((url.host or "").strip("[]")):
        raise ValueError("must be https; http is for this machine alone, 127.0.0.1 say")
    return SecretStr(str(url))


def _is_plain_text(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of plain characters")
    return value


def _names_models(value: str) -> str:
    if len(value.split(",")) > _MOST_MODELS:
        raise ValueError(f"must name at most {_MOST_MODELS} models")
    return value


def _can_be_a_file(value: Path) -> Path:
    if not str(value).isprintable():
        raise ValueError("must be a path of plain characters")
    try:
        is_other = value.exists() and not value.is_file()
    except OSError as error:
        raise ValueError(f"must be a path that can be used ({error.strerror})") from error
    if is_other:
        raise ValueError("must be a file, and that is a folder or something else")
    return value


def _can_be_a_folder(value: Path | None) -> Path | None:
    if value is None:
        return None
    if not str(value).isprintable():
        raise ValueError("must be a path of plain characters")
    try:
        is_other = value.exists() and not value.is_dir()
    except OSError as error:
        raise ValueError(f"must be a path that can be used ({error.strerror})") from error
    if is_other:
        raise ValueError("must be a folder, and that is something else")
    return value


def _holds_words(value: Path | None) -> Path | None:
    if value is not None:
        read_words(value)
    return value


def _is_a_service(value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
    if value is None:
        return None
    try:
        url = parse_address(value.get_secret_value())
    except ValueError:
        raise ValueError("must be an https address") from None
    if url.scheme != "https" and not info.data.get("moderation_allow_private"):
        raise ValueError("must be https, or MODERATION_ALLOW_PRIVATE=true where it is beside the bot")
    return value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _none_is_none(value: object) -> object:
    return None if isinstance(value, str) and value.strip().lower() == "none" else value


def _names_servers(value: str) -> str:
    """``owner``, ``anyone``, or ids with commas between them."""
    words = value.replace(",", " ").split()
    if words in (["owner"], ["anyone"]):
        return words[0]
    if not words or not all(word.isascii() and word.isdecimal() and 0 < int(word) < 2**63 for word in words):
        raise ValueError("must be owner, anyone, or the ids of servers with commas between them")
    return ",".join(dict.fromkeys(words))


def _is_set_for_anyone(value: Decimal | None, info: ValidationInfo) -> Decimal | None:
    if value is None and info.data.get("servers") == "anyone":
        raise ValueError("must be set where SERVERS is anyone: else a stranger's server can spend all of the budget")
    return value


@dataclass(frozen=True, slots=True)
class _Unusable:
    """Stands for a secret's file that cannot be used, until its own field says why."""

    why: str


def _is_usable(value: object) -> object:
    if isinstance(value, _Unusable):
        raise ValueError(value.why)  # noqa: TRY004 - what pydantic turns into a sentence
    return _blank_is_none(value)


def _secret_in(file: object, given: object, name: str) -> SecretStr | _Unusable:
    """The secret of this name from its file; ``given`` is what was set beside it."""
    if given:
        return _Unusable(f"must not be set beside {name.upper()}: keep one of the two")
    try:
        return _fits_a_header(SecretStr(read_secret(Path(str(file).strip()))))
    except ValueError as error:
        return _Unusable(str(error))


PlainText = Annotated[str, AfterValidator(_is_plain_text)]
Secret = Annotated[SecretStr, BeforeValidator(_strip), AfterValidator(_fits_a_header)]
SecretFile = Annotated[Path | None, BeforeValidator(_is_usable)]
Upper = BeforeValidator(lambda value: value.strip().upper() if isinstance(value, str) else value)
Lower = BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value)


class Settings(BaseSettings):
    """What an operator can set. The description of each is what the README's table says."""

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, extra="ignore", env_ignore_empty=True, frozen=True, str_strip_whitespace=True
    )

    discord_token: Secret = Field(description="The bot's token, from Discord's developer portal. Secret.")
    oxen_api_key: Secret = Field(description="The key of the Oxen account that pays. Secret.")
    discord_token_file: SecretFile = Field(
        default=None, description="A file that holds the bot's token, in the place of `DISCORD_TOKEN`."
    )
    oxen_api_key_file: SecretFile = Field(
        default=None, description="A file that holds the Oxen key, in the place of `OXEN_API_KEY`."
    )
    oxen_api_url: Annotated[HttpUrl, AfterValidator(_is_a_base)] = Field(
        default=HttpUrl("https://hub.oxen.ai/api"), description="Where the Oxen API is."
    )
    oxen_model: PlainText = Field(
        default="kling-video-o1-reference-to-video", min_length=1, description="The model that makes the videos."
    )
    oxen_models: Annotated[PlainText, AfterValidator(_names_models)] = Field(
        default="default",
        min_length=1,
        description="The models that users may choose from: `default` (`OXEN_MODEL` alone), ids with commas between, "
        "or `favorites` of the Oxen account.",
    )
    oxen_image_models: Annotated[PlainText, AfterValidator(_names_models)] = Field(
        default="",
        description="The models that `/image` makes pictures with, ids with commas between; the command is off where"
        " empty.",
    )
    oxen_target_namespace: Annotated[PlainText | None, BeforeValidator(_blank_is_none)] = Field(
        default=None, description="The Oxen namespace that stores and pays; the key's own user where empty."
    )
    database_path: Annotated[Path, BeforeValidator(_strip), AfterValidator(_can_be_a_file)] = Field(
        default=Path("data/bot.sqlite3"), description="The SQLite file; its folder is made where it is missing."
    )
    quota_daily_seconds: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description="Seconds of video a user may have made a day, where no admin set others.",
    )
    quota_monthly_seconds: int | None = Field(
        default=None, ge=0, le=10_000_000, description="The same a month; no limit where empty."
    )
    max_active_jobs_per_user: int = Field(
        default=2, ge=1, le=100, description="Videos a user may have in the making at once, per server."
    )
    max_commands_per_minute: int = Field(
        default=120,
        ge=1,
        le=10_000,
        description="Commands, presses and mentions of a user that are taken in a minute; half of them in ten seconds.",
    )
    servers: Annotated[str, Lower, AfterValidator(_names_servers)] = Field(
        default="owner",
        description="Where the bot works: `owner` (servers that the application's owner or its team is in), `anyone`,"
        " or ids of servers.",
    )
    budget_usd_per_day: Annotated[Decimal | None, BeforeValidator(_none_is_none)] = Field(
        default=Decimal(20),
        ge=0,
        le=1_000_000,
        description="Dollars that all servers together may spend a UTC day; `none` lifts it.",
    )
    budget_usd_per_month: Annotated[Decimal | None, BeforeValidator(_none_is_none)] = Field(
        default=None, ge=0, le=10_000_000, description="Dollars that all servers together may spend a month."
    )
    server_budget_usd_per_day: Annotated[
        Decimal | None, BeforeValidator(_none_is_none), AfterValidator(_is_set_for_anyone)
    ] = Field(
        default=None,
        ge=0,
        le=1_000_000,
        validate_default=True,
        description="Dollars of the day's for each server, and for direct messages as if they were one;"
        " `SERVERS=anyone` needs it.",
    )
    max_daily_seconds_per_user: int = Field(
        default=600,
        ge=0,
        le=10_000_000,
        description="Seconds of video one person may have a UTC day, everywhere, whatever admins set or grant.",
    )
    min_account_age_days: int = Field(
        default=0, ge=0, le=36_500, description="Days that somebody's Discord account must be old."
    )
    operator_channel_id: int | None = Field(
        default=None,
        ge=1,
        lt=2**63,
        description="The Discord channel that is told what the operator must know: budgets, prices, new servers.",
    )
    retention_days: int = Field(
        default=90, ge=1, le=36_500, description="Days after which prompts and finished videos are forgotten."
    )
    max_saved_elements: int = Field(
        default=20, ge=0, le=1_000, description="Elements a user may keep under a name, over all servers."
    )
    blocked_words_file: Annotated[Path | None, BeforeValidator(_blank_is_none), AfterValidator(_holds_words)] = Field(
        default=None, description="A file with words that no prompt may hold anywhere, one a line; none where empty."
    )
    moderation_allow_private: bool = Field(
        default=False,
        description="Lets `MODERATION_URL` be at any address and over http: beside it, say. Else https and public.",
    )
    moderation_url: Annotated[SecretStr | None, BeforeValidator(_blank_is_none), AfterValidator(_is_a_service)] = Field(
        default=None,
        description="A service that is asked about each prompt and its pictures (docs/moderation.md); none if empty.",
    )
    moderation_on_failure: Annotated[Literal["closed", "open"], Lower] = Field(
        default="closed", description="Where it gives no answer: `closed` makes no video, `open` makes it unjudged."
    )
    moderation_timeout_seconds: float = Field(
        default=10, gt=0, le=120, description="Seconds that it may take for an answer."
    )
    max_saved_mb_per_user: int = Field(
        default=50, ge=1, le=100_000, description="Megabytes that a user's saved elements and collected pictures take."
    )
    max_saved_mb: int = Field(
        default=2_000, ge=1, le=10_000_000, description="Megabytes that those of all users take together."
    )
    privacy_url: Annotated[HttpUrl | None, BeforeValidator(_blank_is_none)] = Field(
        default=None,
        description="Your privacy page (a text to adapt is in docs/privacy.md); the `privacy` command links to it.",
    )
    terms_url: Annotated[HttpUrl | None, BeforeValidator(_blank_is_none)] = Field(
        default=None,
        description="Your terms (a text to adapt is in docs/terms.md); the `privacy` command links to them.",
    )
    reconcile_seconds: float = Field(
        default=60,
        ge=0.05,
        le=3_600,
        description="Seconds between two looks at Oxen's queue for what the stream missed.",
    )
    stream_silence_seconds: float = Field(
        default=45, gt=0, le=3_600, description="Seconds of silence after which the event stream counts as broken."
    )
    job_timeout_seconds: int = Field(
        default=3_600, ge=1, le=86_400, description="Seconds after which a video that is not done is given up."
    )
    max_result_mb: int = Field(
        default=512, ge=1, le=10_240, description="The largest finished video that is fetched, in MiB."
    )
    result_hosts_allow_private: bool = Field(
        default=False,
        description="For sandboxes alone: fetch videos and pictures from any address, this machine's too.",
    )
    video_workers: int | None = Field(
        default=None, ge=1, le=64, description="Videos made smaller at once; all cores but one where empty."
    )
    fit_deadline_seconds: float = Field(
        default=60, ge=5, le=900, description="Seconds that making a video smaller may take."
    )
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Upper] = Field(
        default="INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR."
    )
    log_format: Annotated[Literal["console", "json"], Lower] = Field(
        default="console", description="How it is logged: `console` for people, `json` for machines."
    )
    backup_dir: Annotated[Path | None, BeforeValidator(_blank_is_none), AfterValidator(_can_be_a_folder)] = Field(
        default=None, description="The folder for a backup a night; no backups are made where empty."
    )
    backup_keep: int = Field(
        default=7, ge=1, le=10_000, description="How many of those backups are kept; older ones are removed."
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="The port for metrics and health over HTTP; none where empty."
    )
    metrics_host: PlainText = Field(
        default="127.0.0.1", min_length=1, description="The address that this port is opened on."
    )

    alert_webhook_url: Annotated[SecretStr | None, AfterValidator(_is_a_webhook)] = Field(
        default=None,
        description="A webhook (of Discord or Slack, say) that is told when something is wrong, and when it is over. "
        "Secret.",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: object) -> object:
        """Put what a secret's file holds in the secret's place."""
        if not isinstance(values, dict):
            return values
        values = dict(values)
        for name in _SECRETS:
            file = values.get(f"{name}_file")
            if not isinstance(file, str | Path) or not str(file).strip():
                continue
            found = _secret_in(file, values.get(name), name)
            values[name if isinstance(found, SecretStr) else f"{name}_file"] = found
        return values

    @property
    def warnings(self) -> list[str]:
        """What is set in a way that somebody else could make use of, a sentence each."""
        files = (_ENV_FILE, self.discord_token_file, self.oxen_api_key_file)
        found = [warning for file in files if file is not None and (warning := exposure_of(file)) is not None]
        if self.result_hosts_allow_private:
            found.append(
                "RESULT_HOSTS_ALLOW_PRIVATE is on: videos and pictures are fetched from any address, "
                "this machine's and its network's too. It is for sandboxes alone"
            )
        if self.servers == "anyone":
            found.append(
                "SERVERS is anyone: the bot works in every server that somebody adds it to, "
                f"each with up to ${self.server_budget_usd_per_day} a day"
            )
        if self.budget_usd_per_day is None:
            found.append(
                "BUDGET_USD_PER_DAY is none: there is no ceiling over what a day may cost"
                + ("" if self.budget_usd_per_month is None else ", but that of BUDGET_USD_PER_MONTH")
            )
        return found

    @property
    def model_ids(self) -> tuple[str, ...]:
        """The models that ``OXEN_MODELS`` names, the default first; where it says ``favorites``, that one alone."""
        named = () if self.oxen_models in ("default", "favorites") else self.oxen_models.split(",")
        return tuple(dict.fromkeys((self.oxen_model, *filter(None, map(str.strip, named)))))

    @property
    def image_model_ids(self) -> tuple[str, ...]:
        """The models that ``OXEN_IMAGE_MODELS`` names, the one that is used when none is chosen first."""
        return tuple(dict.fromkeys(filter(None, map(str.strip, self.oxen_image_models.split(",")))))

    @property
    def offers_favorites(self) -> bool:
        """Whether users may choose from the favorites of the Oxen account."""
        return self.oxen_models == "favorites"

    @property
    def server_ids(self) -> frozenset[int] | None:
        """The ids in ``SERVERS``; ``None`` where it has a word instead."""
        return frozenset(map(int, self.servers.split(","))) if self.servers[:1].isdecimal() else None

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be shown nowhere."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        secrets = {name: one.get_secret_value() for name, one in fields.items() if isinstance(one, SecretStr)}
        addresses = [secrets_of_address(one) for name, one in secrets.items() if name.endswith("_url")]
        return (*secrets.values(), *chain.from_iterable(addresses))

    @property
    def api_url(self) -> str:
        """The API's base address, without a slash at its end."""
        return str(self.oxen_api_url).rstrip("/")


def load_settings() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: with one sentence that names every setting that is missing or bad.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None
    except UnicodeDecodeError:
        raise SettingsError(".env cannot be read: it must be a text in UTF-8.") from None
    except OSError as error:
        raise SettingsError(f".env cannot be read: {error.strerror}.") from None


def _clause(message: str) -> str:
    """pydantic's words as the rest of a sentence: they begin with "should", but for those about a URL's scheme."""
    return f"it {message}" if message.startswith(("should", "must")) else f"its {message}"


def _sentence(error: ValidationError) -> str:
    missing, bad = [], []
    for problem in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(problem["loc"][0]).upper()
        if problem["type"] == "missing":
            missing.append(name)
        else:
            message = problem["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
            bad.append(f"{name} is not usable: {_clause(message)}")
    missing = [name for name in missing if not any(clause.startswith(f"{name}_FILE ") for clause in bad)]
    if missing:
        verb = "is" if len(missing) == 1 else "are"
        bad.insert(
            0, f"{' and '.join(missing)} {verb} not set: put it in the environment or in .env (see .env.example)"
        )
    return "; ".join(bad) + "."
