"""The case as a PDF: an order built from the record, printed by one warm worker process off the hub."""

from __future__ import annotations

import atexit
import threading
from pathlib import Path
from typing import Any

from builder.pdf import errors as pdf_errors
from builder.pdf_worker import PdfWorker
from connectassist.core import clock, jobs
from connectassist.core.errors import PdfUnavailable, Unavailable
from connectassist.features.cases import queries, service
from connectassist.features.cases.models import Case
from connectassist.features.cases.rows import billable_seconds
from connectassist.features.recordings import queries as recordings
from connectassist.features.recordings.rows import record_line
from connectassist.http.context import settings
from connectassist.identity.principal import Principal

MOST_WAITING = 4
SECONDS = 30.0
PRODUCT = "ConnectAssist"


class Press:
    """One worker, started when first needed, and a short queue before it. Whoever waits does so without a
    real thread; only the one whose turn it is takes one."""

    def __init__(self) -> None:
        self._worker: PdfWorker | None = None
        self._waiting = 0
        self._turn = threading.Lock()

    def run(self, order: dict[str, Any], *, page_size: str, cache: Path) -> bytes:
        """Print. Raises PdfUnavailable, or Unavailable while one is printed and four wait already."""
        if self._waiting > MOST_WAITING:
            raise Unavailable("Many PDFs are being made right now. Try again in a moment", retry_after=5)
        self._waiting += 1
        try:
            with self._turn:
                self._worker = self._worker or self._started(cache)
                return jobs.run_blocking(self._worker.render, order, page_size=page_size, timeout=SECONDS)
        except pdf_errors.PdfError as error:
            raise PdfUnavailable(detail=str(error)) from error
        finally:
            self._waiting -= 1

    @property
    def depth(self) -> int:
        """How many are printed or wait for it."""
        return self._waiting

    @staticmethod
    def _started(cache: Path) -> PdfWorker:
        worker = PdfWorker(cache=cache)
        atexit.register(worker.close)
        return worker


press = Press()
jobs.WORKERS["pdf"] = lambda: press.depth


def pdf(case_id: str, *, by: Principal, page_size: str, timezone: str = "UTC") -> tuple[str, bytes]:
    """A case's file name and PDF. Raises CaseNotFound, PdfUnavailable, Unavailable."""
    case = queries.visible_to(by, case_id)
    order, name = order_of(case, timezone=timezone), f"case-{case.number}.pdf"
    service.note_export(case, by=by)
    return name, press.run(order, page_size=page_size, cache=settings().instance / "fontcache")


def order_of(case: Case, *, timezone: str = "UTC") -> dict[str, Any]:
    """What the builder needs, from the row and its frozen record."""
    told = case.record
    device = told.get("device") or {}
    return {
        "branding": {"product": PRODUCT},
        "case": {"number": case.number, "id": case.id, "title": case.title, "status": case.status,
                 "created_at": clock.iso(case.created_at), "problem": case.problem_description,
                 "work_done": case.work_done, "recommendations": case.recommendations},
        "customer": {"name": case.customer_name, "client": (told.get("customer") or {}).get("client")},
        "device": {**device, "hostname": device.get("hostname") or case.machine_name},
        "technician": {"name": case.technician_name},
        "session": {"id": case.session_id, "started_at": told.get("startedAt"), "ended_at": told.get("endedAt"),
                    "viewing_seconds": case.remote_viewing_seconds},
        "times": {"phone_minutes": case.phone_support_minutes, "whatsapp_minutes": case.whatsapp_support_minutes,
                  "viewing_seconds": case.remote_viewing_seconds, "total_seconds": billable_seconds(case)},
        "consents": told.get("consents", []), "timeline": told.get("timeline", []),
        "chat": told.get("chat", []) if case.includes_chat else [], "files": told.get("files", []),
        "recordings": [record_line(each) for each in recordings.of_session(case.session_id)],
        "timezone": timezone,
    }
