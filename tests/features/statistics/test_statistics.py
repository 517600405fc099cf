"""/api/statistics/sessions: every filter, totals, days, the CSV file, tenants, and what it costs."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.sessions.models import Session
from connectassist.features.statistics import queries
from connectassist.http.spreadsheets import safe_cell
from tests.cast import ACME, BETA, Caller
from tests.live.server import Server

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
PATH = "/api/statistics/sessions"
FIELDS = {"sessionId", "status", "createdAt", "connectedAt", "endedAt", "durationMs", "customerName", "machineName",
          "os", "hostname", "ip", "country", "region", "city", "deviceId"}
Keep = Callable[..., None]


@pytest.fixture
def keep(app: Flask) -> Keep:
    """`keep("AAA-111-AAA", created_at=…)`: a session as it stands in the database."""
    def write(session_id: str, **values: Any) -> None:
        made = values.get("created_at", NOON)
        with app.app_context():
            db.session.add(Session(**{
                "session_id": session_id, "client_id": ACME, "status": "ended", "created_at": made, "updated_at": made,
                "expires_at": made + timedelta(hours=1), "rights": [], **values}))
            db.session.commit()
    return write


@pytest.fixture
def week(keep: Keep) -> None:
    """A week of client A's, one session of client B's."""
    keep("AAA-111-AAA", created_at=NOON - timedelta(days=2), connected_at=NOON - timedelta(days=2),
         ended_at=NOON - timedelta(days=2) + timedelta(minutes=10), customer_name="John Smith", machine_name="Till 1",
         device_id="dev-1", client_info={"hostname": "PC-FRONT", "os": "Windows 10", "ip": "10.0.0.7"})
    keep("BBB-222-BBB", created_at=NOON.replace(hour=0), connected_at=NOON.replace(hour=0, minute=1),
         ended_at=NOON.replace(hour=0, minute=31), customer_name="John Smith", device_id="dev-1")
    keep("CCC-333-CCC", created_at=NOON.replace(hour=23, minute=59, second=59), customer_name="100% Ann_a",
         updated_at=NOON.replace(hour=23, minute=59, second=59) + timedelta(seconds=90), device_id="dev-2")
    keep("DDD-444-DDD", created_at=NOON + timedelta(days=1), ended_at=NOON, customer_name=None)
    keep("EEE-555-EEE", client_id=BETA, customer_name="John Smith", device_id="dev-1")


def found(caller: Caller, **query: str) -> list[str]:
    return [each["sessionId"][:3] for each in caller.get(PATH, query_string=query).json["sessions"]]


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        statements.append(statement)
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield statements
        event.remove(db.engine, "before_cursor_execute", note)


def test_sessions_newest_first_with_the_documents_fields(technician_a: Caller, week: None) -> None:
    answer = technician_a.get(PATH).json
    assert [each["sessionId"][:3] for each in answer["sessions"]] == ["DDD", "CCC", "BBB", "AAA"]
    assert set(answer["sessions"][0]) >= FIELDS
    oldest = answer["sessions"][-1]
    assert (oldest["durationMs"], oldest["hostname"], oldest["os"], oldest["ip"]) == (
        600_000, "PC-FRONT", "Windows 10", "10.0.0.7")
    assert oldest["createdAt"] == "2026-03-08T12:00:00.000Z"


def test_how_long_a_session_lasted(technician_a: Caller, keep: Keep, week: None) -> None:
    lasted = {each["sessionId"][:3]: each["durationMs"]
              for each in technician_a.get(PATH).json["sessions"]}
    assert lasted == {"AAA": 600_000, "BBB": 1_800_000, "CCC": 90_000, "DDD": 0}


def test_one_that_runs_lasts_until_now(technician_a: Caller, keep: Keep) -> None:
    begun = clock.now() - timedelta(minutes=5)
    keep("AAA-111-AAA", status="connected", created_at=begun, connected_at=begun, ended_at=begun - timedelta(hours=1))
    answer = technician_a.get(PATH).json
    assert 300_000 <= answer["sessions"][0]["durationMs"] < 900_000
    assert answer["summary"]["connectedSessions"] == 1


def test_totals_and_days(technician_a: Caller, week: None) -> None:
    answer = technician_a.get(PATH).json
    assert answer["summary"] == {"totalSessions": 4, "totalDurationMs": 2_490_000, "uniqueCustomers": 2,
                                 "connectedSessions": 2}
    assert answer["days"] == [{"day": "2026-03-08", "sessions": 1, "durationMs": 600_000},
                              {"day": "2026-03-10", "sessions": 2, "durationMs": 1_890_000},
                              {"day": "2026-03-11", "sessions": 1, "durationMs": 0}]


FILTERED: list[tuple[dict[str, str], list[str]]] = [
    ({"from": "2026-03-10"}, ["DDD", "CCC", "BBB"]), ({"to": "2026-03-10"}, ["CCC", "BBB", "AAA"]),
    ({"from": "2026-03-10", "to": "2026-03-10"}, ["CCC", "BBB"]), ({"from": "2026-03-09", "to": "2026-03-09"}, []),
    ({"from": "2026-03-10T09:30:00.000Z"}, ["DDD", "CCC", "BBB"]),
    ({"customer": "john"}, ["BBB", "AAA"]), ({"customer": "TILL"}, ["AAA"]), ({"customer": "pc-fr"}, ["AAA"]),
    ({"customer": "%"}, ["CCC"]), ({"customer": "n_a"}, ["CCC"]), ({"customer": "nobody"}, []),
    ({"deviceId": "dev-1"}, ["BBB", "AAA"]), ({"deviceId": "dev-"}, []),
    ({"status": "ended"}, ["DDD", "CCC", "BBB", "AAA"]), ({"status": "waiting"}, []),
    ({"from": "", "to": "", "customer": "", "deviceId": "", "status": ""}, ["DDD", "CCC", "BBB", "AAA"]),
    ({"from": "2026-03-01", "to": "2026-03-31", "customer": "smith", "deviceId": "dev-1", "status": "ended"},
     ["BBB", "AAA"])]


def test_filters(technician_a: Caller, week: None) -> None:
    for query, expected in FILTERED:
        answer = technician_a.get(PATH, query_string=query).json
        assert [each["sessionId"][:3] for each in answer["sessions"]] == expected, query
        assert answer["summary"]["totalSessions"] == sum(day["sessions"] for day in answer["days"]) == len(expected)


def test_a_session_that_ran_out_counts_as_over(technician_a: Caller, keep: Keep) -> None:
    keep("AAA-111-AAA", status="waiting", expires_at=clock.now() - timedelta(seconds=1))
    keep("BBB-222-BBB", status="waiting", expires_at=clock.now() + timedelta(hours=1))
    assert found(technician_a, status="waiting") == ["BBB"]
    assert found(technician_a, status="ended") == ["AAA"]


SENSELESS: list[dict[str, str]] = [
    {"from": "yesterday"}, {"to": "2026-02-30"}, {"from": "2026-03-11", "to": "2026-03-10"}, {"from": "0001-01-01"},
    {"to": "9999-12-31"}, {"customer": "x" * 121}, {"from": "' OR 1=1 --"}]


def test_filters_that_make_no_sense(technician_a: Caller) -> None:
    for path in (PATH, f"{PATH}.csv"):
        for query in SENSELESS:
            answer = technician_a.get(path, query_string=query)
            assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED"), query


def test_each_tenant_counts_its_own(technician_b: Caller, viewer_a: Caller, admin: Caller, week: None) -> None:
    assert found(technician_b) == ["EEE"]
    assert technician_b.get(PATH).json["summary"]["totalSessions"] == 1
    assert found(technician_b, deviceId="dev-1", customer="john") == ["EEE"]
    assert len(found(viewer_a)) == 4 and len(found(admin)) == 5
    assert "AAA-111" not in technician_b.get(f"{PATH}.csv").text


def test_customers_and_strangers_count_nothing(customer: Caller, nobody: Caller, device: Caller) -> None:
    for path in (PATH, f"{PATH}.csv"):
        assert [caller.get(path).status_code for caller in (customer, nobody, device)] == [403, 401, 401]


def test_the_list_ends_where_the_totals_go_on(technician_a: Caller, keep: Keep, week: None,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_ROWS", 2)
    answer = technician_a.get(PATH).json
    assert len(answer["sessions"]) == 2
    assert answer["summary"]["totalSessions"] == 4 == sum(day["sessions"] for day in answer["days"])


def test_more_sessions_cost_no_more_queries(app: Flask, technician_a: Caller, keep: Keep) -> None:
    keep("AAA-111-AAA")
    with counted(app) as few:
        technician_a.get(f"{PATH}?customer=x")
    for number in range(20):
        keep(f"BBB-{number:03}-BBB", created_at=NOON + timedelta(days=number), customer_name="x")
    with counted(app) as many:
        technician_a.get(f"{PATH}?customer=x")
    assert len(few) == len(many) <= 6


def test_days_are_found_by_an_index(app: Flask) -> None:
    """PostgreSQL would read a table as small as this one from end to end."""
    with app.app_context():
        explain = "EXPLAIN QUERY PLAN"
        if db.engine.dialect.name == "postgresql":
            db.session.execute(db.text("SET LOCAL enable_seqscan = off"))
            explain = "EXPLAIN"
        plan = db.session.execute(db.text(f"{explain} SELECT * FROM sessions WHERE created_at >= '2026-01-01' "
                                          "ORDER BY created_at DESC, id DESC LIMIT 9"))
        assert "ix_sessions_created" in str(plan.all())


def test_the_csv_file(technician_a: Caller, week: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "EXPORTED_AT_ONCE", 2)
    answer = technician_a.get(f"{PATH}.csv?from=2026-03-08&to=2026-03-10")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="sessions-')
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line["Session"][:3] for line in lines] == ["CCC", "BBB", "AAA"]
    assert (lines[2]["Customer"], lines[2]["Seconds"], lines[2]["Host name"]) == ("John Smith", "600", "PC-FRONT")


def test_the_csv_file_of_nothing(technician_a: Caller) -> None:
    assert len(technician_a.get(f"{PATH}.csv").text.splitlines()) == 1


def test_no_cell_is_a_formula(technician_a: Caller, keep: Keep) -> None:
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"]
    for number, name in enumerate(names):
        keep(f"AAA-00{number}-AAA", customer_name=name, client_info={"hostname": name})
    text = technician_a.get(f"{PATH}.csv").get_data().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == len(names)
    assert all(line["Customer"].startswith("'") and line["Host name"].startswith("'") for line in lines)


def test_no_part_of_a_cell_is_a_formula() -> None:
    """Spreadsheets in much of Europe part cells at semicolons, quoted or not."""
    assert safe_cell('x;=HYPERLINK("evil")') == "x;'=HYPERLINK(\"evil\")"
    assert safe_cell('x; "+1') == "x;' \"+1"
    assert safe_cell("Smith; John - a-b=c") == "Smith; John - a-b=c"


def test_a_cell_stays_on_its_line() -> None:
    assert safe_cell("John\r\nSmith\x1b[31m\u202e") == "John  Smith [31m "
    assert safe_cell(None) == "" and safe_cell(12) == "12" and len(safe_cell("x" * 1000)) == 500


def test_many_ask_at_once(engine_server: Server) -> None:
    """Long reads run in real threads beside the hub, on either engine."""
    def ask(number: int) -> int:
        return engine_server.http("admin").get(f"{PATH}?customer=nobody-{number}").json()["summary"]["totalSessions"]
    with ThreadPoolExecutor(12) as people:
        assert set(people.map(ask, range(36))) == {0}
