"""The loop of each engine, for what is too small and too frequent for a green thread of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

Environ = dict[str, Any]
HANDLER = "connectassist.handler"


class Hub:
    """The engine's loop, for what is too small and too frequent for green threads. Call-backs run in the loop itself:
    they must not wait for anything. `due` are the WebSockets that have something to write."""

    def __init__(self) -> None:
        self.due: list[Any] = []
        self.is_reading = False

    def flush_soon(self, web_socket: Any) -> None:
        """Write at the end of this turn, so that all that is said in it leaves at once."""
        if not self.due and not self.is_reading:
            self.soon(self.flush)
        self.due.append(web_socket)

    def flush(self) -> None:
        """Write what is due."""
        due, self.due = self.due, []
        for web_socket in due:
            web_socket.flush()

    def on_readable(self, fileno: int, callback: Callable[..., None]) -> Any:
        """Call whenever there is something to read. Returns what `forget` takes."""
        raise NotImplementedError

    def on_writable(self, fileno: int, callback: Callable[..., None]) -> Any:
        """Call whenever there is room to write. Returns what `forget` takes."""
        raise NotImplementedError

    def forget(self, watched: Any) -> None:
        """Call no more."""
        raise NotImplementedError

    def soon(self, function: Callable[[], None]) -> None:
        """Call once, in the loop's next turn."""
        raise NotImplementedError

    def spawn(self, function: Callable[..., Any], *args: Any) -> None:
        """Run in a green thread, where waiting is allowed."""
        raise NotImplementedError

    def take_over(self, environ: Environ) -> int:
        """Take a request's socket away from the HTTP server. Returns its file number; nothing more is answered."""
        raise NotImplementedError

    def plain_socket(self, fileno: int) -> socket.socket:
        """A socket that knows nothing of green threads."""
        raise NotImplementedError


class _EventletHub(Hub):
    def _watch(self, kind: str, fileno: int, callback: Callable[..., None]) -> Any:
        from eventlet import hubs
        hub = hubs.get_hub()
        listener = hub.add(kind, fileno, callback, _ignore, _ignore)
        listener.greenlet = hub.greenlet  # else the finished request's thread stays in memory with it
        return listener

    def on_readable(self, fileno: int, callback: Callable[..., None]) -> Any:
        return self._watch("read", fileno, callback)

    def on_writable(self, fileno: int, callback: Callable[..., None]) -> Any:
        return self._watch("write", fileno, callback)

    def forget(self, watched: Any) -> None:
        from eventlet import hubs
        hubs.get_hub().remove(watched)

    def soon(self, function: Callable[[], None]) -> None:
        from eventlet import hubs
        hubs.get_hub().schedule_call_global(0, function)

    def spawn(self, function: Callable[..., Any], *args: Any) -> None:
        from eventlet import spawn
        spawn(function, *args)

    def take_over(self, environ: Environ) -> int:
        from eventlet import wsgi
        wsgi.WSGI_LOCAL.already_handled = True
        return environ.pop(HANDLER).request.fd.detach()

    def plain_socket(self, fileno: int) -> socket.socket:
        from eventlet.patcher import original
        return original("socket").socket(fileno=fileno)


class _GeventHub(Hub):
    def _watch(self, events: int, fileno: int, callback: Callable[..., None]) -> Any:
        from gevent import get_hub
        watcher = get_hub().loop.io(fileno, events)
        watcher.start(callback)
        return watcher

    def on_readable(self, fileno: int, callback: Callable[..., None]) -> Any:
        return self._watch(1, fileno, callback)

    def on_writable(self, fileno: int, callback: Callable[..., None]) -> Any:
        return self._watch(2, fileno, callback)

    def forget(self, watched: Any) -> None:
        watched.stop()
        watched.close()

    def soon(self, function: Callable[[], None]) -> None:
        from gevent import get_hub
        get_hub().loop.run_callback(function)

    def spawn(self, function: Callable[..., Any], *args: Any) -> None:
        from gevent import spawn
        spawn(function, *args)

    def take_over(self, environ: Environ) -> int:
        handler = environ.pop(HANDLER)
        handler.close_connection = True
        return handler.socket.detach()

    def plain_socket(self, fileno: int) -> socket.socket:
        from gevent.monkey import get_original
        return get_original("socket", "socket")(fileno=fileno)


def _ignore(*_: Any) -> None:
    """For what a green thread would have to be told."""


def of(mode: str) -> Hub | None:
    """The loop of an engine; None where there is none."""
    return {"eventlet": _EventletHub, "gevent": _GeventHub}.get(mode, lambda: None)()
