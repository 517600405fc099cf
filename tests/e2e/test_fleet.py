"""One computer of the fleet, from the installer to a repair: a real server, the real helper on a display, its user."""

from __future__ import annotations

import io
import json
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.e2e.test_helper_update import publish
from tests.live.sockets import Socket
from tests.stage.display import Display, eventually
from tests.stage.helper import Helper
from tests.stage.person import LEFT, TEAL, Customer
from tests.stage.server import Server, SignedIn

pytestmark = pytest.mark.timeout(240)
PATIENCE = 60


class Office:
    """A managed computer, the person in front of it, and the support desk that looks after it."""

    def __init__(self, folder: Path) -> None:
        publish(folder / "payloads", "1.0.0")
        (folder / "server").mkdir()
        self.folder = folder
        self.server = Server(folder / "server", payloads=folder / "payloads")
        self.display = Display()
        self.customer = Customer(self.display)
        self.admin: SignedIn = self.server.sign_in()
        self.client = self.admin.post("/api/clients", json={"name": "Acme Corp"}).json()
        self.package = self._installer()
        self.helper = self.start("here")
        self.it = Socket(self.server.url, namespace="/it", auth={"token": self._token()})

    def _token(self) -> str:
        return str(self.admin.headers["Authorization"]).removeprefix("Bearer ")

    def _installer(self) -> Path:
        answer = self.admin.get(f"/api/clients/{self.client['id']}/installer?platform=linux")
        assert answer.status_code == 200, answer.text
        path = self.folder / "installer.zip"
        path.write_bytes(answer.content)
        return path

    def start(self, name: str, *flags: str) -> Helper:
        """Unpack the installer on a machine and start what lies in it."""
        machine = self.folder / name
        subprocess.run(["unzip", "-q", self.package, "-d", machine], check=True)
        return Helper(machine, self.display, self.folder / f"home-{name}", *flags)

    def device(self) -> dict[str, Any] | None:
        """The client's only device, once there is one."""
        listed = self.admin.get(f"/api/devices?client_id={self.client['id']}").json()["devices"]
        assert len(listed) <= 1
        return listed[0] if listed else None

    def device_is(self, test: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """Wait until the server shows the device so."""
        return eventually(lambda: (one := self.device()) and test(one) and one, within=PATIENCE, what=what)

    def queue(self, device_id: str, kind: str, **parameters: Any) -> dict[str, Any]:
        """Have the device do something as soon as it can."""
        made = self.admin.post(f"/api/devices/{device_id}/commands", json={"type": kind, "parameters": parameters})
        assert made.status_code == 201, made.text
        return made.json()["command"]

    def command_is(self, command_id: str, state: str) -> dict[str, Any]:
        """Wait until a command has come to this."""
        def look() -> dict[str, Any] | None:
            found = self.admin.get(f"/api/commands/{command_id}").json()["command"]
            return found if found["state"] == state else None
        return eventually(look, within=PATIENCE, what=f"a command that is {state}")

    def asks_for_help(self) -> None:
        """Press “I need help”, a button over the whole width."""
        self.display.click(*self.customer._awaits(TEAL, least=300, what="I need help"))

    def chats(self) -> None:
        """Press the button below it."""
        x, y = self.customer._awaits(TEAL, least=300, what="I need help")
        self.display.click(x, y + 50)

    def close(self) -> None:
        self.it.close()
        self.helper.close()
        self.display.close()
        self.server.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    opened = Office(tmp_path_factory.mktemp("office"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def device_id(office: Office) -> str:
    """The computer enrolled by itself and is watched."""
    found = office.device_is(lambda one: one["status"] == "online", "a device that is online")["device_id"]
    office.it.emit("watch_device", {"deviceId": found})
    return found


def test_the_computer_enrolls_and_says_what_it_is(office: Office, device_id: str) -> None:
    assert device_id.startswith("DEV-")
    eventually(lambda: office.admin.get(f"/api/devices/{device_id}").json().get("cpu_model"), within=PATIENCE,
               what="the computer's profile")
    (state,) = (office.helper.home / ".local" / "state" / "connectassist").glob("this-computer-*/device.json")
    assert json.loads(state.read_text())["deviceId"] == device_id and state.stat().st_mode & 0o077 == 0


def test_a_check_that_was_asked_for_comes_back(office: Office, device_id: str) -> None:
    assert office.it.call("request_diagnostic", {"deviceId": device_id, "checkType": "memory"})["ok"]
    told = office.it.heard("device_diagnostic_update", within=PATIENCE, where=lambda e: e["checkType"] == "memory")
    assert told["deviceId"] == device_id and told["results"]["totalGB"] > 0
    assert office.device_is(lambda one: one["health_score"] is not None, "a health score")


def test_a_tool_shows_what_runs_there(office: Office, device_id: str) -> None:
    office.it.emit("system_tool_request", {"deviceId": device_id, "requestId": "t1", "tool": "process_list",
                                           "params": {}})
    told = office.it.heard("system_tool_result", within=PATIENCE)
    assert told["success"], told["error"]
    assert any("python" in each["name"] for each in told["data"]["processes"])


def tickets(office: Office, device_id: str) -> list[dict[str, Any]]:
    return office.admin.get(f"/api/tickets?device_id={device_id}").json()


def test_i_need_help_becomes_a_ticket_with_the_picture_that_was_shown(office: Office, device_id: str) -> None:
    office.asks_for_help()
    office.customer._gone(TEAL, least=300, what="the card behind the form")
    send = office.customer._awaits(TEAL, least=100, what="Send", right_of=LEFT + 200)
    office.display.xdotool("search", "--onlyvisible", "--class", "ConnectAssist", "windowfocus")
    office.display.xdotool("type", "--delay", "20", "My printer is mute")
    office.display.xdotool("key", "--delay", "60", "Tab", "Tab", "Tab", "space")  # by the name and the check-up
    eventually(lambda: (office.customer.looks()[send[1] - 130, LEFT + 220] < 40).all() and office.customer._find(
        TEAL, least=100, right_of=LEFT + 200), within=PATIENCE, what="the picture, black as the screen is, in the form")
    office.display.click(*send)
    (row,) = eventually(lambda: tickets(office, device_id), within=PATIENCE, what="a ticket")

    def sent() -> dict[str, dict[str, Any]] | None:
        listed = office.admin.get(f"/api/tickets/{row['id']}").json()["attachments"]
        return {each["name"]: each for each in listed} if len(listed) == 2 else None

    files = eventually(sent, within=PATIENCE, what="the picture and the check-up at the ticket")
    address = f"/api/tickets/{row['id']}/attachments/"
    with Image.open(io.BytesIO(office.admin.get(address + files["screenshot.jpg"]["id"]).content)) as picture:
        assert picture.size == (office.display.width, office.display.height)
    assert "Memory: " in office.admin.get(address + files["diagnostics.txt"]["id"]).text
    assert row["title"] == "My printer is mute" and f"Computer: {socket.gethostname()}" in row["description"]


def test_a_call_from_the_command_line_sends_no_picture_unasked(office: Office, device_id: str) -> None:
    beside = Helper(office.helper.folder, office.display, office.helper.home, "--help-me", "It beeps")
    assert beside.wait(PATIENCE) == 0
    newest = tickets(office, device_id)[0]
    assert newest["title"] == "It beeps" and f"Ticket {newest['id']} is at your support desk." in beside.log()
    assert office.admin.get(f"/api/tickets/{newest['id']}").json()["attachments"] == []


def test_its_user_and_the_desk_write_to_each_other(office: Office, device_id: str) -> None:
    office.chats()
    office.customer.writes("My internet is slow")
    heard = office.it.heard("device_chat_update", within=PATIENCE,
                            where=lambda e: e["message"]["content"] == "My internet is slow")
    assert heard["deviceId"] == device_id and heard["message"]["sender"] == "user"
    before = office.customer.rests_at_chat()  # the assistant has answered
    assert office.it.call("chat_to_device", {"deviceId": device_id, "content": "I am looking at it. " * 5})["ok"]
    eventually(lambda: (office.customer.chat_shown() != before).sum() > 300, within=PATIENCE,
               what="the desk's words in the window")


def test_a_repair_waits_for_the_click_of_the_person(office: Office, device_id: str) -> None:
    path = f"/api/devices/{device_id}/remediations"
    assert office.admin.post(path, json={"actionId": "flush_dns"}).status_code < 300
    office.customer.declines()
    told = office.it.heard("device_remediation_update", within=PATIENCE)
    assert (told["state"], told["success"]) == ("declined", False)

    assert office.admin.post(path, json={"actionId": "flush_dns"}).status_code < 300
    office.customer.allows()
    told = office.it.heard("device_remediation_update", within=PATIENCE)
    assert told["deviceId"] == device_id and told["state"] in ("done", "failed") and told["message"]
    newest = office.admin.get(path).json()["remediations"][0]
    assert newest["before"] and newest["after"]


def test_a_technician_calls_it_into_a_session_and_it_asks(office: Office, device_id: str) -> None:
    listed = office.admin.get(f"/api/sessions?all=1&q={device_id}").json()["sessions"]
    assert not listed  # a managed computer makes no session of its own
    session = office.admin.post(f"/api/devices/{device_id}/connect", json={}).json()["connection_info"]["session_id"]
    eventually(lambda: office.admin.get(f"/api/sessions/{session}").json().get("clientInfo"), within=PATIENCE,
               what="the computer in the session")
    with ThreadPoolExecutor(1) as technician:  # the question is held until it is answered
        asked = technician.submit(office.admin.post, f"/api/sessions/{session}/connect", json={"rights": ["view"]})
        office.customer.declines()
        assert asked.result().json()["approved"] is False


def test_the_same_installer_on_another_computer_is_told_that_it_is_used(office: Office, device_id: str) -> None:
    other = office.start("there", "--ui", "terminal")
    try:
        assert other.wait(PATIENCE) == 4
        assert "Please ask your support desk for a new installer." in other.log()
    finally:
        other.close()
    assert office.device()["device_id"] == device_id


def test_after_a_restart_it_is_the_same_computer(office: Office, device_id: str) -> None:
    office.helper.kill()
    office.device_is(lambda one: one["status"] == "offline", "a device that is offline")
    office.helper.start()
    assert office.device_is(lambda one: one["status"] == "online", "a device that is back")["device_id"] == device_id


def test_work_waits_for_a_computer_that_is_off(office: Office, device_id: str) -> None:
    office.helper.kill()
    office.device_is(lambda one: one["status"] == "offline", "a device that is offline")
    check = office.queue(device_id, "check", checkType="memory")
    repair = office.queue(device_id, "repair", actionId="flush_dns")
    assert (check["state"], repair["state"]) == ("queued", "queued")
    office.helper.start()
    done = office.command_is(check["id"], "done")
    (found,) = json.loads(done["result"]["output"])["checks"]
    assert found["checkType"] == "memory" and found["results"]["totalGB"] > 0
    office.customer.declines()
    assert office.command_is(repair["id"], "failed")["result"]["error"] == "Declined at the computer."
    assert office.command_is(office.queue(device_id, "profile")["id"], "done"), "told at once, not found by chance"
