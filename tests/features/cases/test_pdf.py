"""GET /api/cases/<id>/pdf: the case on paper, and the server's pulse while it is printed."""

from __future__ import annotations

import io
import threading
import time

import pytest
from pypdf import PdfReader

from builder.pdf import errors as pdf_errors
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.core.errors import PdfUnavailable, Unavailable
from connectassist.features.cases import printing
from tests.cast import Caller
from tests.features.cases.conftest import Write


def text_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def test_the_case_on_paper(write: Write, technician_a: Caller) -> None:
    case = write(title="Printer of <b>Ann</b>", workDone="Changed the toner", recommendations="Buy a spare one",
                 phoneSupportMinutes=3)
    answer = technician_a.get(f"/api/cases/{case['id']}/pdf")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="case-{case["case_number"]}.pdf"'
    said = text_of(answer.data)
    for part in ("Printer of <b>Ann</b>", "Blank pages", "Changed the toner", "Buy a spare one", "Tina Acme", "ANN-PC",
                 "Customer of device", "It prints <b>blank</b> pages", "fix.txt", "00:01:30", "00:04:30",
                 "Taken back: control", "Tina asked for: see the screen, control", case["session_id"]):
        assert part in said, f"{part!r} is not in {said!r}"


def test_paper_sizes(write: Write, technician_a: Caller) -> None:
    path = f"/api/cases/{write()['id']}/pdf"
    widths = [round(float(PdfReader(io.BytesIO(technician_a.get(f"{path}?page={page}").data)).pages[0].mediabox.width))
              for page in ("A4", "Letter")]
    assert widths == [595, 612]
    assert technician_a.get(f"{path}?page=Napkin").status_code == 400


def test_the_chat_can_be_left_out(write: Write, technician_a: Caller) -> None:
    case = write(includeChat=False)
    assert "blank</b>" not in text_of(technician_a.get(f"/api/cases/{case['id']}/pdf").data)


def test_the_cookie_alone_opens_it(app, write: Write) -> None:
    case, browser = write(), app.test_client()
    signed_in = browser.post("/api/auth/local/login", json={"username": "tina", "password": "correct-horse"})
    assert signed_in.status_code == 200
    assert browser.get(f"/api/cases/{case['id']}/pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(("who", "status"), [
    ("viewer_a", 200), ("technician_b", 404), ("customer", 403), ("nobody", 401)])
def test_who_may(write: Write, as_member, who: str, status: int) -> None:
    assert as_member(who).get(f"/api/cases/{write()['id']}/pdf").status_code == status


def test_every_export_is_audited(app, write: Write, technician_a: Caller) -> None:
    case = write()
    technician_a.get(f"/api/cases/{case['id']}/pdf")
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="case.export").one()
        assert (entry.user_id, entry.session_id) == (technician_a.user_id, case["session_id"])


class Stuck:
    """A worker whose render waits until it is told to go on."""

    def __init__(self) -> None:
        self.go_on, self.entered = threading.Event(), threading.Semaphore(0)

    def render(self, order, *, page_size: str, timeout: float) -> bytes:
        self.entered.release()
        assert self.go_on.wait(20)
        return b"%PDF"


def test_the_queue_is_short(tmp_path) -> None:
    press, stuck = printing.Press(), Stuck()
    press._worker = stuck
    done: list[bytes] = []
    waiting = [threading.Thread(target=lambda: done.append(press.run({}, page_size="A4", cache=tmp_path)))
               for _ in range(5)]
    for each in waiting:
        each.start()
    assert stuck.entered.acquire(timeout=40)
    deadline = time.monotonic() + 10
    while press._waiting < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(Unavailable) as refusal:
        press.run({}, page_size="A4", cache=tmp_path)
    assert refusal.value.retry_after and refusal.value.status == 503
    stuck.go_on.set()
    for each in waiting:
        each.join(10)
    assert len(done) == 5 and press.run({}, page_size="A4", cache=tmp_path) == b"%PDF"


@pytest.mark.parametrize("problem", [
    pdf_errors.PdfUnavailable(), pdf_errors.PdfFailed("no"), pdf_errors.PdfTimeout(30)])
def test_a_machine_that_can_not_print_says_so(monkeypatch, write: Write, technician_a: Caller, problem) -> None:
    class Broken:
        def render(self, order, **options):
            raise problem

    monkeypatch.setattr(printing.press, "_worker", Broken())
    answer = technician_a.get(f"/api/cases/{write()['id']}/pdf")
    assert (answer.status_code, answer.json["error_code"]) == (503, PdfUnavailable.code)
    assert answer.json["detail"] == str(problem)


def test_the_server_goes_on_while_a_pdf_is_printed(engine_server) -> None:
    """With a long case on the press, other requests must not wait for it."""
    technician = engine_server.http("technician_a")
    session_id = engine_server.http("device").post("/api/sessions/assign", json={
        "deviceId": engine_server.cast["device"].device_id}).json()["sessionId"]
    long = {"sessionId": session_id, "problemDescription": "pages and pages " * 1200,
            "workDone": "line\n" * 3500, "recommendations": "more and more " * 1400}
    case_id = technician.post("/api/cases", json=long).json()["case"]["id"]
    technician.get(f"/api/cases/{case_id}/pdf")  # the worker is warm from here on
    printed: list[tuple[int, float]] = []

    def printing_it() -> None:
        began = time.monotonic()
        answer = engine_server.http("technician_a").get(f"/api/cases/{case_id}/pdf")
        printed.append((answer.status_code, time.monotonic() - began))

    press = threading.Thread(target=printing_it)
    press.start()
    pulse, visitor = [], engine_server.http()
    while press.is_alive():
        began = time.monotonic()
        assert visitor.get("/api/health").status_code == 200
        pulse.append(time.monotonic() - began)
    press.join()
    status, took = printed[0]
    assert status == 200
    assert len(pulse) >= 5 and max(pulse) < max(0.5, took / 2), (took, sorted(pulse)[-5:])
