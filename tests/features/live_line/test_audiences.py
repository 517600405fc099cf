"""Each message is written once for all who hear it, and goes to nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.features.live_line import audiences, service
from connectassist.features.live_line.audiences import Lines, News
from connectassist.features.live_line.journal import MOST, Journal
from connectassist.features.live_line.service import LiveLine
from connectassist.identity import principal
from connectassist.identity.principal import Principal


def person(user_id: int, role: str, *clients: int) -> Principal:
    return Principal(kind="user", user_id=user_id, role=role, client_ids=frozenset(clients) if clients else None)


ADMIN, OF_A, OF_BOTH = person(1, "admin"), person(2, "technician", 1), person(3, "viewer", 1, 2)
OF_NONE = Principal(kind="user", user_id=4, role="technician", client_ids=frozenset())
ANNA, ADAM, BEA = person(10, "customer", 1), person(11, "customer", 1), person(12, "customer", 2)
EVERYBODY = [ADMIN, OF_A, OF_BOTH, OF_NONE, ANNA, ADAM, BEA]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> dict[int | None, list[bytes]]:
    """Everybody has a line; what each of them hears, by account."""
    heard: dict[int | None, list[bytes]] = {}
    monkeypatch.setattr(service, "LINES", Lines())
    monkeypatch.setattr(service, "JOURNAL", Journal())
    for by in EVERYBODY:
        line = LiveLine(by, address="")
        monkeypatch.setattr(line, "tell", lambda frame, key=None, to=by.user_id: heard.setdefault(to, []).append(frame))
        service.LINES.add(line, by)
    return heard


@pytest.mark.parametrize(("news", "hearers"), [
    (News("t", "1", 1, staff={}), {1, 2, 3}), (News("t", "1", 2, staff={}), {1, 3}),
    (News("t", "1", None, staff={}), {1}), (News("t", "1", None, staff={}, is_for_all=True), {1, 2, 3, 4}),
    (News("t", "1", 1, staff={}, customer={}, user_id=10), {1, 2, 3, 10}),
    (News("t", "1", 1, staff={}, user_id=10), {1, 2, 3}),
    (News("t", "1", 2, staff={}, customer={}, user_id=10), {1, 3}),
    (News("t", "1", 1, staff={}, customer={}, user_id=None), {1, 2, 3}),
    (News("t", "1", 1, staff={}, customer={}, user_id=2), {1, 2, 3}),
], ids=["client A", "client B", "those who see all", "all staff", "and its customer", "internal",
        "a customer who moved", "nobody's", "made by staff"])
def test_who_hears(lines: dict[int | None, list[bytes]], news: News, hearers: set[int]) -> None:
    service._send(news)
    assert set(lines) == hearers
    assert all(news.is_for(by) == (by.user_id in hearers) for by in EVERYBODY)
    assert not news.is_for(principal.nobody())


def test_a_message_is_written_once_for_each_audience(lines: dict[int | None, list[bytes]],
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100, 600):
        line = LiveLine(person(number, "technician", 1), address="")
        monkeypatch.setattr(line, "tell", lambda frame, key=None, to=number: lines.setdefault(to, []).append(frame))
        service.LINES.add(line, line.by or ADMIN)
    written: list[Any] = []
    original = audiences.dumps
    monkeypatch.setattr(audiences, "dumps", lambda told: written.append(told) or original(told))
    service._send(News("ticket_updated", "ticket 7", 1, staff={"ticket": {"id": 7, "resolution": "secret"}},
                       customer={"ticket": {"id": 7}}, user_id=10))
    assert len(written) == 2 and len(lines) == 504
    assert len({id(heard[0]) for heard in lines.values()}) == 2
    assert b"secret" in lines[100][0] and b"secret" not in lines[10][0]


def test_the_journal_knows_what_came_after() -> None:
    journal = Journal()
    start = journal.cursor
    assert journal.after(start) == []
    told = [News("t", str(number), 1) for number in range(3)]
    for news in told:
        journal.add(news)
    assert journal.after(start) == told and journal.after(told[1].cursor) == told[2:]
    assert journal.after(journal.cursor) == []
    assert journal.after(Journal().cursor) is None
    for wrong in ("", "x", ".", f"{start}x", f"{start.partition('.')[0]}.4", f"{start}{'9' * 5000}"):
        assert journal.after(wrong) is None
    for number in range(MOST):
        journal.add(News("t", str(number), 1))
    assert journal.after(told[1].cursor) is None
    assert len(journal.after(told[2].cursor) or []) == MOST


def test_what_nobody_heard_is_no_part_of_what_was_missed() -> None:
    journal = Journal()
    before = journal.cursor
    journal.skip()
    assert journal.after(before) is None
    journal.add(News("t", "1", 1))
    assert journal.after(before) is None and len(journal.after(journal.cursor) or []) == 0


def test_one_person_has_so_many_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "LINES", Lines())
    monkeypatch.setattr(service, "snapshot", lambda by: {})
    closed: list[int] = []

    class Wire:
        def __init__(self, number: int) -> None:
            self.number, self.socket = number, None

        def say(self, message: dict) -> None:
            assert message["type"] == "snapshot"

        def close(self, code: int, reason: str) -> None:
            closed.append(self.number)

    for number in range(service.MOST_LINES + 2):
        line = LiveLine(OF_A, address="")
        line.line = Wire(number)  # type: ignore[assignment]
        line.opened()
        if number == service.MOST_LINES:
            service.LINES.remove(service.LINES.of_user(2)[0], OF_A)
    assert closed == [0, 1]
