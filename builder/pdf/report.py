"""Turn an order into what the page shows: groups of facts, passages and tables, all clean and bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from builder.pdf import words
from builder.pdf.errors import OrderRefused
from builder.pdf.logo import data_url
from builder.pdf.order import CaseOrder, part, rows
from builder.pdf.text import Passage, passage

FIELD_LIMIT = 20_000
SHORT_LIMIT = 160
LINE_LIMIT = 1_000
CHAT_LIMIT = 500
ROW_LIMIT = 300
#: What the texts of one table may cost together: about twenty pages.
TABLE_BUDGET = 60_000
DASH = Passage("—", "ltr", None)


@dataclass(frozen=True)
class Group:
    """A card: a heading and labelled facts."""

    heading: str
    facts: list[tuple[str, Passage]]


@dataclass(frozen=True)
class Prose:
    """A heading and a long text."""

    heading: str
    passage: Passage

    @property
    def lines(self) -> list[Passage]:
        """Its lines, each with the direction and language of its own."""
        return self.passage.split()


@dataclass(frozen=True)
class Cell:
    """One cell: its text, and a look ("when", "who staff", "number" or none)."""

    passage: Passage
    look: str = ""


@dataclass(frozen=True)
class Table:
    """A list with heads that are repeated on every page, and how many rows did not fit."""

    heading: str
    name: str
    heads: list[str]
    rows: list[list[Cell]]
    left_out: int = 0
    noun: str = "lines"


@dataclass(frozen=True)
class Report:
    """Everything that the template reads."""

    product: Passage
    company: Passage
    logo: str
    number: Passage
    title: Passage
    status: Passage
    tiles: list[tuple[str, str]]
    groups: list[Group]
    prose: list[Prose]
    tables: list[Table]
    timezone: str


def compose(order: CaseOrder | dict[str, Any]) -> Report:
    """Make the report of an order. Raises OrderRefused when it is no order at all."""
    if not isinstance(order, dict):
        raise OrderRefused("The order for a case PDF must be a JSON object.")
    zone, zone_name = words.zone(order.get("timezone") or "UTC")
    branding, case = part(order, "branding"), part(order, "case")
    product = short(branding.get("product")) or short("ConnectAssist")
    return Report(
        product=product,
        company=short(branding.get("company")) or product,
        logo=data_url(branding.get("logo")),
        number=short(case.get("number")) or short(case.get("id")) or DASH,
        title=short(case.get("title"), limit=300),
        status=short(words.event(case.get("status")), limit=40),
        tiles=_tiles(order),
        groups=_groups(order, zone),
        prose=_prose(case),
        tables=[table for table in _tables(order, zone) if table.rows],
        timezone=zone_name,
    )


def short(value: object, *, limit: int = SHORT_LIMIT) -> Passage:
    """Make a one-line passage, ended with an ellipsis where it was cut."""
    made = passage(value, limit=limit, lines=False)
    return Passage(made.text + "…", made.direction, made.language) if made.left_out else made


def _viewing(order: CaseOrder | dict[str, Any]) -> object:
    given = part(order, "times").get("viewing_seconds")
    return part(order, "session").get("viewing_seconds") if given is None else given


def _tiles(order: CaseOrder | dict[str, Any]) -> list[tuple[str, str]]:
    times, viewing = part(order, "times"), _viewing(order)
    return [
        ("Remote viewing", words.duration(viewing)),
        ("Phone", words.minutes(times.get("phone_minutes"))),
        ("WhatsApp", words.minutes(times.get("whatsapp_minutes"))),
        ("Total billable", words.duration(words.total(times, viewing=viewing))),
    ]


def _groups(order: CaseOrder | dict[str, Any], zone: tzinfo) -> list[Group]:
    customer, device, session = part(order, "customer"), part(order, "device"), part(order, "session")
    system = " · ".join(str(device[key]) for key in ("os", "arch") if device.get(key)) or device.get("platform")
    case = part(order, "case")
    return [
        _group("Customer", [
            ("Name", customer.get("name")), ("Company", customer.get("client")),
            ("Email", customer.get("email")), ("Phone", customer.get("phone"))], always=1),
        _group("Machine", [
            ("Host name", device.get("hostname")), ("System", system), ("User", device.get("username")),
            ("Address", device.get("ip")), ("Device ID", device.get("id"))], always=1),
        _group("Support", [
            ("Created", words.moment(case.get("created_at"), zone=zone)),
            ("Technician", part(order, "technician").get("name")), ("Session", session.get("id")),
            ("Started", words.moment(session.get("started_at"), zone=zone)),
            ("Ended", words.moment(session.get("ended_at"), zone=zone)),
            ("Connection", words.transport(session.get("transport")))], always=3),
    ]


def _group(heading: str, facts: list[tuple[str, object]], *, always: int) -> Group:
    """Keep the first `always` facts, with a dash where they are empty, and of the others what is known."""
    made = [(label, short(value)) for label, value in facts]
    return Group(heading, [(label, text or DASH) for at, (label, text) in enumerate(made) if text or at < always])


def _prose(case: dict[str, Any]) -> list[Prose]:
    made = [
        Prose("Problem", passage(case.get("problem"), limit=FIELD_LIMIT) or DASH),
        Prose("What was done", passage(case.get("work_done"), limit=FIELD_LIMIT)),
        Prose("Recommendations", passage(case.get("recommendations"), limit=FIELD_LIMIT)),
    ]
    return [prose for prose in made if prose.passage]


def _tables(order: CaseOrder | dict[str, Any], zone: tzinfo) -> Iterable[Table]:
    def when(row: dict[str, Any]) -> Cell:
        return Cell(short(words.moment(row.get("at"), zone=zone), limit=40), "when")

    yield _table("Timeline", "timeline", ["When", "What happened"], rows(order, "timeline"),
                 lambda row: [when(row), Cell(_line(row.get("what")))])
    yield _table("Consents", "consents", ["When", "Answer", "Rights", "By", "Reason"], rows(order, "consents"),
                 lambda row: [when(row), Cell(short(words.event(row.get("event"))), "strong"),
                              Cell(short(_rights(row.get("rights")))), Cell(short(row.get("by"))),
                              Cell(_line(row.get("reason")))])
    yield _table("Conversation", "chat", ["When", "From", "Message"], rows(order, "chat"),
                 lambda row: [when(row), Cell(short(row.get("sender") or row.get("role"), limit=60), _who(row)),
                              Cell(_line(row.get("text")))], limit=CHAT_LIMIT)
    yield _table("Files", "files", ["File", "Direction", "When", "Size"], rows(order, "files"),
                 lambda row: [Cell(short(row.get("name"), limit=300), "strong"),
                              Cell(short(words.flow(row.get("direction")))), when(row),
                              Cell(short(words.size(row.get("size"))), "number")], noun="files")
    yield _table("Recordings", "recordings", ["Started", "Length", "By", "State"], rows(order, "recordings"),
                 lambda row: [when(row), Cell(short(words.duration(row.get("seconds")))), Cell(short(row.get("by"))),
                              Cell(short("Deleted" if row.get("state") == "deleted" else "Kept"))], noun="recordings")


def _table(
    heading: str, name: str, heads: list[str], given: list[dict[str, Any]],
    cells: Callable[[dict[str, Any]], list[Cell]], *, limit: int = ROW_LIMIT, noun: str = "lines",
) -> Table:
    kept, seen, spent = [], 0, 0
    for row in given[:limit]:
        made = cells(row)
        spent += sum(cell.passage.cost for cell in made)
        if spent > TABLE_BUDGET:
            break
        seen += 1
        if any(cell.passage for cell in made):
            kept.append(made)
    return Table(heading, name, heads, kept, len(given) - seen, noun)


def _line(value: object) -> Passage:
    made = passage(value, limit=LINE_LIMIT, rows=40)
    return Passage(made.text + " …", made.direction, made.language) if made.left_out else made


def _rights(given: object) -> str:
    return ", ".join(words.right(name) for name in given[:20]) if isinstance(given, list) else words.right(given)


def _who(row: dict[str, Any]) -> str:
    return "who staff" if row.get("role") in ("technician", "admin") else "who"
