"""Checks of the live lines, through whatever stands in front: WebSockets, and the long polls that stand in for them."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
from collections.abc import Iterable
from contextlib import closing

from connectassist.features.checkup.findings import Check, Finding, error, ok, warning
from connectassist.features.checkup.grounds import PATIENCE, Grounds, NoAnswer, said, unverified

ABOUT = "Live lines"
ENGINE = "/socket.io/?EIO=4&transport="
FIX = "Let the proxy pass `Upgrade` and `Connection` on for {path} (nginx/ does so)."
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_LARGEST_HEAD = 16 * 1024


def polling(grounds: Grounds) -> Finding:
    """Does a long poll get through?"""
    try:
        answer = grounds.ask(ENGINE + "polling")
    except NoAnswer as problem:
        return error(f"Long polls don't get through: {problem}.", "Let the proxy pass /socket.io/ on, unbuffered.")
    if answer.status != 200 or not answer.body.startswith(b"0{"):
        return error(f"Long polls don't get through: /socket.io/ answers {answer.status}.",
                     "Let the proxy pass /socket.io/ on to the server.")
    return ok("Long polls get through.")


def web_sockets(grounds: Grounds) -> Finding:
    """Does a WebSocket get through, with what the server says first?"""
    problem = _opened(grounds, ENGINE + "websocket", first=b"0{")
    if problem:
        return error(f"WebSockets don't get through: {problem}. Pictures and control stumble along over long polls.",
                     FIX.format(path="/socket.io/"))
    return ok("WebSockets get through.")


def plain_web_sockets(grounds: Grounds) -> Finding:
    """The same for devices of the gateway and the live pages, which have no long polls."""
    problem = _opened(grounds, "/ws")
    if problem:
        return warning(f"The plain WebSockets at /ws don't get through: {problem}. Pages aren't live, and the "
                       "gateway's devices have to ask.", FIX.format(path="/ws and /api/v1/"))
    return ok("Plain WebSockets get through.")


def _opened(grounds: Grounds, path: str, *, first: bytes = b"") -> str:
    """What is wrong with a WebSocket there; nothing when it opens and `first` comes over it."""
    key, host = base64.b64encode(secrets.token_bytes(16)), grounds.place.hostname or ""
    request = (f"GET {grounds.place.path.rstrip('/')}{path} HTTP/1.1\r\nHost: {grounds.place.netloc}\r\n"
               f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
               f"Sec-WebSocket-Key: {key.decode()}\r\nOrigin: {grounds.place.scheme}://{grounds.place.netloc}\r\n\r\n")
    try:
        line = socket.create_connection((host, grounds.port), PATIENCE)
        if grounds.place.scheme == "https":
            line = unverified().wrap_socket(line, server_hostname=host)
        with closing(line):
            line.sendall(request.encode())
            return _judged(line, key, first)
    except OSError as problem:
        return said(problem)


def _judged(line: socket.socket, key: bytes, first: bytes) -> str:
    head, found = b"", b""
    while b"\r\n\r\n" not in head and len(head) < _LARGEST_HEAD:
        more = line.recv(4096)
        if not more:
            break
        head += more
    head, _, found = head.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    if status != [b"101"]:
        return f"the answer is {status[0][:3].decode(errors='replace') if status else 'none'} instead of 101"
    proof = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    if proof.lower() not in head.lower():
        return "the answer is none of a WebSocket"
    while len(found) < 2 + len(first):
        more = line.recv(4096) if first else b".."
        if not more:
            return "it opens, and is closed at once"
        found += more
    return "" if first in found[:16] else "something else comes over it"


CHECKS: Iterable[Check] = tuple(Check(name, ABOUT, run, asks_the_server=True) for name, run in (
    ("polling", polling), ("websockets", web_sockets), ("plain websockets", plain_web_sockets)))
