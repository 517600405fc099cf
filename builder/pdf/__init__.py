"""The case PDF: an order in, bytes out. Nothing is fetched, and nothing of the server is known here."""

from builder.pdf.errors import OrderRefused, PdfError, PdfFailed, PdfTimeout, PdfUnavailable
from builder.pdf.order import PAGE_SIZES, CaseOrder, PageSize
from builder.pdf.render import render_case

__all__ = [
    "PAGE_SIZES", "CaseOrder", "OrderRefused", "PageSize", "PdfError", "PdfFailed", "PdfTimeout",
    "PdfUnavailable", "render_case",
]
