"""Why a case could not be printed, in sentences that a technician can read."""

from __future__ import annotations

from builder.errors import BuilderError


class PdfError(BuilderError):
    """Anything that stops a case from becoming a PDF."""


class PdfUnavailable(PdfError):
    """This machine lacks the libraries that set type."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(
            "PDF reports need the Pango text library, which this machine lacks. Install it "
            "(Debian and Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "Fedora: dnf install pango; macOS: brew install pango) and try again."
            + (f" ({reason})" if reason else "")
        )


class OrderRefused(PdfError):
    """The order is not one that a case could be made from."""


class PdfFailed(PdfError):
    """The worker gave up on this case."""


class PdfTimeout(PdfFailed):
    """The worker took longer than it was given, and was stopped."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The PDF was not ready after {seconds:g} seconds.")
        self.seconds = seconds
