"""GET /api/cases/<id>/pdf: the case on paper, and the server's pulse while it is printed."""

from __future__ import annotations

import io
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import pytest
from pypdf import PdfReader

from builder.pdf import errors as pdf_errors
from connectassist.core.audit import AuditEntry
from connectassist.core.db import db
from connectassist.core.errors import PdfUnavailable, Unavailable
from connectassist.features.cases import printing
from tests.cast import Caller
from tests.features.cases.conftest import Write
from tests.live.server import Server


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
        assert self.go_on.wait(90)
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
    deadline = time.monotonic() + 40
    while press._waiting < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    with pytest.raises(Unavailable) as refusal:
        press.run({}, page_size="A4", cache=tmp_path)
    assert refusal.value.retry_after and refusal.value.status == 503
    stuck.go_on.set()
    for each in waiting:
        each.join(40)
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


def test_the_server_goes_on_while_a_pdf_is_printed(engine_server: Server) -> None:
    """With the press at a standstill in the middle of a case, others are served."""
    session_id = engine_server.http("device").post("/api/sessions/assign", json={
        "deviceId": engine_server.cast["device"].device_id}).json()["sessionId"]
    case_id = engine_server.http("technician_a").post("/api/cases", json={
        "sessionId": session_id, "problemDescription": "pages and pages"}).json()["case"]["id"]

    def print_it() -> int:
        return engine_server.http("technician_a").get(f"/api/cases/{case_id}/pdf").status_code

    assert print_it() == 200
    worker = _press_of(engine_server)
    os.kill(worker, signal.SIGSTOP)
    with ThreadPoolExecutor(printing.MOST_WAITING + 2) as visitors:
        asked = [visitors.submit(print_it) for _ in range(printing.MOST_WAITING + 2)]
        try:  # whoever is refused came when one was on the press and four stood before it
            assert next(as_completed(asked, timeout=25)).result() == 503
            assert all(engine_server.http().get("/api/health").status_code == 200 for _ in range(20))
            assert sum(each.done() for each in asked) == 1
        finally:
            os.kill(worker, signal.SIGCONT)
        assert sorted(each.result() for each in asked) == [200] * (printing.MOST_WAITING + 1) + [503]


def _press_of(server: Server) -> int:
    """The process that prints for a server."""
    children = Path(f"/proc/{server.process_id}/task").glob("*/children")
    pids = [int(pid) for each in children for pid in each.read_text().split()]
    return next(pid for pid in pids if b"builder.pdf" in Path(f"/proc/{pid}/cmdline").read_bytes())
