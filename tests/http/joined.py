"""Somebody at a Supabase project, joined with an account here, and what a token of theirs gets."""

from __future__ import annotations

from typing import Any

from flask import Flask

from connectassist.core.db import db
from connectassist.identity.models import LinkedIdentity, User

DEVICES = "/api/v1/customer/devices"
CARL = "5d5a5d2e-0c1f-4f0e-9f0b-3f6a2f3a7c11"
ISSUER = "http://project.example/auth/v1"


def link(app: Flask, username: str, subject: str = CARL, *, issuer: str = ISSUER) -> None:
    with app.app_context():
        user = db.session.query(User).filter_by(username=username).one()
        db.session.add(LinkedIdentity(issuer=issuer, subject=subject, user_id=user.id))
        db.session.commit()


def asked(app: Flask, token: str, path: str = DEVICES) -> tuple[int, Any]:
    answer = app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})
    return answer.status_code, answer.json
