"""How a new installer's link is shown: as an address, and as a code that a phone's camera reads."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import segno

from connectassist.features.enrollment.rows import token_row

if TYPE_CHECKING:
    from connectassist.features.installers.service import Made


def link_row(made: Made, *, server_url: str) -> dict[str, Any]:
    """A new link, which is shown this once."""
    link = f"{server_url}/install/{made.token}"
    return {"success": True, "installer": token_row(made.record), "link": link, "qr": qr_code(link),
            "fileName": made.file_name, "expiresAt": made.record.expires_at}


def qr_code(text: str) -> str:
    """A QR code as an SVG image."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", scale=5, border=4, xmldecl=False, light="#fff",
                                                  title="QR code of the link")
    return drawn.getvalue().decode()
