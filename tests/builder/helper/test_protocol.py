"""The real helper program against a small real server: what is seen, done and refused, end to end."""

from __future__ import annotations

import asyncio
import base64
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.builder.helper.conftest import Rig, RigContext
from tests.builder.helper.desk import SESSION, Technician
from tests.builder.helper.test_tiles import apply
from tests.builder.helper.test_x11_input import Witness
from tests.live import apart

ALLOW = ("--ui", "terminal", "--answer", "allow")


def go(rig: RigContext, script: Any) -> None:
    async def play() -> None:
        async with rig as running:
            await script(running)

    apart.run(play())


def paint(display: str, *, colour: int, x: int = 400, y: int = 300, w: int = 300, h: int = 200) -> Any:
    """Put a plain window onto the display."""
    from Xlib import X
    from Xlib import display as xdisplay

    connection = xdisplay.Display(display)
    window = connection.screen().root.create_window(
        x, y, w, h, 0, X.CopyFromParent, override_redirect=1, background_pixel=colour
    )
    window.map()
    connection.sync()
    return connection


async def until_colour(technician: Technician, wanted: tuple[int, int, int], *, at: tuple[int, int]) -> None:
    for _ in range(900):
        picture = await technician.frame()
        if np.abs(picture[at[1], at[0]].astype(int) - wanted).max() < 24:
            return
    raise AssertionError(f"{wanted} never came; it is {picture[at[1], at[0]]}")


def test_from_enrolment_to_pixels_and_back(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        offer = await rig.allowed("view", "control")
        assert offer["sessionId"] == SESSION
        assert offer["targetSocketId"] == "tech-1"
        kinds = [kind for kind, _ in rig.desk.posted]
        assert kinds[:3] == ["enroll", "assign", "register"]
        about = rig.desk.posted[2][1]
        assert set(about["clientInfo"]) == {"os", "hostname", "username", "arch", "userAgent"}
        assert rig.desk.seen["helper-capabilities"][0]["displays"][0]["width"] == 1280
        assert rig.desk.seen["join-session"][0]["rights"] == []

        technician = Technician(rig.desk)
        await technician.answer(offer)
        assert (await technician.frame()).shape == (800, 1280, 3)
        window = paint(rig.display, colour=0x20C040)
        await until_colour(technician, (0x20, 0xC0, 0x40), at=(500, 400))
        window.close()

        await rig.desk.emit("consent-changed", rights=[], by="technician")
        await asyncio.wait_for(technician.closed.wait(), 40)
        await technician.close()

    go(rig, script)


def test_input_over_the_channel_and_the_relay_needs_control(rig: RigContext):
    async def script(rig: Rig) -> None:
        witness = await asyncio.to_thread(Witness, rig.display)
        rig.start(*ALLOW)
        technician = Technician(rig.desk)
        await technician.answer(await rig.allowed("view"))
        await asyncio.wait_for(technician.open.wait(), 40)
        technician.channel.send(json.dumps({"event": "remote-keyboard", "type": "keydown", "key": "n"}))
        await rig.desk.emit("remote-keyboard", type="keydown", key="o")
        technician.channel.send(pointer(2, witness.left + 30, witness.top + 30, 0))
        technician.channel.send(json.dumps({"event": "ping", "t": 1}))
        assert json.loads(await technician.messages.get()) == {"event": "pong", "t": 1}

        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await rig.desk.ask("view", "control", "clipboard", request="q2")
        assert (await answered)["rights"] == ["view", "control", "clipboard"]
        await until_pong(technician)
        for key in "yé日":
            technician.channel.send(json.dumps({"event": "remote-keyboard", "type": "keydown", "key": key}))
        await until_typed(witness, "yé日")
        await rig.desk.emit("remote-keyboard", type="keydown", key="!", **{"from": "tech-1"})
        await until_typed(witness, "yé日!")
        technician.channel.send(pointer(1, witness.left + 30, witness.top + 31))
        technician.channel.send(pointer(2, witness.left + 30, witness.top + 31, 0))
        seen = await asyncio.to_thread(witness.until, lambda e: "press" in e)
        assert seen[-1] == {"press": 1, "x": 30, "y": 31}
        await rig.desk.emit("remote-mouse", type="mouseup", x=(witness.left + 30) / 1279, y=(witness.top + 31) / 799,
                            button=0, **{"from": "tech-1"})
        seen = await asyncio.to_thread(witness.until, lambda e: "release" in e)
        assert seen[-1] == {"release": 1, "x": 30, "y": 31}
        technician.channel.send(json.dumps({"event": "remote-clipboard", "text": "from afar"}))
        await asyncio.to_thread(witness.until, lambda e: str(e.get("now")).endswith("from afar"))

        technician.channel.send(pointer(2, witness.left + 30, witness.top + 31, 0))
        await asyncio.to_thread(witness.until, lambda e: "press" in e)
        await technician.close()
        seen = await asyncio.to_thread(witness.until, lambda e: "release" in e)
        assert seen[-1]["release"] == 1
        witness.close()

    go(rig, script)


async def until_typed(witness: Witness, text: str) -> None:
    await asyncio.to_thread(witness.until, lambda e: e.get("text") == text)


async def until_pong(technician: Technician) -> None:
    """The helper has heard everything that was sent before."""
    await asyncio.sleep(0)
    technician.channel.send(json.dumps({"event": "ping", "t": 2}))
    await asyncio.wait_for(technician.messages.get(), 40)


def pointer(kind: int, x: int, y: int, *more: int) -> bytes:
    return struct.pack("<BHH", kind, round(x * 65535 / 1279), round(y * 65535 / 799)) + bytes(more)


def test_the_terminal_asks_and_a_no_is_a_no(blind_rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start("--ui", "auto")
        await rig.desk.had("helper-capabilities")
        await rig.desk.seat(name="Mallory\x1b[2J\x07")
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await rig.desk.ask("files", reason="\x1b]0;evil\x07now")
        while "Allow?" not in rig.printed():
            await asyncio.sleep(0.02)
        rig.process.stdin.write(b"n\n")
        rig.process.stdin.flush()
        answer = await answered
        assert (answer["approved"], answer["requestId"]) == (False, "q1")
        assert "\x1b" not in rig.printed()
        assert "\x07" not in rig.printed()

    go(blind_rig, script)


def test_files_chat_and_directory(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        await rig.desk.had("helper-capabilities")
        refused = asyncio.ensure_future(rig.desk.next("list-remote-dir-result"))
        await rig.desk.emit("list-remote-dir", path="", requestId="r0")
        assert (await refused)["error"]
        await rig.desk.seat()
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await rig.desk.ask("files")
        await answered

        async def reply(event: str, **data: Any) -> dict[str, Any]:
            waiting = asyncio.ensure_future(rig.desk.next(f"{event}-result"))
            await rig.desk.emit(event, **data)
            return await waiting

        put = await reply("put-remote-file", path="", filename="a.txt", requestId="r1",
                          content=base64.b64encode(b"hello").decode())
        assert (put["success"], put["name"], put["requestId"]) == (True, "a.txt", "r1")
        assert (rig.shared / "a.txt").read_bytes() == b"hello"
        assert [e["name"] for e in (await reply("list-remote-dir", path="", requestId="r2"))["list"]] == ["a.txt"]
        got = await reply("get-remote-file", path="a.txt", requestId="r3")
        assert base64.b64decode(got["content"]) == b"hello"
        assert (await reply("get-remote-file", path="../package/appsettings.json", requestId="r4"))["error"]
        bad = await reply("put-remote-file", path="", filename="../x", requestId="r5", content="aGVsbG8=")
        assert (bad["success"], bool(bad["error"])) == (False, True)

        big = bytes(range(256)) * 4096
        (rig.shared / "big.bin").write_bytes(big)
        sent = await reply("get-remote-file", path="big.bin", requestId="r6")
        assert rig.desk.uploads[sent["fileId"]] == big
        assert sent["size"] == len(big)

        rig.desk.uploads["f8"] = b"waits"
        await rig.desk.emit("consent-changed", rights=[], by="technician")
        await rig.desk.emit("file-available", id="f8", original_name="early.txt", direction="technician-to-user")
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await rig.desk.ask("files", request="again")
        await answered
        while not (await rig.desk.next("file-progress"))["done"]:
            continue
        assert (rig.shared / "early.txt").read_bytes() == b"waits"

        rig.desk.uploads["f9"] = big
        done = asyncio.ensure_future(rig.desk.next("file-progress"))
        await rig.desk.emit("file-available", id="f9", original_name="manual.pdf", originalName="manual.pdf",
                            size=len(big), direction="technician-to-user", downloadUrl="/api/files/download/f9")
        progress = await done
        while not progress["done"]:
            progress = await rig.desk.next("file-progress")
        assert (rig.shared / "manual.pdf").read_bytes() == big
        assert progress["received"] == len(big)

        rig.process.stdin.write("say Grüße\n".encode())
        rig.process.stdin.flush()
        said = await rig.desk.had("chat-message")
        assert (said["message"], said["role"], said["sender"]) == ("Grüße", "user", "John Smith")

    go(rig, script)


def test_tiles_rebuild_the_screen_and_wait_for_acks(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        await rig.allowed("view")
        first = asyncio.ensure_future(rig.desk.next("screen-frame"))
        await rig.desk.emit("stream-transport", transport="tiles", **{"from": "tech-1"})
        data = await first
        assert (data["keyframe"], data["targetSocketId"]) == (True, "tech-1")
        canvas = apply(None, Frame(data))
        window = paint(rig.display, colour=0x3060C0)
        while not near(canvas[400, 500], (0x30, 0x60, 0xC0)):
            await rig.desk.emit("screen-ack", seq=data["seq"], **{"from": "tech-1"})
            data = await rig.desk.next("screen-frame")
            canvas = apply(canvas, Frame(data))
        window.close()

    go(rig, script)


class Frame:
    """A `screen-frame` with attributes."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.__dict__.update(data)


def near(pixel: np.ndarray, wanted: tuple[int, int, int]) -> bool:
    return int(np.abs(pixel.astype(int) - wanted).max()) < 16


def test_it_comes_back_after_the_server_was_gone(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        technician = Technician(rig.desk)
        await technician.answer(await rig.allowed("view"))
        await technician.frame()
        await rig.desk.stop()
        rig.desk.__init__(port=rig.desk.port, rights={"view"})
        rig.desk.technicians = {"tech-1": "Tina"}
        await asyncio.sleep(3)
        rejoined = asyncio.ensure_future(rig.desk.next("join-session"))
        await rig.desk.start()
        assert (await rejoined)["rights"] == ["view"]
        await technician.frame()
        await technician.close()

    go(rig, script)


def test_a_restarted_helper_holds_nothing_and_enrols_once(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        await rig.allowed("view")
        await asyncio.to_thread(rig.process.kill)
        await rig.exit()
        rejoined = asyncio.ensure_future(rig.desk.next("join-session"))
        rig.start(*ALLOW)
        assert (await rejoined)["rights"] == []
        assert [kind for kind, _ in rig.desk.posted].count("enroll") == 1
        state = next((rig.folder / "state").iterdir())
        assert (state / "device.json").stat().st_mode & 0o077 == 0
        assert rig.desk.secret not in (state / "helper.log").read_text()

    go(rig, script)


def test_a_technician_of_another_session_is_not_heard(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        await rig.desk.had("helper-capabilities")
        await rig.desk.sio.emit("connection-request", {"sessionId": "other", "requestId": "x", "rights": ["view"]})
        await rig.desk.sio.emit("connection-request", "no object at all")
        await rig.desk.sio.emit("technicians-present", {"sessionId": SESSION, "technicians": [None, 3, {}]})
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await rig.desk.ask("files", request="mine")
        assert (await answered)["requestId"] == "mine"

    go(rig, script)


@pytest.mark.parametrize(("spoil", "status", "says"), [
    ("appsettings.json", 3, "appsettings.json"), ("token", 4, "used already"), ("secret", 5, "no longer knows"),
])
def test_it_refuses_clearly(rig: RigContext, spoil: str, status: int, says: str):
    async def script(rig: Rig) -> None:
        if spoil == "token":
            rig.desk.refuse_token = True
        rig.desk.removed = spoil == "secret"
        from tests.builder.helper.desk import package

        folder = package(rig.folder / "package", url=rig.desk.url)
        if spoil == "appsettings.json":
            file = folder / spoil
            file.write_bytes(file.read_bytes().replace(b"Tina", b"Tyna"))
        rig.start("--ui", "terminal")
        assert await rig.exit() == status
        assert says in rig.printed()

    go(rig, script)


def test_a_removed_device_notices_though_only_its_socket_is_refused(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start("--ui", "terminal")
        await rig.desk.had("helper-capabilities")
        rig.desk.secret, rig.desk.removed = "another", True
        await rig.desk.sio.disconnect(rig.desk.helper)
        assert await rig.exit() == 5
        assert not list((rig.folder / "state").rglob("device.json"))

    go(rig, script)


def test_one_helper_for_each_device(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start("--ui", "terminal")
        await rig.desk.had("helper-capabilities")
        first, rig.process = rig.process, None
        rig.start("--ui", "terminal")
        assert await rig.exit() == 6
        assert "already running" in rig.printed()
        rig.process = first

    go(rig, script)


def test_from_the_source_tree_it_says_what_is_missing(tmp_path: Path):
    done = subprocess.run([sys.executable, "-m", "builder.helper", "--ui", "terminal"], capture_output=True, text=True,
                          timeout=30, cwd=Path(__file__).parents[3], env={"PATH": "/usr/bin", "HOME": str(tmp_path)})
    assert done.returncode == 2
    assert "--package-dir" in done.stderr
