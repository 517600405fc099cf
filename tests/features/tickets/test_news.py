"""What dashboards hear of tickets, over real sockets."""

from __future__ import annotations

from tests.live.server import Server


def test_staff_of_the_client_hear_of_a_ticket(engine_server: Server) -> None:
    with engine_server.socket("technician_a", namespace="/it") as mine, \
            engine_server.socket("technician_b", namespace="/it") as other, \
            engine_server.socket("technician_a") as page:
        device_id = engine_server.cast["device"].device_id
        hostname = engine_server.http("technician_a").get(f"/api/devices/{device_id}").json()["hostname"]
        made = engine_server.http("device").post("/api/tickets", json={"title": "Beeps", "priority": "high"}).json()
        assert mine.heard("ticket_created", where=lambda told: told["id"] == made["id"]) == {
            "id": made["id"], "deviceId": device_id, "title": "Beeps", "priority": "high", "hostname": hostname}
        assert page.heard("ticket-updated", where=lambda told: told["ticketId"] == made["id"])["created"]
        engine_server.http("technician_a").patch(f"/api/tickets/{made['id']}", json={"status": "resolved"})
        changed = page.heard("ticket-updated", where=lambda told: told["ticketId"] == made["id"])
        assert (changed["status"], changed["device_id"]) == ("resolved", device_id)
        assert other.heard_nothing_of("ticket_created")
