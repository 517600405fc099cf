"""What comes over the live line by itself when tickets, devices and the assistant have news, and to whom."""

from __future__ import annotations

from connectassist.features.live_line.news import OF_CUSTOMERS
from tests.cast import DEVICE_ID
from tests.features.live_line.conftest import Desk
from tests.live.lines import JsonSocket


def quiet(line: JsonSocket, *types: str) -> bool:
    """Has nothing of these types come, up to now?"""
    line.asks("ping")
    return not [message for message in line.kept if message["type"] in types]


def test_a_ticket_is_followed_from_its_opening_to_its_end(desk: Desk) -> None:
    lines = {name: desk.opens(name) for name in ("admin", "technician_a", "viewer_a", "technician_b", "customer")}
    made, staff = desk.ticket("customer", title="<b>It beeps</b>"), desk.server.http("technician_a")
    hearers = [lines[name] for name in ("admin", "technician_a", "viewer_a", "customer")]
    for line in hearers:
        ticket = line.hears("ticket_created")["ticket"]
        assert (ticket["id"], ticket["title"], ticket["status"]) == (made["id"], "<b>It beeps</b>", "open")
    changed = staff.patch(f"/api/tickets/{made['id']}", json={"status": "in_progress"})
    assert changed.status_code == 200, changed.text
    rows = [line.hears("ticket_updated")["ticket"] for line in hearers]
    assert {row["status"] for row in rows} == {"in_progress"} and rows[0].keys() > rows[3].keys()
    assert rows[3].keys() == set(OF_CUSTOMERS)
    note = staff.post(f"/api/tickets/{made['id']}/comments", json={"content": "He unplugs it", "is_internal": True})
    assert note.status_code == 201, note.text
    assert lines["viewer_a"].hears("ticket_updated")["ticket"]["id"] == made["id"]
    gone = desk.server.http("admin").delete(f"/api/tickets/{made['id']}")
    assert gone.status_code == 200, gone.text
    for line in hearers:
        assert line.hears("ticket_deleted")["ticket_id"] == made["id"]
    assert quiet(lines["customer"], "ticket_updated"), "an internal note is no news for the customer"
    assert quiet(lines["technician_b"], "ticket_created", "ticket_updated", "ticket_deleted")


def test_a_customer_hears_of_no_other_ticket(desk: Desk) -> None:
    line = desk.opens("customer")
    desk.ticket("technician_a")
    desk.ticket("technician_b")
    own = desk.ticket("customer")
    assert line.hears("ticket_created")["ticket"]["id"] == own["id"]
    assert quiet(line, "ticket_created")


def test_an_alert_of_a_device_is_told_to_its_staff(desk: Desk) -> None:
    lines = {name: desk.opens(name) for name in ("technician_a", "technician_b", "customer")}
    desk.server.sql("INSERT INTO alerts (client_id, device_id, check_type, severity, status, message, triggered_at) "
                    "SELECT client_id, device_id, 'disk', 'warning', 'active', 'Disk: 97 %', CURRENT_TIMESTAMP "
                    "FROM devices WHERE device_id = :id", id=DEVICE_ID)
    [alert_id] = desk.server.sql("SELECT max(id) FROM alerts WHERE device_id = :id", id=DEVICE_ID)[0]
    resolved = desk.server.http("technician_a").post(f"/api/alerts/{alert_id}/resolve")
    assert resolved.status_code == 200, resolved.text
    alert = lines["technician_a"].hears("alert")["alert"]
    assert (alert["id"], alert["status"], alert["severity"], alert["device_id"]) == (
        alert_id, "resolved", "medium", DEVICE_ID)
    assert quiet(lines["technician_b"], "alert") and quiet(lines["customer"], "alert")


def test_what_the_assistant_says_is_told(desk: Desk) -> None:
    lines = {name: desk.opens(name) for name in ("technician_a", "technician_b", "customer")}
    said = desk.server.http("customer").post("/api/chatbot/chat", json={"message": "My <b>printer</b> is jammed"})
    assert said.status_code == 200, said.text
    for name in ("technician_a", "customer"):
        told = lines[name].hears("chatbot_message")["message"]
        assert told["session_id"] == said.json()["session_id"] and told["response"] == said.json()["response"]
    assert quiet(lines["technician_b"], "chatbot_message")


def test_whoever_does_not_read_holds_nobody_up(desk: Desk) -> None:
    frozen, reads = desk.opens("technician_a"), desk.opens("technician_a")
    made = [desk.ticket("technician_a", description="x" * 9000)["id"] for _ in range(20)]
    assert [reads.hears("ticket_created")["ticket"]["id"] for _ in made] == made
    assert [frozen.hears("ticket_created")["ticket"]["id"] for _ in made] == made
