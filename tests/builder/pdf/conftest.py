"""A real worker, a case with everything in it, and ways to read what was printed."""

import copy
import logging
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest

from builder.pdf import fonts, render_case
from builder.pdf.engine import load_engine
from builder.pdf_worker import PdfWorker

AT = "2026-11-20T13:05:11.000Z"
CASE = {
    "branding": {"product": "ConnectAssist", "company": "Northwind IT", "logo": None},
    "case": {
        "number": "CA-2026-0042", "id": "9f1c", "title": "Mail asks for the password", "status": "resolved",
        "created_at": AT, "problem": "It asks every few minutes.", "work_done": "Removed a stale entry.",
        "recommendations": "Keep the computer on.",
    },
    "customer": {"name": "Anna Rossi", "email": "anna@example.com", "phone": "+39 02 555", "client": "Rossi & Figli"},
    "device": {"id": "SUPP-123456-17", "hostname": "ANNA-LAPTOP", "os": "Windows 11", "platform": "windows",
               "arch": "x86_64", "username": "anna", "ip": "192.0.2.14"},
    "technician": {"name": "Tina Keller"},
    "session": {"id": "9PD-835-6DE", "started_at": AT, "ended_at": "2026-11-20T13:49:52.000Z",
                "viewing_seconds": 2532, "transport": "webrtc"},
    "times": {"phone_minutes": 12, "whatsapp_minutes": 5, "viewing_seconds": 2532, "total_seconds": 3552},
    "consents": [{"at": AT, "event": "approved", "rights": ["view", "control"], "by": "Anna R.",
                  "reason": "Look at the settings"}],
    "timeline": [{"at": AT, "what": "The helper came online"}],
    "chat": [{"at": AT, "sender": "Tina", "role": "technician", "text": "Good afternoon!"}],
    "files": [{"name": "fix.exe", "size": 4823449, "direction": "technician-to-user", "at": AT}],
    "recordings": [{"at": AT, "seconds": 754, "by": "Tina Acme", "state": "ready"}],
    "timezone": "Europe/Rome",
}


@pytest.fixture
def order() -> dict:
    """A case with every section, free to be changed."""
    return copy.deepcopy(CASE)


@pytest.fixture(scope="session")
def font_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One font index for all workers of the run."""
    return tmp_path_factory.mktemp("fontconfig")


@pytest.fixture(scope="session")
def worker(font_cache: Path) -> Iterator[PdfWorker]:
    """A warm worker on the vendored fonts."""
    assert list(fonts.VENDORED.glob("*.ttf")), "no fonts: run npm ci and scripts/vendor_fonts.py first"
    with PdfWorker(cache=font_cache) as warm:
        yield warm


@pytest.fixture
def printed(worker: PdfWorker, order: dict) -> Callable[..., bytes]:
    """Print the case with some of its fields changed: printed(case={"problem": "…"})."""

    def print_case(page_size: str = "A4", **changes: object) -> bytes:
        for name, value in changes.items():
            order[name] = {**order[name], **value} if isinstance(value, dict) else value
        return worker.render(order, page_size)

    return print_case


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """All text of a PDF, each run of white space as one space."""

    def read(pdf: bytes) -> str:
        pages = pypdfium2.PdfDocument(pdf)
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())

    return read


@pytest.fixture(scope="session")
def own_fonts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let renders in this process see the vendored fonts and no other."""
    if fonts.configured() is None:
        fonts.configure(cache=tmp_path_factory.mktemp("own-fonts"), system=())
    load_engine()


@pytest.fixture
def boxes_in(own_fonts: None, caplog: pytest.LogCaptureFixture) -> Callable[[dict], list[str]]:
    """The characters of a case that no vendored font has, and that become empty boxes on paper."""

    def render(order: dict) -> list[str]:
        with caplog.at_level(logging.WARNING, logger="weasyprint"):
            caplog.clear()
            render_case(order)
            return [record.message for record in caplog.records if ".notdef" in record.message]

    return render


@pytest.fixture(scope="session")
def fonts_of() -> Callable[[bytes], set[str]]:
    """The names of the fonts that a PDF carries, without the subset's prefix."""

    def read(pdf: bytes) -> set[str]:
        names = re.findall(rb"/FontName\s*/([^\s/>]+)", _loose(pdf))
        return {name.decode().partition("+")[2].strip(",") for name in names}

    return read


def _loose(pdf: bytes) -> bytes:
    """The objects of a PDF as text, out of their compressed streams."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
