"""Two server processes behind nginx: whatever belongs together comes to the same one, also without cookies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.nginx import Nginx, Proxied
from tests.live.site import Site
from tests.live.sockets import Socket

pytestmark = pytest.mark.timeout(180)
MANY = 12


@pytest.fixture
def behind(start_site: Callable[..., Site], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxied]:
    site = start_site(processes=2, proxy_hops=1)
    nginx = Nginx(tmp_path / "nginx", ports=site.ports, web_folder=tmp_path / "web").start()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(name, str(nginx.authority))
    yield Proxied(site, nginx)
    nginx.stop()


def opened(behind: Proxied, transports: tuple[str, ...], number: int) -> Socket:
    """A technician's socket of a browser without cookies; the header makes it another caller."""
    member = behind.cast["technician_a"]
    return Socket(behind.url, auth=member.socket_auth, headers={"X-Device-Id": f"caller {number}"},
                  transports=transports, namespace="/it")


def test_what_belongs_together_comes_to_one_process(behind: Proxied) -> None:
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
    gone = site.kill_one(1)
    assert set(answers(behind)) <= {200, 502}, "whoever comes meanwhile waits, or is told"
    site.revived(1, after=gone)
    assert set(answers(behind)) == {200}


def answers(behind: Proxied) -> list[int]:
    """What callers of many names get."""
    return [behind.raw("/api/health", headers={"X-Device-Id": f"caller {number}"}).status_code
            for number in range(MANY)]
