"""WeasyPrint, held so that it reads our fonts, fetches nothing and says nothing."""

from __future__ import annotations

import logging
import warnings
from functools import cache
from typing import TYPE_CHECKING

from builder.pdf import fonts
from builder.pdf.errors import PdfUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable


class Engine:
    """Turns HTML and CSS into the bytes of a PDF. Make it once per process: loading takes half a second."""

    def __init__(self) -> None:
        if fonts.configured() is None:
            fonts.configure()
        try:
            with warnings.catch_warnings(action="ignore"):
                import weasyprint
                from weasyprint.text.fonts import FontConfiguration
        except (ImportError, OSError) as error:
            raise PdfUnavailable(str(error).splitlines()[0][:200]) from error
        logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
        self._weasyprint = weasyprint
        self._fonts = FontConfiguration()
        self._fetch = _refusing_fetcher(weasyprint)

    def print_pdf(self, html: str, *, css: str) -> bytes:
        """Print one document. Only `data:` URLs are read, whatever the document asks for."""
        sheet = self._weasyprint.CSS(string=css, url_fetcher=self._fetch, font_config=self._fonts)
        page = self._weasyprint.HTML(string=html, url_fetcher=self._fetch)
        return page.write_pdf(
            stylesheets=[sheet], font_config=self._fonts, pdf_variant="pdf/ua-1", attachments=None,
        )


@cache
def load_engine() -> Engine:
    """Load the engine once per process. Raises PdfUnavailable where its libraries are missing."""
    return Engine()


def _refusing_fetcher(weasyprint: object) -> Callable[..., object]:
    class DataOnly(weasyprint.urls.URLFetcher):  # type: ignore[name-defined]
        """Refuses every URL but data:, before anything is opened."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> object:
            if not url[:5].lower() == "data:":
                raise ValueError("only data: URLs are read")
            return super().fetch(url, headers)

    return DataOnly(allowed_protocols=("data",), allow_redirects=False)
