"""The image and its company, as far as they can be held to the rest without an engine to run them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectassist.core.settings import PREFIX, Settings
from tests.live.nginx import Nginx
from tests.live.server import ROOT

DOCKERFILE, COMPOSE = ROOT / "Dockerfile", ROOT / "compose.yaml"
SITE, FITS = ROOT / "nginx" / "connectassist.conf", ROOT / "packaging" / "docker" / "site.sh"
NAMES = {PREFIX + field.name.upper() for field in fields(Settings)}
SECRETS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "CONNECTASSIST_SECRET_KEY", "CONNECTASSIST_TURN_SECRET"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text())["services"]


def test_a_linter_is_content_with_the_image() -> None:
    said = subprocess.run([Path(sys.executable).with_name("hadolint"), DOCKERFILE], capture_output=True, text=True)
    assert said.returncode == 0, said.stdout


def test_what_the_image_is_made_of_is_there_and_sent_along() -> None:
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / name).exists() for name in allowed), allowed
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    needed = {name.split("/")[0] for name in tracked} - {
        "tests", "bench", "nginx", "packaging", "instance", "downloads", "Dockerfile", "compose.yaml",
        "requirements-dev.txt", ".dockerignore", ".gitignore", ".ci"}
    assert needed <= set(allowed), "new at the top of the tree: is it part of the image?"
    assert not {"instance", "downloads", ".env", "certs", ".git"} & set(allowed)


def test_it_is_made_and_started_by_commands_that_there_are() -> None:
    text = DOCKERFILE.read_text()
    targets = re.search(r"RUN make ([a-z ]+) \\", text)[1].split()
    known = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets and set(targets) <= set(known)
    assert 'CMD [".venv/bin/connectassist", "serve"]' in text and (ROOT / "scripts" / "console_script.sh").is_file()
    said = subprocess.run([sys.executable, "-m", "connectassist.cli", "serve", "--help"], cwd=ROOT, capture_output=True)
    assert said.returncode == 0


def test_it_has_what_running_needs_and_runs_as_nobody_special() -> None:
    text = DOCKERFILE.read_text()
    final = text.rpartition("FROM ")[2]
    wanted = re.search(r"run_packages=\(([^)]*)\)", (ROOT / "scripts" / "system_packages.sh").read_text())[1].split()
    assert set(wanted) - {"binutils"} <= set(re.findall(r"[a-z0-9.-]+", final)), "binutils only builds"
    assert re.search(r"^USER 10001:10001$", final, re.MULTILINE) and "/healthz" in final
    assert [line for line in text.splitlines() if line.startswith("FROM")] == [
        "FROM debian:bookworm-slim AS build", "FROM debian:bookworm-slim"], "one Python for both"


def test_every_setting_that_is_named_exists(services: dict[str, Any]) -> None:
    given = {*re.findall(rf"\b({PREFIX}[A-Z_]+)=", DOCKERFILE.read_text()), *services["server"]["environment"]}
    assert given and given <= NAMES, given - NAMES


def test_nothing_secret_has_a_default(services: dict[str, Any]) -> None:
    text = COMPOSE.read_text()
    for name in SECRETS:
        assert f"${{{name}:?" in text and f"${{{name}:-" not in text, name
    example = dict(line.split("=") for line in (ROOT / "packaging" / "docker" / "env.example").read_text().splitlines()
                   if line and not line.startswith("#"))
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert set(example) == used
    assert {name: example[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")


def test_they_fit_together(services: dict[str, Any]) -> None:
    server, nginx, text = services["server"], services["nginx"], DOCKERFILE.read_text()
    for volume in server["volumes"]:
        assert f'"{volume.partition(":")[2]}"' in text, volume
    web = next(volume for volume in server["volumes"] if volume.startswith("web:"))
    assert f"{web}:ro" in nginx["volumes"] and web.partition(":")[2] in SITE.read_text()
    assert f"CONNECTASSIST_WEB_FOLDER={web.partition(':')[2]}" in text
    assert nginx["environment"]["CONNECTASSIST_SERVER"] == server["networks"]["inside"]["ipv4_address"]
    for volume in nginx["volumes"]:
        assert not volume.startswith("./") or volume.startswith("./certs") or (ROOT / volume.split(":")[0]).is_file()
    assert "ports" not in server, "nobody comes past nginx"
    for name, service in services.items():
        assert service["restart"] == "unless-stopped", name
        assert name == "server" or ":" in service["image"], f"{name} has no version"
        assert name in ("server", "coturn") or service["healthcheck"]["test"][0] == "CMD", name
    for other in ("postgres", "redis"):
        assert server["depends_on"][other]["condition"] == "service_healthy"


@pytest.mark.parametrize("processes", [1, 3])
def test_the_site_file_is_fitted_to_the_containers(tmp_path: Path, processes: int) -> None:
    made = tmp_path / "default.conf"
    environment = {"CONNECTASSIST_NAME": "desk.example", "CONNECTASSIST_SERVER": "127.0.0.9", "PATH": "/usr/bin:/bin",
                   "CONNECTASSIST_PROCESSES": str(processes)}
    subprocess.run(["sh", FITS, SITE, made], env=environment, check=True)
    text = made.read_text()
    assert "support.example.com" not in re.sub(r"#.*", "", text) and "127.0.0.1:50" not in re.sub(r"#.*", "", text)
    assert len(re.findall(r"^ *server 127\.0\.0\.9:500\d ", text, re.MULTILINE)) == processes
    assert len(re.findall(r"^upstream connectassist_\d ", text, re.MULTILINE)) == processes
    nginx = Nginx(tmp_path / "nginx", ports=[5001], web_folder=tmp_path)
    for old, new in (("/etc/connectassist/certs/fullchain.pem", str(tmp_path / "nginx/site.pem")),
                     ("/etc/connectassist/certs/privkey.pem", str(tmp_path / "nginx/site.key")),
                     ("/var/log/nginx", str(tmp_path))):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "nginx" / "site.conf").write_text(text)
    said = nginx.check()
    assert said.returncode == 0, said.stderr
