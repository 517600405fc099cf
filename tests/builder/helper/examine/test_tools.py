"""The tools: real processes listed and ended, services by way of a systemd of our own, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from builder.helper.examine import processes, tools
from builder.helper.examine.errors import Refused
from builder.helper.examine.linux import services

Programs = Callable[[str, str], Path]
ROOT = Path(__file__).resolve().parents[4]
_STUBBORN = ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\n"
             "time.sleep(600)")


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(["sleep", "600"])
    yield process
    process.kill()
    process.wait()


def test_a_process_is_listed_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    listed = {one["pid"]: one for one in tools.run("process_list")["processes"]}
    found = listed[sleeper.pid]
    assert found["name"] == "sleep" and found["memoryMB"] > 0 and found["cpuPercent"] >= 0 and found["user"]
    told = tools.run("process_kill", {"pid": sleeper.pid})
    assert told["pid"] == sleeper.pid and "was ended" in told["message"]
    # Nobody had taken notice of its end yet: such a process has ended all the same.
    assert sleeper.wait(20) == -15
    with pytest.raises(Refused, match="no process"):
        tools.run("process_kill", {"pid": sleeper.pid})


def test_a_busy_process_shows_what_it_uses() -> None:
    busy = subprocess.Popen([sys.executable, "-c", "print('up', flush=True)\nwhile True: pass"], stdout=subprocess.PIPE)
    try:
        assert busy.stdout and busy.stdout.readline()
        found = next(one for one in processes.usage() if one["pid"] == busy.pid)
        assert 0 < found["cpuPercent"] <= 100
    finally:
        busy.kill()
        busy.communicate()


def test_what_ignores_a_gentle_word_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_GENTLE_SECONDS", 0.3)
    stubborn = subprocess.Popen([sys.executable, "-c", _STUBBORN], stdout=subprocess.PIPE)
    assert stubborn.stdout and stubborn.stdout.readline()
    assert "was ended" in tools.run("process_kill", {"pid": stubborn.pid})["message"]
    stubborn.communicate(timeout=20)


@pytest.mark.parametrize("pid", [0, 1, -5, None])
def test_the_first_process_is_left_alone(pid: int | None) -> None:
    with pytest.raises(Refused, match="first process"):
        tools.run("process_kill", {"pid": pid})


def test_the_helper_and_what_started_it_are_left_alone() -> None:
    for pid in (os.getpid(), os.getppid()):
        with pytest.raises(Refused, match="helper"):
            tools.run("process_kill", {"pid": pid})


@pytest.mark.parametrize("pid", ["ten", True, 2.5, float("inf"), [5], {}])
def test_a_pid_is_a_whole_number(pid: object) -> None:
    with pytest.raises(Refused, match="whole number"):
        tools.run("process_kill", {"pid": pid})


@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can start a process of somebody else")
def test_a_process_of_somebody_else_is_refused(sleeper: subprocess.Popen[bytes]) -> None:
    script = ("import os,sys; from builder.helper.examine import tools; os.setgid(65534); os.setuid(65534)\n"
              f"try: tools.run('process_kill', {{'pid': {sleeper.pid}}})\n"
              "except tools.Refused as why: print(why)")
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "belongs to somebody else" in said.stdout
    assert sleeper.poll() is None


def test_an_unknown_tool_and_strange_params_are_refused() -> None:
    with pytest.raises(Refused, match="no tool named"):
        tools.run("format_disk", {})
    with pytest.raises(Refused, match="no tool named"):
        tools.run("\x1b[2J", None)
    with pytest.raises(Refused, match="filter must be one of"):
        tools.run("service_list", {"filter": "broken"})
    with pytest.raises(Refused, match="logName must be one of"):
        tools.run("event_log_query", {"logName": "../etc/passwd"})
    with pytest.raises(Refused, match="level must be one of"):
        tools.run("event_log_query", {"level": ["Error"]})


@pytest.mark.parametrize("name", ["-rf", "a b", "a;reboot", "a/b", "$(id)", "", "x" * 121, "a\n", None, 5, "é"])
def test_a_service_name_is_only_that(name: object) -> None:
    with pytest.raises(Refused, match="not the name of a service"):
        tools.run("service_action", {"serviceName": name, "action": "start"})


def test_without_systemd_services_are_honestly_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(services, "RUNNING", tmp_path / "absent")
    with pytest.raises(Refused, match="does not run systemd"):
        tools.run("service_list", {})
    with pytest.raises(Refused, match="does not run systemd"):
        tools.run("service_action", {"serviceName": "cups", "action": "stop"})


class TestWithSystemd:
    """A systemctl of our own, which answers as the real one does."""

    @pytest.fixture(autouse=True)
    def systemd(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(services, "RUNNING", tmp_path)

    def test_services_are_listed_and_chosen(self, programs: Programs) -> None:
        programs("systemctl", """case "$*" in
*--user*) exit 1;;
*list-units*) echo 'cups.service loaded active running CUPS Scheduler'
              echo 'ssh.service loaded inactive dead OpenBSD Secure Shell server';;
*list-unit-files*) echo 'cups.service enabled enabled'; echo 'ssh.service disabled enabled';;
esac""")
        both = tools.run("service_list", {"filter": "all"})["services"]
        assert both == [
            {"name": "cups.service", "displayName": "CUPS Scheduler", "status": "Running", "startType": "Automatic",
             "failed": False},
            {"name": "ssh.service", "displayName": "OpenBSD Secure Shell server", "status": "Stopped",
             "startType": "Disabled", "failed": False}]
        assert [one["name"] for one in tools.run("service_list", {"filter": "running"})["services"]] == ["cups.service"]
        assert [one["name"] for one in tools.run("service_list", {"filter": "stopped"})["services"]] == ["ssh.service"]

    def test_an_action_reaches_that_unit_and_no_other_kind(self, programs: Programs) -> None:
        words = programs("systemctl", "exit 0")
        told = tools.run("service_action", {"serviceName": "reboot.target", "action": "restart"})
        assert told["action"] == "restart" and "reboot.target" in told["message"]
        assert words.read_text().split() == [
            "--system", "--no-ask-password", "--no-pager", "restart", "--", "reboot.target.service"]

    def test_a_users_own_service_is_asked_of_the_users_own_manager(self, programs: Programs) -> None:
        words = programs("systemctl", "exit 0")
        tools.run("service_action", {"serviceName": "user:pipewire.service", "action": "start"})
        assert words.read_text().split()[0] == "--user" and words.read_text().split()[-1] == "pipewire.service"

    @pytest.mark.parametrize(("complaint", "sentence"), [
        ("Failed to stop cups.service: Interactive authentication required.", "needs an administrator"),
        ("Failed to stop cups.service: Access denied", "needs an administrator"),
        ("Failed to stop nope.service: Unit nope.service not loaded.", "no service named"),
        ("Job for cups.service failed \x1b[31mbadly", "systemd refused: Job for cups.service failed [31mbadly")])
    def test_why_it_was_not_done(self, programs: Programs, complaint: str, sentence: str) -> None:
        programs("systemctl", f"echo '{complaint}' >&2; exit 1")
        with pytest.raises(Refused) as refused:
            tools.run("service_action", {"serviceName": "cups", "action": "stop"})
        assert sentence in str(refused.value)

    @pytest.mark.parametrize("name", ["systemd-reboot", "systemd-poweroff.service", "user:systemd-exit", "rescue"])
    def test_what_would_end_everything_is_left_alone(self, programs: Programs, name: str) -> None:
        words = programs("systemctl", "exit 0")
        with pytest.raises(Refused, match="whole machine"):
            tools.run("service_action", {"serviceName": name, "action": "start"})
        assert not words.exists()

    def test_a_systemd_that_does_not_answer_is_said_to(self, programs: Programs) -> None:
        programs("systemctl", "echo 'Failed to connect to bus' >&2; exit 1")
        with pytest.raises(Refused, match="does not answer"):
            tools.run("service_list", {})
