"""Which engine runs the hub. Only this file and the two doors know.

Imported before anything that opens sockets, so it imports nothing of the app itself.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable, Sequence
from typing import Any


def patch(mode: str) -> None:
    """Make the standard library cooperative. Must come before other imports."""
    if mode == "eventlet":
        with warnings.catch_warnings(action="ignore"):  # eventlet says at each start that it is in maintenance
            import eventlet
        eventlet.monkey_patch()
        from eventlet import websocket
        websocket.RFC6455WebSocket._apply_mask = staticmethod(masked)
    elif mode == "gevent":
        from gevent import monkey
        monkey.patch_all()


def masked(data: bytes, mask: Sequence[int], length: int | None = None, offset: int = 0) -> bytes:
    """A WebSocket frame's bytes with its mask put on or taken off, as one XOR of two large integers. eventlet's own
    way goes byte by byte, which holds up every session for 0.1 s a megabyte."""
    body = bytes(data if length is None else data[:length])
    turn = offset % 4
    key = bytes((*mask[turn:], *mask[:turn])) * (len(body) // 4 + 1)
    mixed = int.from_bytes(body, "little") ^ int.from_bytes(key[:len(body)], "little")
    return mixed.to_bytes(len(body), "little")


def real_thread_runner(mode: str) -> Callable[..., Any]:
    """How a green thread of this engine runs a function in a real one and waits for it."""
    if mode == "eventlet":
        from eventlet import tpool
        return tpool.execute
    if mode == "gevent":
        from gevent import get_hub

        def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return get_hub().threadpool.apply(function, args, kwargs)
        return in_thread
    return lambda function, *args, **kwargs: function(*args, **kwargs)


def server_options(mode: str) -> dict[str, Any]:
    """Options of the engine's WSGI server. eventlet stops at 1,024 connections unless told otherwise."""
    if mode == "eventlet":
        from eventlet.wsgi import HttpProtocol
        return {"max_size": 20_000, "log_output": False, "keepalive": True, "socket_timeout": None,
                "protocol": type("Prompt", (HttpProtocol,), {"setup": _promptly(HttpProtocol.setup)})}
    if mode == "gevent":
        from gevent.pywsgi import WSGIHandler
        return {"log_output": False,
                "handler_class": type("Prompt", (WSGIHandler,), {"handle": _promptly(WSGIHandler.handle)})}
    return {"allow_unsafe_werkzeug": True}


def _promptly(begin: Callable[[Any], None]) -> Callable[[Any], None]:
    """How a handler begins with a connection on which small frames leave at once. Without this the second pointer
    event waits some 40 ms until the other side has confirmed the first."""
    def handle(handler: Any) -> None:
        line = handler.request if hasattr(handler, "request") and handler.request else handler.socket
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin(handler)
    return handle
