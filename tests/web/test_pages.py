"""Every page: who gets it, and that it keeps to the strict policy it is served with."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests.cast import Caller

ROOT = Path(__file__).resolve().parents[2]
STAFF_PAGES = ["/dashboard", "/codes", "/devices", "/sessions", "/cases", "/statistics", "/preferences"]
PUBLIC_PAGES = ["/", "/login", "/docs", "/redoc"]
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
ELSEWHERE = re.compile(r"""(?:src|href)=["'](?:https?:)?//""")


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_anyone_gets_the_public_pages(nobody: Caller, path: str) -> None:
    assert nobody.get(path).status_code == 200


@pytest.mark.parametrize("path", STAFF_PAGES)
def test_staff_get_the_staff_pages(viewer_a: Caller, technician_a: Caller, path: str) -> None:
    assert viewer_a.get(path).status_code == 200
    assert technician_a.get(path).status_code == 200


def test_the_page_of_a_session_is_for_staff_in_scope(technician_a: Caller, technician_b: Caller, device: Caller,
                                                     viewer_a: Caller) -> None:
    page = "/sessions/" + technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    for allowed in (technician_a, viewer_a):
        shown = allowed.get(page)
        assert shown.status_code == 200 and not INLINE.search(shown.text) and not ELSEWHERE.search(shown.text)
    assert technician_b.get(page).status_code == technician_a.get("/sessions/9PD-835-6DE").status_code == 404


@pytest.mark.parametrize("path", [*STAFF_PAGES, "/sessions/9PD-835-6DE", "/cases/new?session=9PD-835-6DE"])
def test_others_are_sent_to_sign_in_and_come_back(nobody: Caller, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/login?next=%2F")
    assert nobody.get(location).status_code == 200


def test_a_customer_is_told_no_on_a_page(customer: Caller) -> None:
    answer = customer.get("/dashboard")
    assert answer.status_code == 403
    assert "text/html" in answer.headers["Content-Type"]


def test_a_viewer_may_not_write_cases(viewer_a: Caller, technician_a: Caller) -> None:
    assert viewer_a.get("/cases/new?session=9PD-835-6DE").status_code == 403
    assert technician_a.get("/cases/new?session=9PD-835-6DE").status_code == 200


def test_only_those_who_may_act_get_the_form_for_codes(viewer_a: Caller, technician_a: Caller) -> None:
    assert 'id="code-form"' in technician_a.get("/codes").text
    assert 'id="code-form"' not in viewer_a.get("/codes").text


def test_the_bar_names_the_person_and_marks_the_page(technician_a: Caller) -> None:
    page = technician_a.get("/devices").text
    assert "Tina Acme" in page
    marked = re.findall(r'href="(/[a-z]+)" aria-current="page"', page)
    assert marked == ["/devices"]


@pytest.mark.parametrize("path", [*STAFF_PAGES, *PUBLIC_PAGES, "/cases/new", "/no-such-page"])
def test_pages_keep_to_their_policy(technician_a: Caller, path: str) -> None:
    answer = technician_a.get(path, follow_redirects=True)
    assert INLINE.findall(answer.text) == []
    assert ELSEWHERE.findall(answer.text) == []
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "script-src" not in policy  # so the default holds: our own files only


def test_only_the_api_viewers_may_style_at_run_time(technician_a: Caller) -> None:
    loose = {path for path in [*STAFF_PAGES, *PUBLIC_PAGES]
             if "unsafe-inline" in technician_a.get(path).headers["Content-Security-Policy"]}
    assert loose == {"/docs", "/redoc"}


@pytest.mark.parametrize("path", [*STAFF_PAGES, *PUBLIC_PAGES])
def test_every_file_a_page_names_is_there(technician_a: Caller, path: str) -> None:
    page = technician_a.get(path, follow_redirects=True).text
    named = set(re.findall(r'(?:src|href)="/static/(?:h-[0-9a-f]{16}/)([^"#?]+)', page))
    assert named
    assert [name for name in sorted(named) if not (ROOT / "static" / name).is_file()] == []


def test_every_icon_in_use_is_in_the_sprite(app: Flask) -> None:
    used = set()
    for file in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/js/**/*.js")]:
        text = file.read_text("utf-8")
        used |= set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["']""", text))
        used |= set(re.findall(r"""\bglyph: ["']([a-z0-9-]+)["']""", text))
    listed = {line.partition("#")[0].strip() for line in (ROOT / "scripts/icons.txt").read_text("utf-8").splitlines()}
    assert len(used) > 20
    assert sorted(used - listed) == []


def test_imports_between_modules_lead_to_files() -> None:
    broken = []
    for file in ROOT.glob("static/js/**/*.js"):
        for target in re.findall(r"""from "([^"]+)";""", file.read_text("utf-8")):
            place = ROOT / target.lstrip("/") if target.startswith("/") else (file.parent / target).resolve()
            if not place.is_file():
                broken.append(f"{file.name}: {target}")
    assert broken == []


def test_data_never_becomes_markup() -> None:
    risky = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")
    offenders = [file.name for file in ROOT.glob("static/js/**/*.js") if risky.search(file.read_text("utf-8"))]
    assert offenders == []


def test_a_hostile_name_is_text_on_the_page(as_member: Callable[[str], Caller], app: Flask) -> None:
    from connectassist.core.db import db
    from connectassist.identity.models import User
    with app.app_context():
        db.session.query(User).filter_by(username="tina").one().full_name = '"><script>alert(1)</script>'
        db.session.commit()
    page = as_member("technician_a").get("/dashboard").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
