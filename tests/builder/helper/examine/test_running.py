"""Programs end in time, within their bound, without a shell and without our environment."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from builder.helper.examine import running
from builder.helper.examine.errors import NotRun

Programs = Callable[[str, str], Path]


def test_words_are_words_and_never_a_shell() -> None:
    said = running.run("printf", "%s|", "$(id)", "; ls", "`id`", "a b")
    assert (said.status, said.text) == (0, "$(id)|; ls|`id`|a b|")


def test_status_and_complaint_are_told() -> None:
    said = running.run("ls", "/nothing/here")
    assert said.status == 2 and "No such file" in said.complaint


def test_the_locale_is_c_and_nothing_of_ours_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somewhere")
    told = dict(line.split("=", 1) for line in running.run("env").text.splitlines())
    assert told["LC_ALL"].startswith("C") and told["PATH"] == running.PATH
    assert "LD_LIBRARY_PATH" not in told and "LANG" not in told


def test_an_absent_program_is_said_to_be() -> None:
    with pytest.raises(NotRun, match="not installed"):
        running.run("no-such-program-at-all")


def test_a_program_of_the_current_folder_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ours").write_text("#!/bin/sh\necho run\n")
    (tmp_path / "ours").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not running.there_is("ours")


def test_what_does_not_end_is_ended_with_its_children(programs: Programs, tmp_path: Path) -> None:
    programs("slow", f"/bin/sleep 600 & echo $! > {tmp_path}/child; wait")
    with pytest.raises(NotRun, match="did not end within"):
        running.run("slow", seconds=1)
    child = int((tmp_path / "child").read_text())
    deadline = time.monotonic() + 20
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the child is still there"
        time.sleep(0.02)


def test_what_never_stops_writing_is_cut() -> None:
    said = running.run("yes", most=100_000, seconds=30)
    assert said.cut and len(said.text) == 100_000 and said.status != 0


def test_a_flood_of_complaints_holds_nobody_up(programs: Programs) -> None:
    programs("moans", f"{sys.executable} -c 'import sys; sys.stderr.write(\"x\" * 1_000_000)'; echo done")
    said = running.run("moans", seconds=30)
    assert said.text == "done\n" and 0 < len(said.complaint) <= 8192 and not said.cut


def test_a_grandchild_that_keeps_the_stream_does_not_hang_us(
        programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_GRACE_SECONDS", 0.2)
    programs("parent", "/bin/sleep 600 & echo gone")
    assert running.run("parent", seconds=20).text == "gone\n"
