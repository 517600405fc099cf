"""The site file in the real nginx: what it answers itself, what it passes on, and in whose words it refuses."""

from __future__ import annotations

import http.client
import io
import json
import re
import ssl
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import websocket

from connectassist.core.vault import Vault
from connectassist.features.checkup import proof
from connectassist.http import assets
from tests.features.files.test_streaming import BLOCK, MEGABYTES, Sized, memory_of
from tests.features.packages.payload import write_payload
from tests.features.sittings import JoinedSession
from tests.live.lines import JsonSocket
from tests.live.nginx import NAME, Nginx, Proxied
from tests.live.server import SECRET_KEY, free_port

pytestmark = pytest.mark.timeout(180)
ONCE = ("Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options", "Content-Security-Policy",
        "Referrer-Policy", "Cache-Control")


def test_nginx_finds_nothing_wrong_with_it(site: Proxied) -> None:
    said = site.nginx.check()
    assert said.returncode == 0 and "warn" not in said.stderr, said.stderr


def test_plain_http_leads_to_tls(site: Proxied) -> None:
    answer = requests.get(site.nginx.plain_url + "/codes?a=b", allow_redirects=False, timeout=30)
    assert (answer.status_code, answer.headers["Location"]) == (301, f"https://{NAME}/codes?a=b")
    assert answer.headers["Server"] == "nginx"  # and not which one


def test_browsers_speak_http_2_and_old_tls_is_refused(site: Proxied) -> None:
    said = subprocess.run(["curl", "-s", "--cacert", site.nginx.authority, "-o", "/dev/null", "-w", "%{http_version}",
                           site.url + "/login"], capture_output=True, text=True, timeout=30, check=True)
    assert said.stdout == "2"
    old = subprocess.run(["curl", "-s", "--cacert", site.nginx.authority, "--tlsv1.0", "--tls-max", "1.1", "--ciphers",
                          "DEFAULT@SECLEVEL=0", site.url + "/login"], capture_output=True, timeout=30)
    assert old.returncode == 35  # no handshake


@pytest.mark.parametrize("path", ["/login", "/api/health", "/static/css/app.css", "hashed", "/api/nothing", "refused"])
def test_no_header_is_said_twice(site: Proxied, path: str) -> None:
    known = {"hashed": f"/static/{assets.release()}/css/app.css", "refused": "/login"}
    headers = {"Host": "elsewhere.example"} if path == "refused" else {}
    answer = site.raw(known.get(path, path), headers=headers)
    said = {name: answer.raw.headers.getlist(name) for name in ONCE}
    assert all(len(values) <= 1 for values in said.values()), said
    assert said["Strict-Transport-Security"] and "nginx/" not in answer.headers["Server"]


def test_every_file_of_a_page_comes_from_nginx_for_ever(site: Proxied) -> None:
    names = set(re.findall(r'(?:src|href)="(/static/h-[^"#]+)', site.raw("/login").text))
    assert len(names) > 5
    for name in names:
        answer = site.raw(name)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, assets.FOR_EVER), name
        assert "X-Request-ID" not in answer.headers  # the server says one with each answer
    style = site.raw(next(name for name in names if name.endswith("app.css")))
    assert style.headers["Content-Type"] == "text/css; charset=utf-8" and style.headers["Content-Encoding"] == "gzip"


def test_a_page_from_before_an_update_finds_its_files(site: Proxied) -> None:
    old = assets.folder(_settings(site)) / "h-00000000000000aa" / "js"
    old.mkdir(parents=True)
    (old / "gone.js").write_text("export const old = 1;")
    assert site.raw("/static/h-00000000000000aa/js/gone.js").text == "export const old = 1;"
    lost = site.raw("/static/h-00000000000000bb/js/core/dom.js")
    assert (lost.status_code, lost.headers["Cache-Control"]) == (200, "no-cache")
    assert site.raw("/static/h-00000000000000bb/../../../app.py").status_code == 404
    assert site.raw(f"/static/{assets.release()}/js/nowhere.js").status_code == 404


def _settings(site: Proxied) -> object:
    class Found:
        web_folder = Path(site.server._environment["CONNECTASSIST_WEB_FOLDER"])
    return Found


def test_a_large_file_in_and_out_costs_no_memory(site: Proxied) -> None:
    with JoinedSession(site, rights=["view", "files"]) as sitting:
        before = memory_of(site.server)
        answer = requests.post(site.url + "/api/files/upload", data=Sized(sitting.id, MEGABYTES), timeout=120, headers={
            **site.cast["technician_a"].headers, "Content-Type": "multipart/form-data; boundary=b"})
        assert answer.status_code == 200, answer.text
        heard = sitting.helper.heard("file-available")
        length = 0
        with requests.get(site.url + heard["downloadUrl"], stream=True, timeout=120) as fetched:
            for chunk in fetched.iter_content(1 << 20):
                length += len(chunk)
        assert length == heard["size"] == MEGABYTES * len(BLOCK)
        assert memory_of(site.server) - before < 40
    assert [path for path in site.nginx.folder.glob("temp-*/**/*") if path.is_file()] == []


@pytest.mark.parametrize("transports", [("polling",), ("websocket",), ("polling", "websocket")])
def test_sockets_by_every_transport(site: Proxied, transports: tuple[str, ...]) -> None:
    socket = site.socket("technician_a", transports=transports, namespace="/it")
    assert socket.call("no-such-event", {})["ok"] is False
    assert socket._client.transport() == transports[-1]
    socket.close()


def test_sockets_below_the_prefixes(site: Proxied) -> None:
    for prefix in ("/remote", "/pocket-it"):
        assert '"sid"' in site.raw(f"{prefix}/socket.io/?EIO=4&transport=polling").text
        line = websocket.create_connection(
            f"wss://{NAME}:{site.nginx.port}{prefix}/socket.io/?EIO=4&transport=websocket", timeout=30)
        assert '"sid"' in line.recv()
        line.close()


def test_plain_websockets(site: Proxied) -> None:
    live = JsonSocket(site, f"/ws?token={site.cast['technician_a'].token}")
    assert live.hears("snapshot")
    live.close()
    device = site.cast["device"]
    line = JsonSocket(site, f"/ws/device?deviceId={device.device_id}&deviceSecret={device.device_secret}")
    line.say("ping").hears("pong")
    line.close()
    tokens = {site.cast["technician_a"].token, device.device_secret}
    assert not [secret for secret in tokens if secret in site.nginx.access_log.read_text()]


def test_the_figures_are_for_this_machine_alone(site: Proxied) -> None:
    context = ssl.create_default_context(cafile=str(site.nginx.authority))
    for path in ("/metrics", "/remote/metrics/", "/pocket-it/metrics", "//metrics", "/%6detrics"):
        far = http.client.HTTPSConnection(NAME, site.nginx.port, context=context, timeout=30,
                                          source_address=("127.0.0.2", 0))
        far.request("GET", path)
        assert far.getresponse().status == 403, path
    assert site.raw("/metrics").status_code != 403


TOO_LARGE = {
    "/api/auth/login": lambda body: body["success"] is False and body["error_code"] == "TOO_LARGE" and body["detail"],
    "/api/v1/devices": lambda body: body["error"]["code"] == "TOO_LARGE" and body["error"]["details"] == {},
    "/pocket-it/api/devices": lambda body: list(body) == ["error"],
}


@pytest.mark.parametrize("path", [*TOO_LARGE])
def test_what_nginx_refuses_is_said_in_the_callers_words(site: Proxied, path: str) -> None:
    answer = site.raw(path, method="POST", data=b"x" * (3 * 1024 * 1024))
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/json")
    assert TOO_LARGE[path](json.loads(answer.text))


def test_pages_are_refused_as_pages_and_other_names_altogether(site: Proxied) -> None:
    page = site.raw("/login", method="POST", data=b"x" * (3 * 1024 * 1024))
    assert page.status_code == 413 and page.text.startswith("<!doctype html>") and "too large" in page.text
    assert site.raw("/login", headers={"Host": "elsewhere.example"}).status_code == 421
    assert site.raw("/.refused/desk/200").status_code == site.raw("/handed-over/x").status_code == 404


def test_no_other_name_comes_in_beside_ours(site: Proxied) -> None:
    """Whoever writes a whole address into the first line of a request may write another name below it."""
    context, secret = ssl.create_default_context(cafile=str(site.nginx.authority)), Vault(SECRET_KEY)
    for name, taken in (("elsewhere.example", NAME), (f"x{NAME}", NAME), (f"{NAME}:81", f"{NAME}:81"), (NAME, NAME)):
        line = http.client.HTTPSConnection(NAME, site.nginx.port, context=context, timeout=30)
        line.putrequest("GET", f"https://{NAME}/api/checkup/seen", skip_host=True)
        for header, value in (("Host", name), (proof.HEADER, proof.made(secret))):
            line.putheader(header, value)
        line.endheaders()
        assert json.loads(line.getresponse().read())["host"] == taken, name
        line.close()


def test_a_server_that_is_away_is_said_to_be(tmp_path: Path, site: Proxied) -> None:
    lonely = Nginx(tmp_path / "nginx", ports=[free_port()], web_folder=tmp_path / "web").start()
    try:
        away = {path: requests.get(lonely.url + path, timeout=30, verify=str(lonely.authority))
                for path in ("/api/health", "/api/v1/devices", "/login", "/socket.io/?EIO=4&transport=polling")}
    finally:
        lonely.stop()
    assert {path: answer.status_code for path, answer in away.items()} == dict.fromkeys(away, 502)
    assert away["/api/health"].json()["error_code"] == "UNAVAILABLE" and away["/api/health"].headers["Retry-After"]
    assert away["/api/v1/devices"].json()["error"]["code"] == "UNAVAILABLE"
    assert "text/html" in away["/login"].headers["Content-Type"]


@pytest.fixture(scope="module")
def guarded(sites: Callable[..., Proxied], tmp_path_factory: pytest.TempPathFactory) -> Proxied:
    """A site with what a spoofed header would be good for: limits by address, and rights for this very machine."""
    return sites(rate_limits="on", trust_localhost="on", payloads=write_payload(tmp_path_factory.mktemp("small") / "p"))


SPOOFS = ({"X-Forwarded-For": "127.0.0.1"}, {"X-Forwarded-For": "203.0.113.9, 127.0.0.1"},
          {"Forwarded": "for=127.0.0.1"}, {"X-Real-IP": "127.0.0.1"},
          {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "http"},
          {"X-Forwarded-Port": "81"}, {"X-Forwarded-Prefix": "/evil"}, {"X-Forwarded-For": ""})


def test_nobody_gets_rights_by_a_header(guarded: Proxied) -> None:
    direct = requests.get(guarded.server.url + "/api/devices", timeout=30)
    assert direct.status_code == 200  # what there is to be had
    for spoof in ({}, *SPOOFS):
        assert guarded.raw("/api/devices", headers=spoof).status_code == 401, spoof


def test_no_header_changes_a_link(guarded: Proxied) -> None:
    admin = guarded.http("admin")
    for spoof in SPOOFS:
        made = admin.post("/api/support-codes", json={"customer_name": "A"}, headers=spoof)
        assert made.status_code == 200, made.text
        order = {"support_code": made.json()["support_code"], "platform": "linux"}
        found = guarded.raw("/api/customer/installer", method="POST", json=order, headers=spoof).json()
        package = zipfile.ZipFile(io.BytesIO(guarded.raw(found["download_url"], headers=spoof).content))
        told = next(name for name in package.namelist() if name.endswith("appsettings.json"))
        assert json.loads(package.read(told))["Server"]["Url"] == guarded.url, spoof


def test_no_header_resets_a_limit(guarded: Proxied) -> None:
    tried = [guarded.raw("/api/auth/local/login", method="POST", json={"username": f"u{number}", "password": "wrong"},
                         headers={**SPOOFS[number % len(SPOOFS)], "X-Forwarded-For": f"203.0.113.{number}"})
             for number in range(14)]
    assert [answer.status_code for answer in tried].count(429) >= 4
