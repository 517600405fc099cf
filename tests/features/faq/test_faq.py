"""The knowledge base: what comes with the product, and who reads what."""

from __future__ import annotations

from flask import Flask

from connectassist.core.db import db
from connectassist.features.faq import service
from connectassist.features.faq.models import FaqEntry
from tests.cast import ACME, BETA, Caller


def texts(caller: Caller, **query: str) -> set[str]:
    return {row["question"] for row in caller.get("/api/faq", query_string=query).json}


def test_entries_look_as_contract_004_writes_them(customer: Caller) -> None:
    row = customer.get("/api/faq?search=forgot+my+password").json[0]
    assert row["question"] == "I forgot my password, how do I reset it?"
    assert row["category"] == "Passwords and sign-in"
    assert row["is_active"] is True
    assert "reset" in row["tags"]
    assert row["created_at"].endswith("Z")
    assert isinstance(row["id"], int)


def test_everybody_reads_what_is_everybody_s_and_their_own_client_s(app: Flask, admin: Caller, technician_a: Caller,
                                                                    technician_b: Caller, customer: Caller) -> None:
    with app.app_context():
        db.session.add_all([FaqEntry(client_id=ACME, question="zebra of A", answer="x"),
                            FaqEntry(client_id=BETA, question="zebra of B", answer="x"),
                            FaqEntry(question="zebra of all", answer="x"),
                            FaqEntry(question="zebra of old", answer="x", is_active=False)])
        db.session.commit()
    assert texts(admin, search="zebra") == {"zebra of A", "zebra of B", "zebra of all"}
    assert texts(technician_a, search="ZEBRA") == texts(customer, search="zebra") == {"zebra of A", "zebra of all"}
    assert texts(technician_b, search="zebra") == {"zebra of B", "zebra of all"}


def test_search_and_category(technician_a: Caller) -> None:
    assert texts(technician_a, category="printing") == texts(technician_a, category="Printing")
    assert len(texts(technician_a, search="")) >= 60
    assert texts(technician_a, search="%") < texts(technician_a)
    assert technician_a.get("/api/faq", query_string={"search": "x" * 201}).status_code == 400


def test_strangers_and_devices_read_nothing(nobody: Caller, device: Caller) -> None:
    assert nobody.get("/api/faq").status_code == device.get("/api/faq").status_code == 401


def test_what_somebody_edited_stays_and_what_is_missing_comes(in_app: None) -> None:
    assert service.ensure_first_entries() == 0
    edited, removed = db.session.query(FaqEntry).filter(FaqEntry.key.in_(("vpn-drops", "disk-full"))).order_by(
        FaqEntry.key.desc())
    edited.answer, edited.is_active = "our own words", False
    db.session.delete(removed)
    db.session.commit()
    assert service.ensure_first_entries() == 1
    kept = db.session.query(FaqEntry).filter_by(key="vpn-drops").one()
    assert (kept.answer, kept.is_active) == ("our own words", False)
