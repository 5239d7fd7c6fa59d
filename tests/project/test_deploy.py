"""What is in ``deploy/`` fits the bot: its settings, its commands, its image; and it is closed as far as can be."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config import Settings
from tests.project.yaml_files import read_yaml

PROJECT = Path(__file__).parents[2]
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
UNIT = (PROJECT / "deploy/systemd/oxen-video-bot.service").read_text(encoding="utf-8")
ANALYZE = shutil.which("systemd-analyze")
SECRETS = ("DISCORD_TOKEN", "OXEN_API_KEY")


COMPOSE = read_yaml((PROJECT / "deploy/compose.yaml").read_text(encoding="utf-8"))
BOT: dict[str, Any] = COMPOSE["services"]["bot"]


def unit(section: str) -> dict[str, list[str]]:
    """A section of the unit: every value by its name, in order."""
    body = UNIT.split(f"[{section}]\n")[1].split("\n[")[0]
    found: dict[str, list[str]] = {}
    for line in body.splitlines():
        if line and not line.startswith("#"):
            name, equals, value = line.partition("=")
            assert equals, line
            found.setdefault(name, []).append(value)
    return found


SERVICE = unit("Service")


def environment_of_unit() -> dict[str, str]:
    pairs = [pair.partition("=") for value in SERVICE["Environment"] for pair in shlex.split(value)]
    return {name: value for name, _, value in pairs}


def test_the_container_can_do_little() -> None:
    assert BOT["read_only"] == "true"
    assert BOT["cap_drop"] == ["ALL"]
    assert BOT["security_opt"] == ["no-new-privileges:true"]
    assert all(BOT[limit] for limit in ("mem_limit", "pids_limit", "tmpfs"))
    assert BOT["restart"] == "unless-stopped"
    assert not {"privileged", "cap_add", "network_mode", "pid", "devices", "user", "ports"} & BOT.keys()
    assert not any("docker.sock" in volume for volume in BOT["volumes"])


def test_what_the_container_uses_is_declared() -> None:
    assert set(BOT["secrets"]) == COMPOSE["secrets"].keys()
    assert {volume.partition(":")[0] for volume in BOT["volumes"]} == COMPOSE["volumes"].keys()
    assert (PROJECT / "deploy" / BOT["build"]["context"] / "Dockerfile").is_file()


def test_the_containers_data_is_on_its_volume() -> None:
    [mount] = [volume.partition(":")[2] for volume in BOT["volumes"]]
    assert f"VOLUME {mount}\n" in DOCKERFILE
    assert all(BOT["environment"][name].startswith(f"{mount}/") for name in ("DATABASE_PATH", "BACKUP_DIR"))


def test_the_containers_health_is_asked_as_the_image_does() -> None:
    assert BOT["healthcheck"]["test"].replace(" ", "") in DOCKERFILE.replace("CMD [", '["CMD", ').replace(" ", "")


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_are_files_and_never_in_an_environment(name: str) -> None:
    for environment in (BOT["environment"], environment_of_unit()):
        assert name not in environment
        assert f"{name}_FILE" in environment
    assert BOT["environment"][f"{name}_FILE"] == f"/run/secrets/{name.lower()}"
    assert environment_of_unit()[f"{name}_FILE"] == f"%d/{name.lower()}"
    assert any(value.startswith(f"{name.lower()}:") for value in SERVICE["LoadCredential"])


def test_whatever_is_set_is_a_setting() -> None:
    known = {name.upper() for name in Settings.model_fields} | {f"{name}_FILE" for name in SECRETS}
    theirs = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}
    assert BOT["environment"].keys() | environment_of_unit().keys() <= known | theirs


@pytest.mark.parametrize(
    "line",
    [
        "DynamicUser=yes",
        "ProtectSystem=strict",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "RestrictNamespaces=yes",
        "SystemCallFilter=@system-service",
        "Type=notify",
        "StateDirectory=oxen-video-bot",
    ],
)
def test_the_service_is_closed(line: str) -> None:
    assert line in UNIT.splitlines()


def test_the_services_data_is_where_it_may_write() -> None:
    [state] = SERVICE["StateDirectory"]
    environment = environment_of_unit()
    assert all(environment[name].startswith(f"%S/{state}/") for name in ("DATABASE_PATH", "BACKUP_DIR"))


def test_a_bad_setting_does_not_start_the_service_again_and_again() -> None:
    assert SERVICE["RestartPreventExitStatus"] == ["2"]
    assert SERVICE["Restart"] == ["on-failure"]


def test_both_leave_the_bot_the_time_it_takes_to_stop() -> None:
    assert int(BOT["stop_grace_period"].removesuffix("s")) >= 20
    assert int(SERVICE["TimeoutStopSec"][0]) >= 20


def test_only_the_directives_that_may_be_repeated_are() -> None:
    repeated = {name for name, values in SERVICE.items() if len(values) > 1}
    assert repeated <= {"Environment", "EnvironmentFile", "LoadCredential", "SystemCallFilter"}


needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed here")


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    assert ANALYZE is not None
    return subprocess.run([ANALYZE, *arguments], capture_output=True, text=True, timeout=60, check=False)


@needs_systemd
def test_systemd_understands_the_service(tmp_path: Path) -> None:
    [start] = SERVICE["ExecStart"]
    service = tmp_path / "oxen-video-bot.service"
    service.write_text(UNIT.replace(start.split()[0], sys.executable), encoding="utf-8")
    checked = analyze("verify", str(service))
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@needs_systemd
def test_systemd_finds_the_service_hardly_exposed() -> None:
    path = PROJECT / "deploy/systemd/oxen-video-bot.service"
    checked = analyze("security", "--offline=true", "--threshold=20", str(path))
    assert checked.returncode == 0, checked.stdout[-500:]


RELEASE = (PROJECT / ".github/workflows/release.yml").read_text(encoding="utf-8")


def test_a_release_is_what_passed_the_gate_for_two_architectures_with_what_is_in_it() -> None:
    assert re.findall(r"platform: (.+)", RELEASE) == ["linux/amd64", "linux/arm64"]
    assert "- run: .ci/run" in RELEASE
    assert re.findall(r"needs: (.+)", RELEASE) == ["gate", "image"]
    assert "sbom: true" in RELEASE
    assert "dist/sbom.spdx.json" in RELEASE
    assert "gh release create" in RELEASE


def test_a_release_may_do_no_more_than_it_needs() -> None:
    assert re.search(r"^permissions:\n  contents: read$", RELEASE, re.MULTILINE)
    assert RELEASE.count("persist-credentials: false") == RELEASE.count("actions/checkout@")
    assert "pull_request" not in RELEASE
    assert not re.search(r"run:.*\$\{\{", RELEASE)  # what comes from outside is in the environment, not in the script
