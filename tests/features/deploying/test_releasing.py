"""`connectassist release`: on a clone, with a real git."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectassist import VERSION
from connectassist.features.deploying import releasing
from connectassist.features.deploying.commands import release
from tests.features.deploying.project import ENVIRONMENT, Project, git
from tests.laws.source import ROOT

CHANGES = "# Changelog\n\nWhat changed.\n\n## Unreleased\n\n- Something new.\n"


@pytest.fixture(autouse=True)
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever releases has a name that git knows."""
    for name, value in ENVIRONMENT.items():
        if name.startswith("GIT_"):
            monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def versioned(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.begin(tmp_path_factory.mktemp("versioned"), files={"CHANGELOG.md": CHANGES, **{
        name: (ROOT / name).read_text() for name in releasing.PLACES}})


@pytest.fixture
def desk(versioned: Project, tmp_path: Path) -> Path:
    """A checkout in which the version stands where it stands here."""
    return versioned.copy_to(tmp_path).desk


def released(desk: Path, *words: str) -> Result:
    return CliRunner().invoke(release, [*words, "--folder", str(desk)])


def test_a_release_is_stamped_committed_and_tagged(desk: Path) -> None:
    result = released(desk, "7.1.0")
    assert result.exit_code == 0, result.output
    assert all('VERSION = "7.1.0"\n' in (desk / name).read_text() for name in releasing.PLACES)
    log = (desk / "CHANGELOG.md").read_text()
    assert re.search(r"## Unreleased\n\n## 7\.1\.0 \(20\d\d-\d\d-\d\d\)\n\n- Something new\.\n", log)
    assert git(desk, "log", "-1", "--format=%s") == "Release 7.1.0"
    assert git(desk, "rev-parse", "v7.1.0^{commit}") == git(desk, "rev-parse", "HEAD")
    assert not git(desk, "status", "--porcelain")
    assert "nothing new" in released(desk, "7.1.1").output


def test_a_dry_run_shows_it_and_changes_nothing(desk: Path) -> None:
    before = git(desk, "rev-parse", "HEAD")
    result = released(desk, "7.1.0", "--dry-run")
    assert result.exit_code == 0, result.output
    assert '+VERSION = "7.1.0"' in result.output
    assert "+## 7.1.0 (" in result.output
    assert (git(desk, "rev-parse", "HEAD"), git(desk, "tag"), git(desk, "status", "--porcelain")) == (before, "", "")


@pytest.mark.parametrize("version", ["7.1", "7.1.0rc1", "v7.1.0", "07.1.0", "", "-7.1.0", "7.1.0\n", "0.0.1"])
def test_a_version_that_is_none_or_goes_back_is_refused(desk: Path, version: str) -> None:
    assert released(desk, "--", version).exit_code != 0
    assert not git(desk, "status", "--porcelain")


def test_what_is_in_the_way_is_named(desk: Path) -> None:
    (desk / "CHANGELOG.md").write_text(CHANGES + "- Not committed.\n")
    assert "not committed" in released(desk, "7.1.0").output
    git(desk, "checkout", "--quiet", "CHANGELOG.md")
    git(desk, "tag", "v7.1.0")
    assert "tag v7.1.0 already" in released(desk, "7.1.0").output


def test_a_commit_that_git_refuses_leaves_all_as_it_was(desk: Path) -> None:
    hook = desk / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no such luck >&2\nexit 1\n")
    hook.chmod(0o700)
    assert "no such luck" in released(desk, "7.1.0").output
    assert (git(desk, "status", "--porcelain", "--untracked-files=no"), git(desk, "tag")) == ("", "")


def test_the_version_stands_nowhere_else() -> None:
    """What carries the number on must read it from where it stands."""
    tracked = subprocess.run(["git", "grep", "-lE", rf"\b[Vv]ersion\b.{{0,12}}\b{re.escape(VERSION)}\b", "--",
                              "*.toml", "*.py", "*.json", "*.yml", "*.yaml", "*Dockerfile*", "*.service", ":!tests"],
                             cwd=ROOT, capture_output=True, text=True)
    found = set(tracked.stdout.split())
    assert found <= set(releasing.PLACES), found
