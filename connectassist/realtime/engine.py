"""Which engine runs the hub. Only this file and the two doors know.

Imported before anything that opens sockets, so it imports nothing of the app itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def patch(mode: str) -> None:
    """Make the standard library cooperative. Must come before other imports."""
    if mode == "eventlet":
        import eventlet
        eventlet.monkey_patch()
    elif mode == "gevent":
        from gevent import monkey
        monkey.patch_all()


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
        return {"max_size": 20_000, "log_output": False, "keepalive": True, "socket_timeout": None}
    return {"log_output": False} if mode == "gevent" else {"allow_unsafe_werkzeug": True}
