"""A small real server that speaks the helper protocol, and a technician with a real peer connection."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections import defaultdict
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = base64.b64encode(KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
SESSION = "9PD-835-6DE"
DEVICE = "SUPP-123456-1720012345"
TOKEN = "enrol-token"


def package(folder: Path, *, url: str, device: str = DEVICE, unattended: bool = False, payload: bytes = b"x") -> Path:
    """Write an unpacked, signed package into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "connectassist-helper").write_bytes(payload)
    (folder / "README.txt").write_text("Start connectassist-helper.\n")
    (folder / "appsettings.json").write_text(json.dumps({
        "Server": {"Url": url}, "Enrollment": {"Token": TOKEN}, "Device": {"Id": device, "CustomerName": "John Smith"},
        "Client": {"Name": "Default"}, "Support": {"TechnicianName": "Tina", "AllowUnattended": unattended},
        "Branding": {"Product": "ConnectAssist"},
    }))
    sign(folder)
    return folder


def sign(folder: Path) -> None:
    """(Re)write the manifest over whatever lies in the folder."""
    files = [
        {"path": p.relative_to(folder).as_posix(), "size": p.stat().st_size,
         "sha256": hashlib.sha256(p.read_bytes()).hexdigest()}
        for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "manifest.json"
    ]
    manifest: dict[str, Any] = {"version": 1, "package": DEVICE, "platform": "linux-x86_64", "files": files,
                                "created_at": "2026-01-01T00:00:00.000Z", "public_key": PUBLIC}
    body = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    manifest["signature"] = base64.b64encode(KEY.sign(body)).decode()
    (folder / "manifest.json").write_text(json.dumps(manifest))


class Desk:
    """The server's side of one session; every event that arrives can be awaited."""

    def __init__(self, *, port: int = 0, rights: set[str] | None = None) -> None:
        self.port = port
        self.sio = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
        self.app = web.Application(client_max_size=64 * 1024**2)
        self.sio.attach(self.app)
        self.helper = ""
        self.rights: set[str] = set(rights or ())
        self.technicians: dict[str, str] = {}
        self.session = SESSION
        self.secret = "device-secret"
        self.posted: list[tuple[str, dict[str, Any]]] = []
        self.uploads: dict[str, bytes] = {}
        self.refuse_token = self.removed = False
        self._waiting: dict[str, list[asyncio.Future[Any]]] = defaultdict(list)
        self.seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._runner: web.AppRunner | None = None
        self._routes()
        self._events()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._runner = web.AppRunner(self.app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        with suppress(Exception):
            await self.sio.shutdown()
        if self._runner:
            await self._runner.cleanup()

    # HTTP

    def _routes(self) -> None:
        add = self.app.router.add_post
        add("/api/enrollment/enroll", self._enroll)
        add("/api/sessions/assign", self._assign)
        add("/api/sessions/register", self._register)
        add("/api/files/upload", self._upload)
        self.app.router.add_get("/api/files/download/{id}", self._download)

    async def _enroll(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.posted.append(("enroll", body))
        if self.refuse_token or body.get("token") != TOKEN:
            return web.json_response({"success": False, "error": "This package has been used already.",
                                      "error_code": "INVALID_ENROLLMENT_TOKEN"}, status=400)
        return web.json_response({"success": True, "deviceId": body["deviceId"], "deviceSecret": self.secret,
                                  "signingKey": PUBLIC})

    def _known(self, request: web.Request) -> bool:
        return not self.removed and request.headers.get("X-Device-Secret") == self.secret

    async def _assign(self, request: web.Request) -> web.Response:
        self.posted.append(("assign", await request.json()))
        if not self._known(request):
            return web.json_response({"success": False, "error": "unknown device"}, status=401)
        return web.json_response({"success": True, "sessionId": self.session, "existing": True})

    async def _register(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.posted.append(("register", body))
        if not self._known(request):
            return web.json_response({"success": False, "error": "unknown device"}, status=401)
        if body["sessionId"] != self.session:
            return web.json_response({"success": False, "error": "over"}, status=404)
        return web.json_response({"success": True, "sessionId": self.session, "message": "ok"})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        name = f"file{len(self.uploads)}"
        self.uploads[name] = form["file"].file.read()
        self._happened("upload", {"name": form["file"].filename, **{k: v for k, v in form.items() if k != "file"}})
        return web.json_response({"success": True, "fileId": name, "fileName": form["file"].filename,
                                  "downloadUrl": f"/api/files/download/{name}"})

    async def _download(self, request: web.Request) -> web.Response:
        data = self.uploads.get(request.match_info["id"])
        return web.Response(body=data) if data is not None else web.Response(status=404)

    # events

    def _events(self) -> None:
        @self.sio.event
        async def connect(sid: str, environ: Any, auth: Any) -> None:
            if not auth or auth.get("deviceSecret") != self.secret:
                raise ConnectionRefusedError("unauthorized")
            self.helper = sid
            self._happened("connect", {"sid": sid})

        @self.sio.event
        async def disconnect(sid: str, *_: Any) -> None:
            self._happened("disconnect", {"sid": sid})

        @self.sio.on("*")
        async def anything(event: str, sid: str, data: Any) -> dict[str, Any]:
            answer = await self._answer(event, data)
            self._happened(event, data)
            return answer

    async def _answer(self, event: str, data: dict[str, Any]) -> dict[str, Any]:
        if event == "join-session":
            self.rights &= set(data["rights"])
            asyncio.get_running_loop().call_soon(asyncio.ensure_future, self._tell_present())
            return {"ok": True, "sessionId": self.session, "rights": sorted(self.rights), "socketId": self.helper}
        if event == "approval-response":
            if data["approved"]:
                self.rights |= set(data["rights"])
                await self.emit("consent-changed", rights=sorted(self.rights), by="customer")
            return {"ok": True}
        if event == "consent-revoke":
            self.rights -= set(data["rights"])
            await self.emit("consent-changed", rights=sorted(self.rights), by="customer")
        if event == "session-stop":
            self.rights = set()
            await self.emit("session-ended", by="customer")
        return {"ok": True}

    async def _tell_present(self) -> None:
        if self.technicians:
            await self.emit("technicians-present", technicians=[
                {"technicianId": t, "technicianName": n, "technicianSocketId": t} for t, n in self.technicians.items()
            ])

    async def emit(self, event: str, **data: Any) -> None:
        await self.sio.emit(event, {"sessionId": self.session, **data}, to=self.helper)

    async def seat(self, socket_id: str = "tech-1", name: str = "Tina") -> None:
        """A technician takes a seat."""
        self.technicians[socket_id] = name
        await self.emit("technician-joined", technicianId=socket_id, technicianName=name, technicianSocketId=socket_id)

    async def ask(self, *rights: str, request: str = "q1", reason: str = "To look at the printer") -> None:
        """A technician asks the customer."""
        await self.emit(
            "connection-request", requestId=request, technicianName="Tina", technicianId="tech-1", rights=list(rights),
            reason=reason, timestamp="2026-01-01T00:00:00.000Z", expiresAt="2026-01-01T00:00:30.000Z",
        )

    def _happened(self, event: str, data: dict[str, Any]) -> None:
        self.seen[event].append(data)
        for future in self._waiting.pop(event, []):
            if not future.done():
                future.set_result(data)

    async def next(self, event: str, seconds: float = 40.0) -> dict[str, Any]:
        """Wait for the next event of this name."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[event].append(future)
        try:
            return await asyncio.wait_for(future, seconds)
        except TimeoutError:
            raise AssertionError(f"no {event} came within {seconds} s; seen: {dict(self.seen).keys()}") from None

    async def had(self, event: str, seconds: float = 40.0) -> dict[str, Any]:
        """The newest event of this name, waiting for it if there was none yet."""
        return self.seen[event][-1] if self.seen[event] else await self.next(event, seconds)


@asynccontextmanager
async def desk() -> Any:
    """A running desk."""
    running = Desk()
    await running.start()
    try:
        yield running
    finally:
        await running.stop()


class Technician:
    """Answers offers like a browser, and looks at the video."""

    def __init__(self, desk: Desk, socket_id: str = "tech-1") -> None:
        self._desk = desk
        self.socket_id = socket_id
        self.pc: RTCPeerConnection | None = None
        self.track: Any = None
        self.channel: Any = None
        self.open = asyncio.Event()
        self.closed = asyncio.Event()
        self.messages: asyncio.Queue[str] = asyncio.Queue()

    async def answer(self, offer: dict[str, Any]) -> None:
        pc = self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))

        @pc.on("track")
        def _track(track: Any) -> None:
            self.track = track

        @pc.on("datachannel")
        def _channel(channel: Any) -> None:
            self.channel = channel
            channel.on("message", self.messages.put_nowait)
            channel.on("close", self.closed.set)
            self.open.set()

        @pc.on("connectionstatechange")
        def _state() -> None:
            if pc.connectionState in ("closed", "failed"):
                self.closed.set()

        await pc.setRemoteDescription(RTCSessionDescription(**offer["offer"]))
        await pc.setLocalDescription(await pc.createAnswer())
        await self._desk.emit("webrtc-answer", answer={"type": "answer", "sdp": pc.localDescription.sdp},
                              **{"from": self.socket_id})

    async def frame(self, seconds: float = 40.0) -> Any:
        """The next video frame, as an RGB array."""
        frame = await asyncio.wait_for(self.track.recv(), seconds)
        return frame.to_ndarray(format="rgb24")

    async def close(self) -> None:
        if self.pc:
            await self.pc.close()
