"""An instance folder's content is exchanged as a whole, also by who dies in the middle of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from connectassist.core import occupancy, settings, swapping
from connectassist.core.settings import ROOT

OLD = {"connectassist.db": "old", "connectassist.db-wal": "old", "secret_key": "old", "uploads/a": "old",
       "fontcache/f": "old"}
NEW = {"connectassist.db": "new", "secret_key": "new", "uploads/b": "new", "attachments/c": "new"}
STAYS = {"backups/x": "kept", "before-restore-0/y": "kept", "serving.lock": ""}


def lay_out(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def found(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    lay_out(tmp_path, OLD | STAYS)
    lay_out(swapping.stage(tmp_path), NEW)
    return tmp_path


AFTER = NEW | STAYS | {f"before-restore-1/{name}": content for name, content in OLD.items()}


def test_the_new_is_there_and_the_old_is_kept(instance: Path) -> None:
    assert swapping.swap(instance, stamp="1", stays=("backups",)) == instance / "before-restore-1"
    assert found(instance) == AFTER


@pytest.mark.parametrize("number", range(10))
def test_who_is_killed_left_all_of_the_old_or_what_leads_to_all_of_the_new(instance: Path, number: int) -> None:
    """The start of a server goes on with it, before it reads a key or makes a folder."""
    before = found(instance)
    done = subprocess.run([sys.executable, "-m", "tests.core.killed_swap", str(instance), str(number)], cwd=ROOT)
    assert done.returncode == -9
    started = settings.load({"CONNECTASSIST_INSTANCE": str(instance), "CONNECTASSIST_DOWNLOADS": str(instance / "d")})
    if number == 0:  # the journal was not yet there
        swapping.drop(instance)
        assert found(instance) == {name: text for name, text in before.items() if not name.startswith(".restoring")}
        assert started.secret_key == "old"
    else:
        assert found(instance) == AFTER and started.secret_key == "new"


def test_a_server_and_a_command_keep_out_of_each_others_way(tmp_path: Path) -> None:
    program = ("import sys, pathlib\nfrom connectassist.core import occupancy\n"
               f"occupancy.share(pathlib.Path({str(tmp_path)!r}))\nprint('serves', flush=True)\nsys.stdin.read()")
    serving = [subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for each in serving:
        assert each.stdout and each.stdout.readline() == "serves\n"
    with pytest.raises(occupancy.Occupied, match="Stop it first"), occupancy.alone(tmp_path):
        pass
    for each in serving:
        each.kill()
        each.communicate()
    with occupancy.alone(tmp_path):
        late = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, input="")
        assert late.returncode == 1 and "A command works on this instance folder" in late.stderr
    (tmp_path / occupancy.STAGING).mkdir()
    (tmp_path / occupancy.STAGING / occupancy.PREPARED).touch()
    broken = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, input="")
    assert broken.returncode == 1 and "Run `connectassist restore` again" in broken.stderr
