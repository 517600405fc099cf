"""Two server processes behind nginx: whatever belongs together comes to the same one, also without cookies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cast import PASSWORD
from tests.contracts.script import Node
from tests.contracts.test_001_sockets import assigned
from tests.contracts.test_003_lines import until
from tests.live.nginx import Nginx, Proxied
from tests.live.peers import wait_for
from tests.live.site import Site
from tests.live.sockets import Socket

pytestmark = pytest.mark.timeout(180)
MANY = 12


@pytest.fixture
def behind(start_site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxied]:
    site = start_site(processes=2, proxy_hops=1)
    nginx = Nginx(tmp_path / "nginx", ports=site.ports, web_folder=tmp_path / "web").start()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        monkeypatch.setenv(name, str(nginx.authority))
    yield Proxied(site, nginx)
    nginx.stop()


@pytest.fixture
def clients(behind: Proxied) -> Iterator[Node]:
    """Contract 001's helper and a technician who may all in a session of theirs, 000's device and who watches it."""
    session_id, _ = assigned(behind)
    signed_in = behind.raw("/api/auth/local/login", method="POST", json={"username": "admin", "password": PASSWORD})
    device = behind.cast["device"]
    started = Node("returning.mjs", json.dumps({
        "url": behind.url, "sessionId": session_id, "cookie": f"remote.sid={signed_in.cookies['remote.sid']}",
        "deviceId": device.device_id, "secret": device.device_secret, "token": behind.cast["technician_a"].token}))
    admin = behind.http("admin")
    wait_for(lambda: (1, True) in [(row["active_technicians"], row["helper_connected"]) for row in admin.get(
        "/api/sessions?all=1").json()["sessions"] if row["session_id"] == session_id], what="both joined")
    assert admin.post(f"/api/sessions/{session_id}/connect", json={}).json()["approved"]
    yield started
    started.close()


def opened(behind: Proxied, transports: tuple[str, ...], number: int) -> Socket:
    """A technician's socket of a browser without cookies; the header makes it another caller."""
    member = behind.cast["technician_a"]
    return Socket(behind.url, auth=member.socket_auth, headers={"X-Device-Id": f"caller {number}"},
                  transports=transports, namespace="/it")


def test_what_belongs_together_comes_to_one_process(behind: Proxied, clients: Node) -> None:
    assert behind.nginx.check().returncode == 0
    open_now = [opened(behind, transports, number) for number in range(MANY)
                for transports in (("polling",), ("polling", "websocket"))]
    for socket in open_now:
        assert socket.call("no-such-event", {})["ok"] is False
    assert {socket.id.partition("-")[0] for socket in open_now} == {"0", "1"}, "each process has some"
    for socket in open_now:
        socket.close()

    for sid in ("7-AAAAAAAAAAAAAAAAAAAA", "0-nobody", "nobody"):
        refused = behind.raw(f"/socket.io/?EIO=4&transport=polling&sid={sid}")
        assert refused.status_code in (400, 502), sid

    site = behind.server
    reach_each_other(clients, behind, "before")
    number = int(clients.of("helper connect")[-1].partition("-")[0])
    gone = site.kill_one(number)
    assert set(answers(behind)) <= {200, 502}, "whoever comes meanwhile waits, or is told"
    site.revived(number, after=gone)
    assert set(answers(behind)) == {200}
    clients.until("helper connect")
    reach_each_other(clients, behind, "afterwards")


def reach_each_other(clients: Node, behind: Proxied, text: str) -> None:
    """Each of the clients is heard by its other side; nobody did anything for that."""
    device_id = behind.cast["device"].device_id
    clients.says(json.dumps(["dashboard", "remote-clipboard", {"text": text}]))
    until(clients, "helper remote-clipboard", lambda data: data["text"] == text)
    clients.says(json.dumps(["it", "chat_to_device", {"deviceId": device_id, "content": text}]))
    until(clients, "agent chat_response", lambda data: data["text"] == text)
    clients.says(json.dumps(["agent", "chat_message", {"content": text}]))
    until(clients, "it device_chat_update", lambda data: data["message"]["content"] == text
          and data["message"]["sender"] == "user")


def answers(behind: Proxied) -> list[int]:
    """What callers of many names get."""
    return [behind.raw("/api/health", headers={"X-Device-Id": f"caller {number}"}).status_code
            for number in range(MANY)]
