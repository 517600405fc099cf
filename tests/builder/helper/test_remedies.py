"""The repairs, on this machine: what they change, what they leave alone, and what they refuse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from builder.helper import remedies
from builder.helper.examine import running
from builder.helper.examine.errors import NotAvailable, Refused, Unknown
from builder.helper.remedies import files
from connectassist.features.remediations.actions import ACTIONS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Linux way")
OLD = time.time() - 3 * files.DAY


def aged(path: Path, text: str = "x" * 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (OLD, OLD))
    return path


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def program(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program that nobody else has."""
    path = Path(shutil.copy("/bin/sleep", tmp_path / "wobbler"))
    running_one = subprocess.Popen([path, "300"])
    yield running_one
    running_one.kill()
    running_one.wait(40)


def test_the_server_and_the_helper_know_the_same_repairs() -> None:
    assert {action_id for action_id in ACTIONS if remedies.name(action_id)} == set(ACTIONS)
    assert len(ACTIONS) == 12
    with pytest.raises(Unknown):
        remedies.plan("format_disk", "")


def test_only_own_old_files_that_nobody_uses_are_deleted(temp: Path, tmp_path: Path) -> None:
    gone, deeper = aged(temp / "old.tmp"), aged(temp / "made-by-me" / "old.tmp")
    new, hidden, system = temp / "new.tmp", aged(temp / ".lock"), aged(temp / "systemd-private-1" / "old.tmp")
    new.write_text("x")
    outside = aged(tmp_path / "outside" / "precious.txt")
    (temp / "link").symlink_to(outside)
    (temp / "folder").symlink_to(outside.parent)
    with aged(temp / "used.tmp").open() as used:
        outcome = remedies.plan("clear_temp", "").carry_out()
        assert Path(used.name).exists()
    assert not gone.exists() and not deeper.exists()
    assert all(each.exists() for each in (new, hidden, system, outside, temp / "link"))
    assert outcome.success and "2 old temporary files" in outcome.message
    assert (outcome.before["oldFiles"], outcome.after["oldFiles"]) == (3, 1)
    assert outcome.before["bytes"] == 300 and outcome.after["bytes"] == 100


def test_browsers_must_be_closed_before_their_copies_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(NotAvailable):
        remedies.plan("clear_browser_cache", "")
    page = aged(tmp_path / "mozilla" / "firefox" / "abc.default" / "cache2" / "entries" / "page")
    other = aged(tmp_path / "mozilla" / "firefox" / "abc.default" / "thumbnails" / "one")
    browser = subprocess.Popen([shutil.copy("/bin/sleep", tmp_path / "firefox"), "300"])
    try:
        with pytest.raises(Refused, match="Close Firefox"):
            remedies.plan("clear_browser_cache", "")
    finally:
        browser.kill()
        browser.wait(40)
    outcome = remedies.plan("clear_browser_cache", "").carry_out()
    assert outcome.success and not page.exists() and other.exists()
    assert (outcome.before["bytes"], outcome.after["bytes"]) == (100, 0)


@pytest.mark.parametrize("by_name", [True, False])
def test_a_program_is_ended_by_name_or_number(program: subprocess.Popen[bytes], by_name: bool) -> None:
    plan = remedies.plan("kill_process", "wobbler" if by_name else str(program.pid))
    assert plan.title == f"End a program: “wobbler” (process {program.pid})"
    outcome = plan.carry_out()
    assert outcome.success and not psutil.pid_exists(program.pid)
    assert (outcome.before["running"], outcome.after["running"]) == (1, 0)


def test_a_number_that_another_program_got_meanwhile_is_not_ended(program: subprocess.Popen[bytes]) -> None:
    plan = remedies.plan("kill_process", str(program.pid))
    program.kill()
    program.wait(40)
    assert plan.carry_out().before["running"] == 0


@pytest.mark.parametrize(("action", "parameter"), [
    ("kill_process", ""), ("kill_process", "1"), ("kill_process", "-1"), ("kill_process", "../x"),
    ("kill_process", "a b"), ("kill_process", "wobbler\n"), ("restart_service", "a;b"), ("restart_service", "-H"),
    ("restart_service", "dbus.service"), ("restart_service", "user@1000"), ("restart_service", ""),
    ("flush_dns", "now"), ("reset_network_adapter", "eth0; id"), ("reset_network_adapter", "-h"),
])
def test_parameters_are_looked_at_again(action: str, parameter: str) -> None:
    with pytest.raises(Refused):
        remedies.plan(action, parameter)


def test_this_helper_and_what_started_it_are_not_ended() -> None:
    for pid in (os.getpid(), os.getppid()):
        with pytest.raises(Refused):
            remedies.plan("kill_process", str(pid))


def test_what_this_platform_has_not_is_said() -> None:
    with pytest.raises(NotAvailable, match="platform"):
        remedies.plan("restart_explorer", "")


def test_the_check_of_system_files_names_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    said = "??5?????? c /etc/motd\n??5??????   /usr/bin/changed\nmissing     /usr/bin/gone\nmissing   c /etc/gone\n"
    monkeypatch.setattr(running, "there_is", lambda program: program == "dpkg")
    monkeypatch.setattr(running, "run", lambda *_, **__: running.Said(status=1, text=said))
    outcome = remedies.plan("sfc_scan", "").carry_out()
    listed = ["/usr/bin/changed", "/usr/bin/gone"]
    assert outcome.after == {"checked": True, "changed": 1, "missing": 1, "files": listed}


def test_a_service_is_restarted_without_a_shell_and_its_state_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, ...]] = []

    def run(*words: str, **_: object) -> running.Said:
        calls.append(words)
        text = f"LoadState=loaded\nActiveState=active\nMainPID={len(calls)}\nActiveEnterTimestamp=now\n"
        return running.Said(status=0, text=text)

    monkeypatch.setattr(running, "there_is", lambda _: True)
    monkeypatch.setattr(running, "run", run)
    outcome = remedies.plan("restart_service", "cups").carry_out()
    assert ("systemctl", "--no-ask-password", "restart", "cups") in calls
    assert outcome.success and outcome.before["process"] != outcome.after["process"]


def test_an_act_that_fails_is_told_with_the_programs_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*words: str, **_: object) -> running.Said:
        if "restart" in words:
            return running.Said(status=1, text="", complaint="Access denied\x1b[1m\n")
        return running.Said(status=0, text="LoadState=loaded\nActiveState=failed\nMainPID=0\n")

    monkeypatch.setattr(running, "there_is", lambda _: True)
    monkeypatch.setattr(running, "run", run)
    outcome = remedies.plan("restart_spooler", "").carry_out()
    assert not outcome.success and outcome.message == "systemctl did not succeed: Access denied[1m"
    assert outcome.before == outcome.after
