"""Settings that cannot be used: one sentence that names the setting, and status 2."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SettingsError
from sandbox.process import BotProcess

pytestmark = pytest.mark.exhaustive

SECRETS = {"DISCORD_TOKEN": "x", "OXEN_API_KEY": "y"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder to start the bot in, with nothing but the secrets in the environment."""
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    with contextlib.chdir(tmp_path):
        yield tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("OXEN_API_URL", url) for url in ("https://me:s3cret@host", "https://me@host", "https://:s3cret@host")),
        *(("OXEN_API_URL", url) for url in ("https://h?a=1", "https://h/?", "https://h/#a", "https://h:0", "ftp://h")),
        *(("OXEN_API_URL", url) for url in ("h", " ", "https://", "https://h:99999")),
        *(("OXEN_API_URL", url) for url in ("http://oxen.test/api", "http://10.0.0.1", "http://localhost.oxen.test")),
        ("RESULT_HOSTS_ALLOW_PRIVATE", "perhaps"),
        *(("DATABASE_PATH", path) for path in (".", "/", " ", "folder", "/dev/null", "a\tb", "x" * 5000, "\udcff")),
        *(("OXEN_MODEL", text) for text in (" ", "a\nb")),
        ("OXEN_TARGET_NAMESPACE", "a\nb"),
        *(("OPERATOR_CHANNEL_ID", text) for text in ("0", "9223372036854775808", "#videos")),
        *(("RECONCILE_SECONDS", text) for text in ("0", "nan", "inf", "1e-300", "soon")),
        *(("BUDGET_USD_PER_DAY", text) for text in ("NaN", "Infinity", "-1", "$5")),
        *(("QUOTA_DAILY_SECONDS", text) for text in ("-1", "86401", "1.5", " ")),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
        ("DISCORD_TOKEN", "two words"),
        ("OXEN_API_KEY", "schlüssel"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_in_one_sentence_that_does_not_repeat_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    (folder / "folder").mkdir()
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert sentence.startswith(f"{name} is not usable: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "s3cret" not in sentence


@pytest.mark.parametrize("name", ["OXEN_API_URL", "OXEN_MODEL", "DATABASE_PATH", "LOG_LEVEL", "OPERATOR_CHANNEL_ID"])
def test_an_empty_value_is_the_default(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    plain = load_settings()
    monkeypatch.setenv(name, "")
    assert load_settings() == plain


def test_spaces_around_a_value_do_not_count(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "OXEN_API_URL": "https://oxen.test/api/",
        "OXEN_MODEL": "m",
        "OXEN_TARGET_NAMESPACE": "studio",
        "DATABASE_PATH": "a b.sqlite3",
        "LOG_LEVEL": "debug",
    }.items():
        monkeypatch.setenv(name, f"  {value} ")
    settings = load_settings()
    assert (settings.api_url, settings.oxen_model) == ("https://oxen.test/api", "m")
    assert (settings.oxen_target_namespace, settings.log_level) == ("studio", "DEBUG")
    assert settings.database_path == Path("a b.sqlite3")
    monkeypatch.setenv("OXEN_TARGET_NAMESPACE", "  ")
    assert load_settings().oxen_target_namespace is None


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "127.8.8.8", "[::1]:8080", "localhost"])
def test_oxen_may_be_asked_without_encryption_on_this_machine(
    folder: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("OXEN_API_URL", f"http://{host}/api")
    assert load_settings().api_url == f"http://{host}/api"


@pytest.mark.parametrize("content", ["OXEN_MODEL=m\n# schlüssel".encode("latin-1"), b"\xff\xfeO\x00"])
def test_a_file_of_settings_that_is_not_utf_8_is_named(folder: Path, content: bytes) -> None:
    (folder / ".env").write_bytes(content)
    with pytest.raises(SettingsError, match=r"^\.env cannot be read: "):
        load_settings()


async def test_an_address_with_a_password_ends_with_status_2_and_one_sentence(tmp_path: Path) -> None:
    async with BotProcess({**SECRETS, "OXEN_API_URL": "https://me:s3cret@oxen.test"}) as bot:
        assert await bot.exited() == 2
        assert bot.stderr.count("\n") == 1
        assert "OXEN_API_URL is not usable" in bot.stderr
        assert "s3cret" not in bot.output


async def test_a_folder_that_cannot_be_worked_in_ends_with_status_2_and_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3.work").write_text("a file where a folder belongs")
    async with BotProcess({**SECRETS, "DATABASE_PATH": str(tmp_path / "bot.sqlite3")}) as bot:
        assert await bot.exited() == 2
        assert "DATABASE_PATH" in bot.stderr.splitlines()[-1]
        assert "Traceback" not in bot.stderr
