"""An installer's helper, started as a program: it becomes a device once, and says clearly when it cannot."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from builder.helper import settings
from builder.helper.errors import BadSettings
from builder.helper.store import Store
from tests.builder.helper.conftest import Rig, RigContext
from tests.builder.helper.desk import DEVICE, sign
from tests.builder.helper.fleet_desk import FleetDesk, installer
from tests.live import apart

PATIENCE = 40


def go(script: object) -> None:
    async def play() -> None:
        async with RigContext("") as rig:
            fleet = FleetDesk()
            await fleet.start()
            try:
                rig.desk = fleet
                await script(rig)  # type: ignore[operator]
            finally:
                rig.end()
                await fleet.stop()

    apart.run(play())


def kept(rig: Rig) -> dict[str, str]:
    (folder,) = (rig.folder / "state").iterdir()
    assert folder.name.startswith("this-computer-")
    return json.loads((folder / "device.json").read_text())


def test_a_computer_enrolls_once_and_is_the_same_device_ever_after():
    async def script(rig: Rig) -> None:
        installer(rig.folder / "package", url=rig.desk.url)
        rig.start("--ui", "terminal")
        first = await rig.desk.had("heartbeat", PATIENCE)
        assert first["deviceId"].startswith("DEV-") and kept(rig)["deviceId"] == first["deviceId"]
        kind, told = rig.desk.posted[0]
        assert (kind, told["deviceId"]) == ("enroll", first["deviceId"])
        assert "managed for Acme Corp" in rig.printed() and "every 5 minutes" in rig.printed()
        rig.end()

        rig.desk.refuse_token = True
        again = asyncio.ensure_future(rig.desk.next("heartbeat", PATIENCE))
        rig.start("--ui", "terminal")
        assert (await again)["deviceId"] == first["deviceId"]
        assert [kind for kind, _ in rig.desk.posted].count("enroll") == 1
        assert "assign" not in [kind for kind, _ in rig.desk.posted]  # nobody has asked for a session

    go(script)


def test_a_used_token_is_told_in_a_sentence():
    async def script(rig: Rig) -> None:
        installer(rig.folder / "package", url=rig.desk.url)
        rig.desk.refuse_token = True
        rig.start("--ui", "none")
        assert await rig.exit(PATIENCE) == 4
        assert "has been used already. Please ask your support desk for a new installer." in rig.printed()

    go(script)


def test_a_service_asks_nobody_and_allows_nothing():
    async def script(rig: Rig) -> None:
        installer(rig.folder / "package", url=rig.desk.url)
        rig.start("--ui", "none")
        await rig.desk.had("heartbeat", PATIENCE)
        told = await rig.desk.answer_to("remediation_result", ask="remediation_request", actionId="flush_dns",
                                        requestId="r1", parameter=None, autoApprove=True)
        assert told["declined"] is True
        joined = asyncio.ensure_future(rig.desk.next("helper-capabilities", PATIENCE))
        await rig.desk.sio.emit("pending-session", {"sessionId": rig.desk.session}, to=rig.desk.helper)
        await joined
        await rig.desk.seat()
        answered = asyncio.ensure_future(rig.desk.next("approval-response", PATIENCE))
        await rig.desk.ask("view")
        assert (await answered)["approved"] is False

    go(script)


def test_the_terminal_asks_before_a_repair_and_carries_the_chat():
    async def script(rig: Rig) -> None:
        installer(rig.folder / "package", url=rig.desk.url)
        rig.start("--ui", "terminal")
        await rig.desk.had("heartbeat", PATIENCE)
        wrote = asyncio.ensure_future(rig.desk.next("chat_message", PATIENCE))
        rig.process.stdin.write(b"ask My internet is slow\n")
        rig.process.stdin.flush()
        assert (await wrote)["content"] == "My internet is slow"
        taken = asyncio.ensure_future(rig.desk.next("action_accept", PATIENCE))
        await rig.desk.tell("chat_response", text="Shall I?", sender="ai", agentName="Nova", messageId=3,
                            action={"type": "remediate", "actionId": "flush_dns", "parameter": None})
        await rig.prints("[support desk] Nova, the assistant: Shall I?", "Proposed: Empty the DNS cache.")
        rig.process.stdin.write(b"accept\n")
        rig.process.stdin.flush()
        assert await taken == {"messageId": 3}
        done = asyncio.ensure_future(rig.desk.next("remediation_result", PATIENCE))
        await rig.desk.tell("remediation_request", actionId="flush_dns", requestId="r1", parameter=None)
        await rig.prints("Your support desk asks to do this on your computer: Empty the DNS cache", "Type y or n")
        rig.process.stdin.write(b"y\n")
        rig.process.stdin.flush()
        assert "declined" not in await done

    go(script)


@pytest.mark.parametrize(("changes", "minutes"), [
    ({}, 5.0), ({"Monitoring": {"IntervalMinutes": 0}}, 1.0), ({"Monitoring": {"IntervalMinutes": "7"}}, 5.0),
    ({"Monitoring": {"IntervalMinutes": 1e9}}, 1440.0), ({"Monitoring": []}, 5.0)])
def test_settings_of_an_installer(tmp_path: Path, changes: dict[str, object], minutes: float):
    folder = installer(tmp_path / "package", url="https://desk.example")
    rewrite(folder, **changes)
    read = settings.load(["--package-dir", str(folder), "--state-dir", str(tmp_path / "state")])
    assert (read.fleet, read.device_id, read.report_minutes) == (True, "", minutes)
    assert read.state_dir.name == settings.state_name("", server_url="https://desk.example")
    store = Store(read.state_dir)
    assert store.own_id() == store.own_id() and not store.device().get("deviceSecret")


@pytest.mark.parametrize("changes", [{"Fleet": {"Enabled": "yes"}}, {"Device": {"Id": "../x"}}, {"Fleet": None}])
def test_settings_that_name_no_computer_are_refused(tmp_path: Path, changes: dict[str, object]):
    folder = installer(tmp_path / "package", url="https://desk.example")
    rewrite(folder, **changes)
    with pytest.raises(BadSettings):
        settings.load(["--package-dir", str(folder)])


def test_a_package_that_names_its_device_stays_that_device(tmp_path: Path):
    folder = installer(tmp_path / "package", url="https://desk.example")
    rewrite(folder, Device={"Id": DEVICE})
    assert settings.load(["--package-dir", str(folder)]).device_id == DEVICE


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / "appsettings.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    sign(folder)
