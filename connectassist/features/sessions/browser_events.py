"""What a customer's browser and the technician's page say to each other besides the helper's events."""

from __future__ import annotations

from typing import Any

from connectassist.features.sessions import browser
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN, Seat


@GATEWAY.on("share-start", speaks=HELPER, fields={"technicians": list}, uses_database=True)
def share_start(data: dict, seat: Seat) -> dict[str, Any]:
    """The customer shows the screen from the browser to those technicians (ids) whom the page named."""
    shown = [each for each in data["technicians"][:20] if isinstance(each, str)]
    return {"rights": browser.share(seat, shown=shown)}


@GATEWAY.on("ask-for-helper", speaks=TECHNICIAN, uses_database=True)
def ask_for_helper(data: dict, seat: Seat) -> None:
    """The technician needs more than a browser can give: ask the customer to start the helper."""
    browser.ask_for_helper(seat)


@GATEWAY.on("helper-coming", speaks=(HELPER, CUSTOMER), fields={"step": str}, uses_database=True)
def helper_coming(data: dict, seat: Seat) -> None:
    """The customer's browser downloaded the helper (`downloaded`), or the customer would rather not (`declined`)."""
    GATEWAY.to_technicians(seat.session_id, "helper-coming", browser.coming(seat, step=data["step"]))
