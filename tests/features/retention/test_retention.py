"""What is too old is counted by a dry run, deleted by a real one, and what must stay stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from connectassist.core import clock, leaps
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.features.files import upkeep as files
from connectassist.features.packages.models import Package
from connectassist.features.retention import service
from connectassist.features.retention.commands import retention
from connectassist.features.support_codes.models import SupportCode
from tests.cast import Caller, Member

LONG_AGO = timedelta(days=800)


def code(digits: str, *, ended: timedelta) -> SupportCode:
    moment = clock.now() - ended
    row = SupportCode(code=digits, client_id=1, technician_id=1, technician_name="Tess", customer_name="Ána",
                      created_at=moment, expires_at=moment, retired_at=moment)
    db.session.add(row)
    db.session.flush()
    return row


def package(device_id: str, *, of: SupportCode) -> None:
    db.session.add(Package(device_id=device_id, support_code_id=of.id, client_id=1, platform="linux",
                           payload_sha256="0" * 64, server_url="http://localhost", expires_at=of.expires_at))


def entry(message: str, *, age: timedelta) -> None:
    db.session.add(AuditEntry(at=clock.now() - age, category="test", action="test.entry", message=message,
                              actor_kind="system", actor_name="test", details={}))


def outlook(admin: Caller) -> dict[str, dict]:
    return {each["what"]: each for each in admin.get("/api/retention").json["kept"]}


def seed(device: Member) -> None:
    code("111111", ended=LONG_AGO)
    package("PACKAGE-GONE", of=code("222222", ended=LONG_AGO))
    package(device.device_id, of=code("333333", ended=LONG_AGO))
    code("444444", ended=timedelta(days=3))
    for number in range(3):
        entry(f"old {number}", age=LONG_AGO)
    entry("new", age=timedelta(days=3))
    db.session.commit()


def test_a_dry_run_counts_and_deletes_nothing(app: Flask, admin: Caller, cast: dict[str, Member]) -> None:
    with app.app_context():
        seed(cast["device"])
    for _ in range(2):
        found = outlook(admin)
        assert found["packages whose time is over"]["waiting"] == 1
        assert found["support codes that ended"]["waiting"] == 1, "the others still have packages"
        assert found["entries of the log"]["waiting"] == 3
    assert found["entries of the log"]["setting"] == "CONNECTASSIST_AUDIT_DAYS"
    assert found["recordings"]["days"] == 30


def test_a_run_deletes_what_is_too_old_and_says_so_in_the_log(app: Flask, admin: Caller,
                                                              cast: dict[str, Member]) -> None:
    with app.app_context():
        seed(cast["device"])
    deleted = admin.post("/api/retention/run").json["deleted"]
    assert (deleted["packages whose time is over"], deleted["support codes that ended"]) == (1, 2)
    assert deleted["entries of the log"] == 3
    with app.app_context():
        digits = set(db.session.scalars(db.select(SupportCode.code)))
        assert {"333333", "444444"} <= digits, "a device came with the one, the other is too young"
        assert not {"111111", "222222"} & digits
        told = db.session.scalar(db.select(AuditEntry.message).where(AuditEntry.action == "retention.run"))
        assert "3 entries of the log" in told
    assert not any(each["waiting"] for each in outlook(admin).values())


def test_nothing_goes_where_a_setting_keeps_all(make_app: Callable[..., Flask]) -> None:
    app = make_app(audit_days=0, code_days=0)
    with app.app_context():
        code("111111", ended=LONG_AGO)
        entry("old", age=LONG_AGO)
        db.session.commit()
        kept = {each["what"]: each for each in service.outlook()}
        assert (kept["entries of the log"]["days"], kept["entries of the log"]["waiting"]) == (None, 0)
        assert not any(service.run().values())


def test_the_command_says_the_same(app: Flask, cast: dict[str, Member], tmp_path: Path) -> None:
    with app.app_context():
        seed(cast["device"])
    tried = CliRunner().invoke(retention, ["--dry-run"], obj=lambda: app)
    assert "3  entries of the log (kept 730 days, CONNECTASSIST_AUDIT_DAYS)" in tried.output, tried.output
    done = CliRunner().invoke(retention, [], obj=lambda: app)
    assert "3  entries of the log" in done.output
    assert "0  entries of the log" in CliRunner().invoke(retention, ["--dry-run"], obj=lambda: app).output


def test_a_clock_that_leaps_deletes_nothing_for_a_day(app: Flask, cast: dict[str, Member],
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()

    def deleted(**ahead: int) -> dict[str, int]:
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(**ahead))
        assert files.sweep() == 0
        return service.run_when_due()

    with app.app_context():
        seed(cast["device"])
        entry("of last month", age=timedelta(days=30))
        db.session.commit()
        assert deleted()["entries of the log"] == 3
        assert deleted(days=800) == deleted(days=800, hours=23) == {}
        assert deleted(hours=1)["entries of the log"] == 0, "somebody has set it right"
        assert deleted(days=800) == {}
        assert deleted(days=2000) == {}, "and on"
        assert deleted(days=2001, minutes=1)["entries of the log"] > 0, "it is right after all"


def test_what_was_seen_last_may_be_damaged(tmp_path: Path) -> None:
    for told in (b"", b"[]", b"{}", b'{"seen": 7e30, "since": []}'):
        (tmp_path / leaps.NAME).write_bytes(told)
        assert leaps.is_believed(tmp_path), told
