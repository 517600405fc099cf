"""Very many connections: the server asks for room, and one that it can't take does not end it."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest

from connectassist.realtime import door
from tests.laws.source import ROOT

resource = pytest.importorskip("resource")


def test_it_takes_as_many_as_the_system_gives() -> None:
    said = ("import resource as r; hard = r.getrlimit(r.RLIMIT_NOFILE)[1]; r.setrlimit(r.RLIMIT_NOFILE, (256, hard));"
            "from connectassist.realtime import door; door.make_room(); print(*r.getrlimit(r.RLIMIT_NOFILE))")
    soft, hard = subprocess.run([sys.executable, "-c", said], cwd=ROOT, text=True, capture_output=True,
                                check=True).stdout.split()
    assert int(soft) == min(door.WANTED, int(hard) if int(hard) >= 0 else door.WANTED)


class Listener:
    """Can't take a connection twice, then takes one."""

    def __init__(self, *errors: int) -> None:
        self.errors = list(errors)

    def accept(self) -> str:
        if self.errors:
            number = self.errors.pop(0)
            raise OSError(number, "no")
        return "a connection"


def test_one_that_cannot_be_taken_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    slept: list[float] = []
    door_ = door.patient(Listener(errno.EMFILE, errno.ECONNABORTED, errno.EMFILE), sleep=slept.append)
    assert door_.accept() == "a connection" and slept == [door.PAUSE] * 3
    assert len(caplog.records) == 1


def test_a_listener_that_was_closed_is_left() -> None:
    with pytest.raises(OSError, match="no"):
        door.patient(Listener(errno.EBADF), sleep=lambda seconds: None).accept()
