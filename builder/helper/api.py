"""What the helper asks the server over HTTP: enrolment, sessions, files."""

from __future__ import annotations

import getpass
import json
import platform
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from . import VERSION
from .errors import AlreadyEnrolled, NotThere, Refused, Removed, Unreachable
from .text import field, number, raw

_QUICK = aiohttp.ClientTimeout(total=20, connect=8)
_LONG = aiohttp.ClientTimeout(total=None, connect=8, sock_read=30)
_MAX_ANSWER = 1_000_000


class Api:
    """The server's HTTP side, spoken as one device."""

    def __init__(self, http: aiohttp.ClientSession, *, url: str, device_id: str) -> None:
        self._http = http
        self._url = url
        self.device_id = device_id
        self.device_secret = ""

    async def enroll(self, token: str) -> dict[str, Any]:
        """Become a device with the package's one-time token. Raises AlreadyEnrolled, Refused, Unreachable."""
        answer = await self._post("/api/enrollment/enroll", {"token": token, "deviceId": self.device_id, **machine()})
        if not isinstance(answer.get("deviceSecret"), str):
            raise Refused("The server's answer to the enrolment is not understood.")
        return answer

    async def assign(self, *, allow_unattended: bool) -> dict[str, Any]:
        """Ask for this device's session. Raises Removed, Unreachable."""
        about = machine()
        return await self._post("/api/sessions/assign", {
            "deviceId": self.device_id, "deviceName": about["hostname"], "os": about["osVersion"],
            "hostname": about["hostname"], "arch": about["arch"], "allowUnattended": allow_unattended,
        })

    async def register(
        self, session_id: str, *, capabilities: dict[str, Any], allow_unattended: bool
    ) -> dict[str, Any]:
        """Say who and what is in the session. Raises NotThere, Removed, Unreachable."""
        about = machine()
        info = {"os": about["osVersion"], "hostname": about["hostname"], "username": about["username"],
                "arch": about["arch"], "userAgent": f"ConnectAssist helper {VERSION}"}
        return await self._post("/api/sessions/register", {
            "sessionId": session_id, "deviceId": self.device_id, "clientInfo": info,
            "capabilities": capabilities, "allowUnattended": allow_unattended,
        })

    async def pending(self) -> str:
        """The session in which a technician waits for this device, or "". Raises Removed, Unreachable, Refused."""
        path = f"/api/devices/pending/{self.device_id}"
        try:
            async with self._http.get(
                self._url + path, headers=self._headers(), timeout=_QUICK, allow_redirects=False
            ) as answer:
                return raw(_read(answer.status, await _json(answer), path=path), "sessionId", limit=128)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(_why(error)) from error

    async def call_for_help(self, request_id: str, *, problem: str, contact: str) -> dict[str, Any]:
        """Open a ticket; asked again with the same id it is the same one. Raises Removed, Unreachable, Refused."""
        about = machine()
        return await self._post(f"/api/devices/{self.device_id}/help", {
            "request_id": request_id, "problem": problem, "contact": contact, "hostname": about["hostname"],
            "username": about["username"]})

    async def help_picture(self, request_id: str, jpeg: bytes) -> None:
        """Send the picture of the screen to that ticket. Raises Removed, Unreachable, Refused."""
        await self._send("PUT", f"/api/devices/{self.device_id}/help/{request_id}/screenshot", timeout=_LONG,
                         data=jpeg, content_type="image/jpeg")

    async def help_checks(self, request_id: str, found: list[dict[str, Any]]) -> None:
        """Send what the checks have found to that ticket. Raises Removed, Unreachable, Refused."""
        await self._send("PUT", f"/api/devices/{self.device_id}/help/{request_id}/checks", json={"checks": found})

    async def help_state(self, request_id: str) -> dict[str, Any]:
        """What became of that ticket. Raises Removed, Unreachable, Refused."""
        return await self._send("GET", f"/api/devices/{self.device_id}/help/{request_id}")

    async def ice_servers(self) -> tuple[list[dict[str, Any]], float] | None:
        """The STUN and TURN servers to use, and for how many seconds; None when the server does not answer."""
        try:
            async with self._http.get(
                f"{self._url}/api/turn-servers", headers=self._headers(), timeout=_QUICK, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    return None
                told = await _json(answer)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None
        listed = told.get("servers")
        servers = [s for s in listed if isinstance(s, dict)][:8] if isinstance(listed, list) else []
        return servers, number(told, "ttl")

    async def update_info(self, *, platform: str, version: str) -> dict[str, Any]:
        """What the server has of this helper's kind. Raises Unreachable, Refused."""
        query = {"platform": platform, "currentVersion": version}
        try:
            async with self._http.get(f"{self._url}/api/helper/update-info", params=query, headers=self._headers(),
                                      timeout=_QUICK, allow_redirects=False) as answer:
                return _read(answer.status, await _json(answer), path="/api/helper/update-info")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(_why(error)) from error

    @asynccontextmanager
    async def update_package(self, *, start: int, mark: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open this device's own package with the newest files, from byte `start` on if it is still the one with
        that `mark`. Raises Unreachable, Refused, and what reading raises."""
        ranged = {"Range": f"bytes={start}-", "If-Range": mark} if start and mark else {}
        async with self._http.get(f"{self._url}/api/helper/package", headers={**self._headers(), **ranged},
                                  timeout=_LONG, allow_redirects=False) as answer:
            if answer.status not in (200, 206, 416):
                _read(answer.status, await _json(answer), path="/api/helper/package")
                raise Refused(f"the server answered {answer.status}")
            yield answer

    async def upload(self, form: aiohttp.FormData) -> dict[str, Any]:
        """Send one file. Raises Unreachable, Refused."""
        return await self._post("/api/files/upload", form, timeout=_LONG)

    @asynccontextmanager
    async def download(
        self, file_id: str, *, start: int = 0, mark: str = ""
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open one file for reading, from byte `start` on if it is still the one with that `mark`.
        Raises Unreachable, Refused."""
        ranged = {"Range": f"bytes={start}-", "If-Range": mark} if start and mark else {}
        try:
            async with self._http.get(
                f"{self._url}/api/files/download/{file_id}", headers={**self._headers(), **ranged}, timeout=_LONG,
                allow_redirects=False,
            ) as answer:
                if answer.status not in (200, 206):
                    _read(answer.status, {}, path="/api/files/download")
                    raise Refused(f"The server does not hand out this file ({answer.status}).")
                yield answer
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(_why(error)) from error

    async def post_to_gateway(self, path: str, body: dict[str, Any], *, headers: dict[str, str],
                              timeout: aiohttp.ClientTimeout) -> tuple[int, dict[str, Any]]:
        """Post to the device gateway, which has a sign-in of its own: the status and the answer, whatever they are.
        Raises what the connection raises."""
        async with self._http.post(f"{self._url}/api/v1/device{path}", json=body, headers=headers, timeout=timeout,
                                   allow_redirects=False) as answer:
            return answer.status, await _json(answer)

    def _headers(self) -> dict[str, str]:
        return {"X-Device-Id": self.device_id, "X-Device-Secret": self.device_secret} if self.device_secret else {}

    async def _post(
        self, path: str, body: dict[str, Any] | aiohttp.FormData, *, timeout: aiohttp.ClientTimeout = _QUICK
    ) -> dict[str, Any]:
        payload: dict[str, Any] = {"json": body} if isinstance(body, dict) else {"data": body}
        return await self._send("POST", path, timeout=timeout, **payload)

    async def _send(self, method: str, path: str, *, timeout: aiohttp.ClientTimeout = _QUICK, content_type: str = "",
                    **payload: Any) -> dict[str, Any]:
        headers = self._headers() | ({"Content-Type": content_type} if content_type else {})
        try:
            async with self._http.request(
                method, self._url + path, headers=headers, timeout=timeout, allow_redirects=False, **payload
            ) as answer:
                return _read(answer.status, await _json(answer), path=path)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable(_why(error)) from error


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    raw = await answer.content.read(_MAX_ANSWER)
    while len(raw) < _MAX_ANSWER and not answer.content.at_eof():
        raw += await answer.content.read(_MAX_ANSWER)
    try:
        data = json.loads(raw)
    except ValueError:
        data = {}
    return data if isinstance(data, dict) else {}


def _read(status: int, data: dict[str, Any], *, path: str) -> dict[str, Any]:
    """Turn a status into an answer or into what it means for a helper."""
    if status == 200 or status == 201:
        return data
    said = field(data, "error") or field(data, "detail") or f"the server answered {status}"
    if status == 401:
        raise Removed("The server no longer knows this device. Please download a new helper.")
    if status == 404 and path.startswith("/api/sessions/"):
        raise NotThere(said)
    if status == 409 and path == "/api/enrollment/enroll":
        raise AlreadyEnrolled(said)
    if status == 429 or (status >= 500 and status != 507):  # a full disk stays full for a while
        raise Unreachable(said)
    raise Refused(said)


def _why(error: BaseException) -> str:
    if isinstance(error, (aiohttp.ClientConnectorCertificateError, ssl.SSLError)):
        return "the server's certificate is not valid"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the server's name is not found"
    return "the server does not answer"


def machine() -> dict[str, str]:
    """Who and what this machine is, as the enrolment asks for it."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = ""
    names = {"linux": "linux", "win32": "windows", "darwin": "macos"}
    return {
        "hostname": socket.gethostname(), "osVersion": _os_version(), "platform": names.get(sys.platform, sys.platform),
        "arch": platform.machine(), "username": user, "helperVersion": VERSION,
    }


def _os_version() -> str:
    if sys.platform == "linux":
        try:
            return platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform())
        except OSError:
            return platform.platform()
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{platform.system()} {platform.release()} {platform.version()}"
