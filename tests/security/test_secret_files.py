"""Secrets from files, and files with secrets that others can read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SettingsError
from sandbox.process import BotProcess


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to start the bot in, with a file for each secret that only its owner can read, and nothing set."""
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), "")
    write(tmp_path / "token", "token-of-the-bot\n")
    write(tmp_path / "key", "  key-of-the-bot\r\n")
    with contextlib.chdir(tmp_path):
        yield tmp_path


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that has this mode, whatever the umask."""
    path.write_text(text)
    path.chmod(mode)


def refusal() -> str:
    """The sentence with which the settings are refused."""
    with pytest.raises(SettingsError) as caught:
        load_settings()
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_both_secrets_can_be_in_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN_FILE", str(folder / "token"))
    monkeypatch.setenv("OXEN_API_KEY_FILE", " key ")
    settings = load_settings()
    assert settings.discord_token.get_secret_value() == "token-of-the-bot"
    assert settings.oxen_api_key.get_secret_value() == "key-of-the-bot"
    assert settings.warnings == []


def test_the_files_can_be_named_in_the_file_of_settings(folder: Path) -> None:
    write(folder / ".env", "DISCORD_TOKEN=\nDISCORD_TOKEN_FILE=token\nOXEN_API_KEY=plain\n")
    settings = load_settings()
    assert settings.discord_token.get_secret_value() == "token-of-the-bot"
    assert settings.oxen_api_key.get_secret_value() == "plain"


def test_a_secret_that_is_set_in_both_ways_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", "s3cret")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    monkeypatch.setenv("OXEN_API_KEY", "y")
    sentence = refusal()
    assert sentence.startswith("DISCORD_TOKEN_FILE is not usable: it must not be set beside DISCORD_TOKEN")
    assert "s3cret" not in sentence


@pytest.mark.parametrize(
    "content", ["", " \n", "s3cret two", "s3cret\ntwo", "schl\u00fcssel", "s3cret\0", "x" * 100_000]
)
def test_a_file_that_holds_no_secret_is_refused_without_showing_what_it_holds(
    folder: Path, monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    write(folder / "token", content)
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    monkeypatch.setenv("OXEN_API_KEY", "y")
    sentence = refusal()
    assert sentence.startswith("DISCORD_TOKEN_FILE is not usable: it must be ")
    assert "s3cret" not in sentence


@pytest.mark.parametrize("path", ["missing", ".", "pipe", "/dev/zero", "/dev/null", "x" * 5_000])
def test_what_is_no_file_to_read_is_refused_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    os.mkfifo(folder / "pipe")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", path)
    sentence = refusal()
    assert "DISCORD_TOKEN_FILE is not usable: it must be a file" in sentence
    assert "DISCORD_TOKEN and" not in sentence
    assert "OXEN_API_KEY is not set" in sentence


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
@pytest.mark.parametrize("name", ["token", "key", ".env"])
def test_a_file_with_secrets_that_others_can_read_is_warned_about(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, mode: int
) -> None:
    write(folder / ".env", "DISCORD_TOKEN_FILE=token\nOXEN_API_KEY_FILE=key\n")
    (folder / name).chmod(mode)
    [warning] = load_settings().warnings
    assert f"can read {name} (mode {mode:04o})" in warning


@pytest.mark.slow
async def test_a_bot_whose_settings_others_can_read_says_so_as_it_starts(tmp_path: Path) -> None:
    write(tmp_path / ".env", "DISCORD_TOKEN=x\nOXEN_API_KEY=y\nRESULT_HOSTS_ALLOW_PRIVATE=true\n", 0o644)
    (tmp_path / "bot.sqlite3.work").write_text("a file where a folder belongs, so that it ends by itself")
    project = Path(__file__).parents[2]
    environment = {"PYTHONPATH": str(project), "DATABASE_PATH": "bot.sqlite3"}
    async with BotProcess(environment, folder=tmp_path, is_forked=True) as bot:
        assert await bot.exited() == 2
        assert "WARNING bot: Other users of this machine can read .env (mode 0644)" in bot.stderr
        assert "WARNING bot: RESULT_HOSTS_ALLOW_PRIVATE is on" in bot.stderr


@pytest.mark.slow
async def test_a_secret_file_that_is_missing_ends_the_bot_with_status_2_and_one_sentence(tmp_path: Path) -> None:
    environment = {"DISCORD_TOKEN_FILE": str(tmp_path / "gone"), "OXEN_API_KEY": "y"}
    async with BotProcess(environment, is_forked=True) as bot:
        assert await bot.exited() == 2
        assert bot.stderr.count("\n") == 1
        assert bot.stderr.startswith("DISCORD_TOKEN_FILE is not usable")
