"""Finding tickets: filters, words, orders, pages, files; and counting them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import event

from connectassist.core.db import db
from connectassist.features.tickets import queries
from tests.cast import ACME, Caller

Make = Callable[..., dict[str, Any]]


def found(caller: Caller, query: str) -> list[int]:
    answer = caller.get(f"/api/tickets?{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json]


def test_words_in_any_order(make: Make, technician_a: Caller, admin: Caller) -> None:
    first = make(title="Drucker STRASSE größer", description="Teil 100% fertig_neu", requested_by="x")["id"]
    second = make(title="Καλημέρα κόσμε", description="e\u0301te\u0301")["id"]
    technician_a.post(f"/api/tickets/{first}/comments", json={"content": "Fehler 0x80070005"})
    technician_a.post(f"/api/tickets/{first}/comments", json={"content": "Geheimnis", "is_internal": True})
    technician_a.put(f"/api/tickets/{second}", json={"resolution": "Kabel getauscht"})
    for words, wanted in {"drucker": [first], "GRÖSSER drucker": [first], "straße": [first], "100%": [first],
                          "_neu": [first], "%": [first], "ΚΌΣΜΕ": [second], "été": [second], "0x8007": [first],
                          "kabel": [second], "Geheimnis": [], "drucker kabel": [], "supp-111111": [second, first],
                          " ": [second, first], "{{": [], "\0": [second, first]}.items():
        assert found(technician_a, f"search={quote(words)}") == wanted, words
    assert technician_a.get(f"/api/tickets?search={'x' * 201}").status_code == 400


def test_filters_orders_and_pages(make: Make, technician_a: Caller, hers: dict) -> None:
    low, high = make(priority="low", category="other")["id"], make(priority="critical", category="system_down")["id"]
    technician_a.post(f"/api/tickets/{low}/take")
    for query, wanted in {"priority=low,critical": [high, low], "status=open": [high, hers["id"]],
                          "status=in_progress,closed": [low], "unassigned=1": [high, hers["id"]],
                          f"assigned_to={technician_a.user_id}": [low], "category=system_down": [high],
                          f"client_id={ACME}&sort=oldest": [hers["id"], low, high], "client_id=3": [],
                          "sort=priority": [high, hers["id"], low], "sort=updated": [low, high, hers["id"]],
                          "sort=due": [high, hers["id"], low], "session_id=x": [], "case_id=x": [],
                          "status=&priority=&category=&assigned_to=": [high, low, hers["id"]]}.items():
        assert found(technician_a, query) == wanted, query
    assert technician_a.get("/api/tickets?sort=odd").status_code == 400
    page = technician_a.get("/api/tickets/page?limit=1&skip=1&priority=low,critical").json
    assert ([each["id"] for each in page["tickets"]], page["total"], page["skip"], page["limit"]) == ([low], 2, 1, 1)


def test_what_is_due_first_comes_first(make: Make, technician_a: Caller, later: Callable[..., Any]) -> None:
    low = make(priority="low")["id"]  # to be answered in a day
    later(hours=20)
    answered = make(priority="high")["id"]  # to be solved in 8 hours
    technician_a.patch(f"/api/tickets/{answered}", json={"status": "in_progress"})
    waiting = make(priority="critical")["id"]
    technician_a.put(f"/api/tickets/{waiting}", json={"waiting_for_customer": True})
    done = make(priority="critical")["id"]
    technician_a.patch(f"/api/tickets/{done}", json={"status": "closed"})
    assert found(technician_a, "sort=due") == [low, answered, done, waiting]
    technician_a.post(f"/api/tickets/{low}/comments", json={"content": "We are looking"})
    assert found(technician_a, "sort=due")[:2] == [answered, low]


def test_a_page_takes_as_many_questions_for_many(app: Flask, make: Make, technician_a: Caller) -> None:
    def asked() -> int:
        count: list[str] = []
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note := lambda *told: count.append(told[2]))
        try:
            technician_a.get("/api/tickets/page")
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(count)

    make()
    few = asked()
    for _ in range(5):
        make()
    assert asked() == few


def test_the_csv_file(make: Make, technician_a: Caller, technician_b: Caller, customer: Caller, hers: dict,
                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "EXPORTED_AT_ONCE", 2)
    make(title='=HYPERLINK("http://evil","x")', description="+1;-2")
    make(title="@SUM(A1)", priority="low")
    answer = technician_a.get("/api/tickets/export.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    lines = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [line["Title"] for line in lines] == ["'@SUM(A1)", "'=HYPERLINK(\"http://evil\",\"x\")", "No mail"]
    assert (lines[1]["Description"], lines[2]["Made by"], lines[0]["Client"]) == (
        "'+1;'-2", "Carl Customer", "Acme")
    for query, number in (("priority=low", 1), ("search=mail", 1), ("", 3)):
        text = technician_a.get(f"/api/tickets/export.csv?{query}").get_data().decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(text)))) == number + 1
    assert len(technician_b.get("/api/tickets/export.csv").text.splitlines()) == 1
    assert "HYPERLINK" not in customer.get("/api/tickets/export.csv").text


def test_the_summary_in_both_shapes(make: Make, technician_a: Caller, technician_b: Caller, customer: Caller,
                                    viewer_a: Caller, hers: dict, later: Callable[..., Any]) -> None:
    solved = make(priority="low", category="system_down")["id"]
    later(hours=3)
    technician_a.patch(f"/api/tickets/{solved}", json={"status": "resolved"})
    summary = viewer_a.get("/api/tickets/analytics/summary").json
    assert summary["status_counts"] == {"open": 1, "resolved": 1}
    assert summary["priority_counts"] == {"high": 1, "low": 1}
    assert summary["category_counts"] == {"other": 1, "system_down": 1}
    assert summary["total_tickets"] == 2
    assert 2.9 < summary["avg_resolution_time_hours"] < 3.1
    mine = customer.get("/api/analytics/tickets").json
    assert [mine[f"{name}_tickets"] for name in ("total", "open", "resolved", "closed")] == [1, 1, 0, 0]
    assert mine["status_distribution"] == {"open": 1, "in_progress": 0, "resolved": 0, "closed": 0}
    assert customer.get("/api/tickets/analytics/summary").status_code == 403
    assert technician_b.get("/api/tickets/analytics/summary").json["total_tickets"] == 0
