"""A stranger who follows README.md, the pages in docs/ or .env.example gets what they say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from discord import app_commands
from pydantic import SecretStr

from bot.client import VideoBot
from bot.config import Settings
from bot.domain.attachments import MAX_PICTURE_BYTES, MIN_PICTURE_SIDE
from bot.domain.model_spec import KLING_O1
from bot.operations.settings_page import example, settings_page
from sandbox.oxen.catalogue import IMAGE_MODEL
from sandbox.world import world

PROJECT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/using.md", "docs/admins.md", "docs/operating.md", "docs/settings.md")
README = (PROJECT / "README.md").read_text(encoding="utf-8")
GUIDE = "\n".join((PROJECT / page).read_text(encoding="utf-8") for page in PAGES)
"""Everything that is written for those who use the bot or run it."""
EXAMPLE = (PROJECT / ".env.example").read_text(encoding="utf-8")
PATHS = {"data"}
"""What begins with a slash in the README and is no command."""


def section(heading: str) -> str:
    """What stands under a heading, up to the next one of its level or above."""
    level = heading.partition(" ")[0]
    rest = GUIDE.split(f"\n{heading}\n")[1]
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


def run_bot(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """``python -m bot`` in a folder, with nothing in its environment but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "bot"],
        cwd=folder,
        env={"PATH": os.defpath, "PYTHONPATH": str(PROJECT), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_invite_link_asks_for_the_permissions_that_are_listed_and_no_others() -> None:
    [link] = re.findall(r"https://discord\.com/oauth2/authorize\S+", README)
    query = parse_qs(urlsplit(link).query)
    listed = re.findall(r"^- (.+)$", section("### 2. Invite it"), re.MULTILINE)
    wanted = discord.Permissions(
        view_channel=True,
        send_messages=True,
        send_messages_in_threads=True,
        create_public_threads=True,
        attach_files=True,
        read_message_history=True,
    )
    assert discord.Permissions(**{name.lower().replace(" ", "_"): True for name in listed}) == wanted
    assert query["scope"] == ["bot applications.commands"]
    assert query["permissions"] == [str(wanted.value)]


async def test_no_privileged_intent_is_asked_for() -> None:
    bot = VideoBot()
    asked = {name for name, given in bot.intents if given}
    await bot.close()
    assert asked.isdisjoint({"members", "presences", "message_content"})


async def test_every_command_of_the_bot_is_described_and_none_that_it_lacks(tmp_path: Path) -> None:
    async with world(tmp_path, oxen_image_models=IMAGE_MODEL) as here:
        tree = here.parts.bot.tree
        slash = {one.qualified_name for one in tree.walk_commands() if isinstance(one, app_commands.Command)}
        groups = {one.qualified_name for one in tree.walk_commands() if isinstance(one, app_commands.Group)}
        on_messages = {one.name for one in tree.walk_commands(type=discord.AppCommandType.message)}
        on_users = {one.name for one in tree.walk_commands(type=discord.AppCommandType.user)}
    described = set(re.findall(r"`/([a-z]+(?: [a-z]+)*)`", GUIDE)) - PATHS
    assert slash - described == set()
    assert described - slash - groups == set()
    assert {"video", "element save", "admin quota set"} <= slash
    menus = set(re.findall(r"^## ([A-Z][\w ]+)$|^- \*\*([\w ]+)\*\*, in the menu of", GUIDE, re.MULTILINE))
    assert on_messages
    assert (on_messages | on_users) - {name for pair in menus for name in pair} == set()


async def test_every_option_of_video_is_in_its_table(tmp_path: Path) -> None:
    described: set[str] = set()
    for line in section("## `/video`").splitlines():
        names = re.findall(r"`([a-z_0-9]+)`", line.split("|")[1]) if line.startswith("| `") else []
        match [re.split(r"(\d+)", name) for name in names]:
            case [first, last]:
                described |= set(between(first, last))
            case [_]:
                described.add(names[0])
    offered: set[str] = set()
    for models in ("default", "kling-video-o3-omni,bytedance-seedance-2-0-reference-to-video"):
        (tmp_path / models).mkdir()
        async with world(tmp_path / models, oxen_models=models) as here:
            command = here.parts.bot.tree.get_command("video")
            assert isinstance(command, app_commands.Command)
            offered |= {parameter.name for parameter in command.parameters}
    assert described == offered


def between(first: list[str], last: list[str]) -> list[str]:
    """Every name from one to the other: ``a1_b1`` … ``a2_b2`` are four."""
    names = [""]
    for low, high in zip(first, last, strict=True):
        parts = [str(n) for n in range(int(low), int(high) + 1)] if low.isdecimal() else [low]
        names = [name + part for name in names for part in parts]
    return names


def test_the_limits_of_a_request_are_those_of_the_code() -> None:
    text = " ".join(section("## `/video`").split())
    assert KLING_O1.length is not None
    assert KLING_O1.aspect_ratio is not None
    *ratios, last = KLING_O1.aspect_ratio.values
    for words in (
        f"At most {KLING_O1.prompt_chars:,} characters",
        f"at most {KLING_O1.most_references} references",
        f"files of up to {MAX_PICTURE_BYTES // 1024 // 1024} MB",
        f"From {MIN_PICTURE_SIDE} pixels a side",
        f"{' or '.join(map(str, KLING_O1.length.values))} seconds. Default {KLING_O1.length.default}",
        f"{', '.join(ratios)} or {last}. Default {KLING_O1.aspect_ratio.default}",
    ):
        assert words in text


def test_the_pages_that_are_made_from_the_code_are_what_make_docs_writes() -> None:
    assert (PROJECT / "docs/settings.md").read_text(encoding="utf-8") == settings_page()
    assert example() == EXAMPLE


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.slow
def test_the_example_with_every_line_made_active_is_the_defaults(tmp_path: Path) -> None:
    active = re.sub(r"^#(?=[A-Z_]+=)", "", EXAMPLE, flags=re.MULTILINE)
    filled = re.sub(r"^(DISCORD_TOKEN|OXEN_API_KEY)=$", r"\1=filled-in", active, flags=re.MULTILINE)
    (tmp_path / ".env").write_text(filled, encoding="utf-8")
    shown = subprocess.run(
        [sys.executable, "-c", "from bot.config import load_settings; print(load_settings().model_dump_json())"],
        cwd=tmp_path,
        env={"PATH": os.defpath, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    secret = SecretStr("filled-in")
    defaults = {name: field.default for name, field in Settings.model_fields.items() if not field.is_required()}
    wanted = Settings.model_validate({**defaults, "discord_token": secret, "oxen_api_key": secret})
    assert Settings.model_validate_json(shown) == wanted.model_copy(
        update={"discord_token": SecretStr("**********"), "oxen_api_key": SecretStr("**********")}
    )


@pytest.mark.slow
def test_the_example_copied_and_not_filled_in_names_the_two_secrets_and_ends_with_2(tmp_path: Path) -> None:
    shutil.copy(PROJECT / ".env.example", tmp_path / ".env")
    ended = run_bot(tmp_path)
    assert ended.returncode == 2
    assert ended.stdout == ""
    [sentence] = ended.stderr.splitlines()
    assert "DISCORD_TOKEN and OXEN_API_KEY are not set" in sentence


def test_every_make_target_that_is_named_is_there() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)\b", " ".join(re.findall(r"`[^`]+`|^    make .+$", GUIDE, re.MULTILINE))))
    targets = set(re.findall(r"^([a-z]+):.*##", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"demo", "test", "sandbox", "run"} <= named
    assert named <= targets


def test_every_link_inside_the_project_leads_somewhere() -> None:
    for page in (*PAGES, "CONTRIBUTING.md"):
        path = PROJECT / page
        links = re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8"))
        assert [link for link in links if "://" not in link and not (path.parent / link).is_file()] == []


@pytest.mark.parametrize("name", [*PAGES, "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_a_page_fits_the_width_of_a_screen(name: str) -> None:
    lines = (PROJECT / name).read_text(encoding="utf-8").splitlines()
    code_or_table = ("    ", "|", "- ")
    assert [line for line in lines if len(line) > 130 and not line.startswith(code_or_table)] == []
