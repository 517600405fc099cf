"""What the IT desk's benchmark works on, the same at each run: 100,000 tickets, and a knowledge base of thousands."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from connectassist.features.assistant.knowledge import FAQ, Document
from connectassist.features.assistant.service import shipped
from connectassist.features.tickets import words

CLIENTS = 20
#: Nobody else's ticket says this; seven say that.
UNIQUE, RARE = "zeppelinhalle", "quittenschrank"
_WHAT = ("printer", "outlook", "vpn", "laptop", "monitor", "wifi", "scanner", "password", "keyboard", "server", "excel",
         "teams", "phone", "projector", "backup", "calendar", "badge reader", "till", "label press", "dock")
_HOW = ("does not start", "is very slow", "shows an error", "was replaced", "makes a noise", "lost its settings",
        "asks for a password", "stopped after the update", "hängt ständig", "n'imprime plus", "no responde")
_WHERE = ("in the Zürich office", "on floor 2", "at the front desk", "in hall 7", "at home", "in the workshop",
          "在東京", "w Łodzi", "in accounting", "in the canteen")
_MORE = ("It began this morning and nobody changed anything.", "Restarting helped for an hour.", "Others have it too.",
         "There is a meeting at two, so please call before.", "The light on its side blinks orange.",
         "I tried another cable and another port.", "Since Monday it has happened three times a day.")
_STATES = ("open", "in_progress", "resolved", "closed", "closed", "closed", "cancelled")
_COLUMNS = ("client_id", "device_id", "title", "description", "status", "priority", "category", "assigned_to",
            "created_by_id", "requested_by", "resolution", "version", "created_at", "updated_at", "resolved_at",
            "auto_categorized", "waited_seconds", "said", "search_text")
_FIRST_DAY = datetime(2025, 1, 1, tzinfo=UTC)


def rows(count: int, *, customer_id: int | None = None) -> Iterator[tuple]:
    """Tickets as the table holds them, in `_COLUMNS`; of every hundredth the customer is who made it."""
    luck = random.Random(6)
    for number in range(count):
        what, how, where = luck.choice(_WHAT), luck.choice(_HOW), luck.choice(_WHERE)
        title = f"{what.capitalize()} {how} {where}"
        description = " ".join(luck.sample(_MORE, 5)) + f" Inventory {luck.randrange(10**6):06}."
        if number == count // 2:
            description += f" {UNIQUE}"
        if number % (count // 7 or 1) == 1:
            description += f" {RARE}"
        status = luck.choice(_STATES)
        made = _FIRST_DAY + timedelta(seconds=300 * number)
        solved = made + timedelta(minutes=luck.randrange(5, 5000)) if status in ("resolved", "closed") else None
        resolution = f"The {what} was set up again and tested." if solved and number % 3 else None
        is_theirs = customer_id is not None and number % 100 == 0
        device = f"PC-{luck.randrange(2000):04}"
        text = " ".join(filter(None, (title, description, "Mia Muster", device, "other", resolution)))
        yield (1 if is_theirs else 1 + number % CLIENTS, device, title, description, status,
               luck.choice(words.PRIORITIES), luck.choice(words.CATEGORIES), None,
               customer_id if is_theirs else None, "Mia Muster", resolution, 1, _moment(made), _moment(solved or made),
               _moment(solved), 0, 0, "", words.comparable(text))


def _moment(value: datetime | None) -> str | None:
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if value else None


def put_in(db: sqlite3.Connection, count: int, *, customer_id: int | None = None) -> None:
    """The same tickets into a database of ours, with clients to which they belong."""
    db.executemany("INSERT OR IGNORE INTO clients (id, name, slug, created_at) VALUES (?, ?, ?, ?)", [
        (each, f"Client {each}", f"client-{each}", _moment(_FIRST_DAY)) for each in range(1, CLIENTS + 1)])
    marks = ", ".join("?" * len(_COLUMNS))
    db.executemany(f"INSERT INTO tickets ({', '.join(_COLUMNS)}) VALUES ({marks})",
                   rows(count, customer_id=customer_id))


_SYSTEMS = ("payroll", "warehouse", "fleet cards", "door badges", "press line", "canteen till", "lab scales",
            "archive", "crane log", "time clock", "visitor list", "tool shop", "tender desk", "plotter",
            "cold store", "weighbridge", "spare parts", "quality files", "shift plan")
_TASKS = ("open", "order", "return", "renew", "print", "export", "lock", "calibrate", "archive", "rename", "approve",
          "cancel", "hand over", "count", "close", "label", "book", "move", "merge", "translate")


def knowledge(size: int) -> list[Document]:
    """The product's entries among others of a large site, each of which is about something else."""
    known = shipped()
    sites = ("north", "south", "harbour", "airport", "hill")
    return known + [_entry(number, sites) for number in range(len(known) + 1, size + 1)]


def _entry(number: int, sites: tuple[str, ...]) -> Document:
    task = _TASKS[number % len(_TASKS)]
    system = _SYSTEMS[number // len(_TASKS) % len(_SYSTEMS)]
    site = sites[number // (len(_TASKS) * len(_SYSTEMS)) % len(sites)]
    answer = (f"Open the {system} page of the {site} site, choose {task} and enter number {number}. "
              f"Whoever is in charge of the {system} gets a message and confirms it by the next working day.")
    return Document(FAQ, number, f"How do I {task} something in the {system} at the {site} site?", answer,
                    f"{system}, {task}, {site}", key=f"made-up-{number}")
