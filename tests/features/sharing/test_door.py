"""The browser's door over HTTP: what opens it, what it gives, and what it tells nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from connectassist.core.db import db
from connectassist.core.vault import digest
from connectassist.features.sharing import browsers
from connectassist.features.support_codes.models import SupportCode
from connectassist.identity import share_secrets
from connectassist.identity.models import ShareCredential
from tests.cast import Caller

CHROME_ON_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"


@pytest.fixture
def code(technician_a: Caller) -> str:
    return technician_a.post("/api/support-codes", json={"customer_name": "Ann Client"}).json["support_code"]


def enter(client: FlaskClient, **key: str) -> str:
    """Come in by browser; returns the session's id."""
    answer = client.post("/api/share", json=key, headers={"User-Agent": CHROME_ON_WINDOWS})
    assert answer.status_code == 200, answer.text
    return answer.json["sessionId"]


def test_the_doors_name_who_helps_and_use_nothing_up(client: FlaskClient, technician_a: Caller, code: str) -> None:
    answer = client.post("/api/share/doors", json={"support_code": f"{code[:3]} {code[3:]}"}).json
    assert (answer["technician_name"], answer["customer_name"]) == ("Tina Acme", "Ann Client")
    assert technician_a.get("/api/sessions").json["sessions"] == []


def test_a_code_opens_a_session_that_staff_see_with_sensible_words(client: FlaskClient, technician_a: Caller,
                                                                    code: str) -> None:
    session_id = enter(client, support_code=code)
    row, = technician_a.get("/api/sessions").json["sessions"]
    assert (row["session_id"], row["customer_name"], row["machine_name"], row["device_id"], row["support_code"]) == (
        session_id, "Ann Client", "Web browser on Windows (Chrome)", None, code)
    assert not [each for each in technician_a.get("/api/devices").json["devices"] if each["support_code"] == code]


def test_one_code_leads_into_one_session_whichever_browser(app: Flask, client: FlaskClient, code: str) -> None:
    assert enter(client, support_code=code) == enter(app.test_client(), support_code=code)


def test_after_its_end_the_code_opens_a_new_one(client: FlaskClient, technician_a: Caller, code: str) -> None:
    first = enter(client, support_code=code)
    technician_a.delete(f"/api/sessions/{first}")
    assert client.get("/api/share").json == {"sharing": None}
    assert enter(client, support_code=code) != first


def test_the_first_door_does_not_burn_the_second(client: FlaskClient, in_app: None, code: str) -> None:
    for _ in range(3):
        enter(client, support_code=code)
    assert db.session.scalar(select(SupportCode.uses).where(SupportCode.code == code)) == 0
    assert client.post("/api/share/installer", json={}).status_code in (200, 503)


def test_the_secret_is_kept_as_a_hash_and_in_a_cookie_that_scripts_cannot_read(client: FlaskClient, in_app: None,
                                                                              code: str) -> None:
    enter(client, support_code=code)
    cookie = client.get_cookie(share_secrets.COOKIE)
    assert cookie and cookie.http_only and cookie.same_site == "Strict"
    kept = db.session.scalars(select(ShareCredential.secret_hash)).all()
    assert kept == [digest(cookie.value)] and cookie.value not in kept


def test_the_page_gets_back_what_was_said(client: FlaskClient, code: str) -> None:
    session_id = enter(client, support_code=code)
    shown = client.get("/api/share").json["sharing"]
    assert (shown["sessionId"], shown["technicianName"], shown["messages"], shown["helperWanted"]) == (
        session_id, "Tina Acme", [], "")
    assert shown["installer"] == "code"


def test_leaving_makes_the_secret_worthless(client: FlaskClient, app: Flask, code: str) -> None:
    enter(client, support_code=code)
    secret = client.get_cookie(share_secrets.COOKIE).value
    client.delete("/api/share")
    thief = app.test_client()
    thief.set_cookie(share_secrets.COOKIE, secret)
    assert thief.get("/api/share").json == {"sharing": None}


def wrong_answers(client: FlaskClient, *codes: str) -> set[tuple[int, str]]:
    found = set()
    for code in codes:
        for path in ("/api/share", "/api/share/doors"):
            answer = client.post(path, json={"support_code": code})
            found.add((answer.status_code, answer.json["error_code"] + answer.json["error"]))
    return found


def test_unknown_ended_and_taken_back_codes_answer_alike(client: FlaskClient, technician_a: Caller, in_app: None,
                                                         code: str) -> None:
    taken = technician_a.post("/api/support-codes", json={"customer_name": "Bo"}).json["support_code"]
    technician_a.delete(f"/api/support-codes/{taken}")
    used = db.session.scalar(select(SupportCode).where(SupportCode.code == code))
    used.uses = 21
    db.session.commit()
    unknown = next(f"{n:06d}" for n in range(900000, 900003) if f"{n:06d}" not in (code, taken))
    assert len(wrong_answers(client, unknown, taken, code, "12345", "../../etc", "<b>")) == 1


def test_wrong_codes_use_up_the_same_budget_as_the_installer(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client()
    tries = [client.post(path, json={"support_code": "000000"}).status_code
             for path in ("/api/share", "/api/share/doors", "/api/customer/installer") * 2]
    assert tries == [400] * 5 + [429]


def test_a_session_link_opens_by_its_id_alone_unless_a_code_or_a_device_holds_it(
        client: FlaskClient, app: Flask, technician_a: Caller, device: Caller, code: str) -> None:
    linked = technician_a.post("/api/sessions/create").json["sessionId"]
    assert enter(client, sessionId=linked) == linked
    held = device.post("/api/sessions/assign", json={"deviceId": device.device_id}).json["sessionId"]
    for session_id in (held, enter(app.test_client(), support_code=code), "9PD-835-6DE", "x", "' OR 1=1"):
        answer = app.test_client().post("/api/share", json={"sessionId": session_id})
        assert (answer.status_code, answer.json["error_code"]) == (404, "SESSION_NOT_FOUND"), session_id


def test_the_id_of_a_code_s_session_gets_no_package_that_would_let_a_helper_in(
        client: FlaskClient, nobody: Caller, device_b: Caller, technician_a: Caller, code: str) -> None:
    session_id = enter(client, support_code=code)
    for path in (f"/api/packages/download/{session_id}", f"/api/packages/manifest/{session_id}"):
        for stranger in (nobody, device_b):
            assert stranger.get(path).json["error_code"] == "SESSION_NOT_FOUND", path
    assert technician_a.get(f"/api/packages/manifest/{session_id}").status_code == 200


def test_another_site_lets_no_browser_in(client: FlaskClient, code: str) -> None:
    answer = client.post("/api/share", json={"support_code": code}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and client.get_cookie(share_secrets.COOKIE) is None


def test_the_other_tenant_sees_nothing_of_it(client: FlaskClient, technician_b: Caller, code: str) -> None:
    session_id = enter(client, support_code=code)
    assert technician_b.get("/api/sessions").json["sessions"] == []
    assert technician_b.get(f"/api/sessions/{session_id}").status_code == 404


def test_a_code_leads_into_so_many_sessions_and_no_more(client: FlaskClient, technician_a: Caller, code: str,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectassist.features.sharing.service.MOST_SESSIONS", 1)
    technician_a.delete(f"/api/sessions/{enter(client, support_code=code)}")
    answer = client.post("/api/share", json={"support_code": code})
    assert (answer.status_code, answer.json["error_code"]) == (400, "INVALID_SUPPORT_CODE")


@pytest.mark.parametrize(("agent", "name"), [
    (CHROME_ON_WINDOWS, "Web browser on Windows (Chrome)"),
    (CHROME_ON_WINDOWS + " Edg/150.0", "Web browser on Windows (Edge)"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Web browser on Mac (Safari)"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Web browser on Linux (Firefox)"),
    ("<script>alert(1)</script>\x1b[31m", "Web browser"), ("", "Web browser")])
def test_a_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert browsers.name_of(browsers.told_by(agent, address="1.2.3.4")) == name
