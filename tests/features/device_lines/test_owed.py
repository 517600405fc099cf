"""What could not be sent while the database was away."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from sqlalchemy.exc import OperationalError

from connectassist.features.device_lines import service
from connectassist.features.device_lines.service import DeviceLine


def test_it_is_sent_by_the_next_sweep(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fill(line: DeviceLine) -> None:
        raise OperationalError("", {}, Exception("starting up"))

    line, pushed = DeviceLine.__new__(DeviceLine), []
    line.device_id, line._is_wanted, line._is_pushing = "d", True, True
    monkeypatch.setattr(service.GATEWAY, "database", nullcontext)
    monkeypatch.setattr(service, "push_soon", pushed.append)
    monkeypatch.setattr(DeviceLine, "_fill", fill)
    line._push()
    assert not line._is_pushing
    assert "sent later: The database does not answer" in caplog.text
    assert "Traceback" not in caplog.text
    service.sweep()
    service.sweep()
    assert pushed == ["d"]
