"""Set a case in type: HTML from the templates, a PDF from WeasyPrint, and nothing fetched on the way."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from builder.pdf.engine import load_engine
from builder.pdf.errors import OrderRefused
from builder.pdf.order import PAGE_SIZES, CaseOrder
from builder.pdf.report import compose

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "pdf"


def render_case(order: CaseOrder | dict[str, Any], *, page_size: str = "A4") -> bytes:
    """Print a case as a PDF on "A4" or "Letter" paper. The same order gives the same bytes.

    Takes CPU time (about 0.3 s) and belongs in a worker: see builder.pdf_worker. Raises
    PdfUnavailable when this machine cannot set type, OrderRefused when the order is none.
    """
    if page_size not in PAGE_SIZES:
        raise OrderRefused(f"The paper must be one of {', '.join(PAGE_SIZES)}.")
    html = case_html(order)
    return load_engine().print_pdf(html, css=page_css(page_size))


def case_html(order: CaseOrder | dict[str, Any]) -> str:
    """Write the HTML of a case; every string of the order is escaped."""
    return _templates().get_template("case.html").render(report=compose(order))


def page_css(page_size: str) -> str:
    """Read the style sheet, for the paper that was asked for."""
    return f"@page {{ size: {page_size} }}\n" + (TEMPLATES / "case.css").read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )
