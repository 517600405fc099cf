"""Dashboards hear of each change of a code, and only those who may see it."""

from __future__ import annotations

from collections.abc import Callable

from tests.features.packages.payload import write_payload
from tests.live.server import Server


def test_dashboards_hear_of_codes_within_their_clients(servers: Callable[..., Server],
                                                       tmp_path_factory) -> None:
    server = servers(payloads=write_payload(tmp_path_factory.mktemp("p") / "payloads", size=1000))
    with (server.socket("technician_a") as hers, server.socket("admin") as admins,
          server.socket("technician_b") as others):
        made = server.http("technician_a").post("/api/support-codes", json={"customer_name": "x"}).json()
        code = made["support_code"]
        assert hers.heard("support-code-updated") == {"code": code, "status": "active", "downloads": 0}
        server.http().get(made["client_package"]["download_url"])
        assert hers.heard("support-code-updated") == {"code": code, "status": "active", "downloads": 1}
        server.http("technician_a").delete(f"/api/support-codes/{code}")
        assert hers.heard("support-code-updated")["status"] == "inactive"
        assert admins.heard("support-code-updated")["code"] == code
        hers.heard("stats-changed")
        assert others.heard_nothing_of("support-code-updated")
        assert others.heard_nothing_of("stats-changed")
