"""Proofs that are remembered for a moment, and no longer than they hold."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.identity import device_tokens, proven
from connectassist.identity.proven import LASTS, Proven
from tests.cast import DEVICE_ID

NOW = clock.now()


def test_a_proof_is_remembered_for_a_moment() -> None:
    shown = Proven()
    shown.note("one", "pump", now=NOW, ends=0)
    assert shown.get("one", now=NOW + LASTS / 2) == "pump"
    assert shown.get("another", now=NOW) is None
    for moment in (NOW + LASTS, NOW - timedelta(hours=1)):
        assert shown.get("one", now=moment) is None


def test_ending_one_device_ends_no_other() -> None:
    shown = Proven()
    for proof, device_id in (("one", "pump"), ("two", "pump"), ("three", "valve")):
        shown.note(proof, device_id, now=NOW, ends=0)
    shown.end("pump")
    assert [shown.get(proof, now=NOW) for proof in ("one", "two", "three")] == [None, None, "valve"]


def test_what_was_looked_up_before_an_end_is_not_kept_after_it() -> None:
    shown = Proven()
    before = shown.ends
    shown.end("pump")
    shown.note("one", "pump", now=NOW, ends=before)
    assert shown.get("one", now=NOW) is None


def test_it_does_not_grow_without_end(monkeypatch) -> None:
    monkeypatch.setattr(proven, "MOST", 10)
    shown = Proven()
    for number in range(25):
        shown.note(str(number), "pump", now=NOW, ends=0)
    assert len(shown._shown) <= 10


def test_a_token_ends_with_the_commit_that_ends_it(app: Flask) -> None:
    with app.app_context():
        token = device_tokens.issue(DEVICE_ID, address="127.0.0.1")
        db.session.commit()
        assert device_tokens.principal_of(token, address="127.0.0.1").device_id == DEVICE_ID
        device_tokens.revoke_all(DEVICE_ID)
        db.session.commit()
        assert device_tokens.principal_of(token, address="127.0.0.1") is None


def test_what_is_taken_back_ends_nothing(app: Flask) -> None:
    with app.app_context():
        token = device_tokens.issue(DEVICE_ID, address="127.0.0.1")
        db.session.commit()
        device_tokens.revoke_all(DEVICE_ID)
        db.session.rollback()
        assert device_tokens.principal_of(token, address="127.0.0.1") is not None
