"""How a session is shown among the statistics, and in their CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row

from connectassist.core import clock, foreign

HEADINGS = ("Session", "State", "Begun (UTC)", "Connected (UTC)", "Ended (UTC)", "Seconds", "Customer", "Machine",
            "Host name", "System", "Address", "Device", "Technician")
#: What spreadsheets take for the beginning of a formula, in its wide forms too. Where they part cells at semicolons,
#: as in much of Europe, a cell may begin in the middle of a text.
_FORMULA = re.compile(r"(^|;)(?=[\s\"']*[=+\-@\t\r\n＝＋－＠])")
_LONGEST_CELL = 500


def statistics_row(found: Row) -> dict[str, Any]:
    """A session with the fields of contract 001's statistics page. Places are not looked up."""
    info = found.client_info or {}
    return {"sessionId": found.session_id, "status": found.state, "createdAt": found.created_at,
            "connectedAt": found.connected_at, "endedAt": found.ended_at, "durationMs": found.duration_ms,
            "customerName": found.customer_name, "machineName": found.machine_name, "os": info.get("os"),
            "hostname": info.get("hostname"), "ip": info.get("ip"), "country": None, "region": None, "city": None,
            "deviceId": found.device_id, "technicianName": found.technician_name}


def csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Lines of a CSV file, as spreadsheets read them."""
    written = io.StringIO()
    csv.writer(written).writerows([safe_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def csv_page(found: list[Row]) -> bytes:
    """These sessions as lines of the file."""
    return csv_lines(csv_cells(each) for each in found)


def csv_cells(found: Row) -> list[Any]:
    """A session as a line of the file."""
    row = statistics_row(found)
    moments = [clock.iso(row[name]) for name in ("createdAt", "connectedAt", "endedAt")]
    told = ("customerName", "machineName", "hostname", "os", "ip", "deviceId", "technicianName")
    return [row["sessionId"], row["status"], *moments, round(row["durationMs"] / 1000), *(row[name] for name in told)]


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula: customers and devices choose what stands here."""
    text = "" if value is None else str(value)
    guarded = _FORMULA.sub(r"\1'", text)
    is_plain = guarded.isprintable() and len(guarded) <= _LONGEST_CELL
    return guarded if is_plain else foreign.text(guarded, _LONGEST_CELL)
