"""Which engine runs the hub. Only this file and the two doors know.

Imported before anything that opens sockets, so it imports nothing of the app itself.
"""

from __future__ import annotations

import gc
import socket
import sys
import warnings
from collections.abc import Callable
from typing import Any

from connectassist.realtime.hub import HANDLER

BACKLOG = 2048
#: After so many seconds the loop lets a real thread go on that waits for Python. With Python's own 5 ms a write to the
#: database, which lets go at each statement, took 10 ms beside a busy loop, and takes 1.5.
SWITCH = 0.0005
#: How the server's listening socket is closed, once there is one.
_doors: list[Callable[[], Any]] = []


def patch(mode: str) -> None:
    """Make the standard library cooperative. Must come before other imports."""
    if mode == "eventlet":
        with warnings.catch_warnings(action="ignore"):  # eventlet says at each start that it is in maintenance
            import eventlet
        eventlet.monkey_patch()
    elif mode == "gevent":
        from gevent import monkey
        monkey.patch_all()


def let_queries_wait(mode: str) -> None:
    """Make PostgreSQL's driver, where it is in use, wait as this engine waits. It finds gevent by itself; under
    eventlet it would wait in C and hold the hub up for as long as a query takes."""
    if mode == "eventlet" and "psycopg" in sys.modules:
        from psycopg import waiting
        waiting.wait = waiting.wait_selector


def real_thread_runner(mode: str) -> Callable[..., Any]:
    """How a green thread of this engine runs a function in a real one and waits for it."""
    if mode == "eventlet":
        with warnings.catch_warnings(action="ignore"):  # who runs a command of the CLI has not patched it in before
            from eventlet import tpool
        return tpool.execute
    if mode == "gevent":
        from gevent import get_hub

        def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            return get_hub().threadpool.apply(function, args, kwargs)
        return in_thread
    return lambda function, *args, **kwargs: function(*args, **kwargs)


def serve(mode: str, app: Any, *, host: str, port: int, stalled: int, listener: int | None = None) -> None:
    """Serve until stopped, on a port or on a socket that listens already, by its file number. So many may knock at
    once without being turned away; eventlet's server stops at 1,024 connections unless told otherwise. A request whose
    sender or reader stands still for `stalled` seconds is dropped."""
    from connectassist.realtime import door
    gc.collect()
    gc.freeze()  # what is loaded now stays; looking through it again and again would hold everybody up
    sys.setswitchinterval(SWITCH)
    door.make_room()
    if mode == "eventlet":
        from eventlet import sleep, wsgi
        _doors.append(_eventlet_closing())
        wsgi.server(door.patient(_eventlet_listener(host, port, listener), sleep=sleep), app, max_size=20_000,
                    log_output=False, keepalive=True, socket_timeout=stalled,
                    protocol=_prompt(wsgi.HttpProtocol, "setup", stalled))
    elif mode == "gevent":
        from gevent.pywsgi import WSGIHandler, WSGIServer
        given = socket.socket(fileno=listener) if listener is not None else None
        server = WSGIServer(given or (host, port), app, log=None, backlog=None if given else BACKLOG,
                            handler_class=_prompt(WSGIHandler, "handle", stalled))
        _doors.append(lambda: (server.stop_accepting(), server.socket.close()))
        server.serve_forever()
    else:
        app.run(host=host, port=port, threaded=True)


def close_door() -> None:
    """Let nobody in any more. Whoever knocks waits for the next process, if a parent holds the socket."""
    for close in _doors:
        close()


def _eventlet_closing() -> Callable[[], Any]:
    """How the green thread that waits for connections, which is this one, is told to stop."""
    from eventlet import getcurrent, hubs

    from connectassist.realtime import door
    here = getcurrent()
    return lambda: hubs.get_hub().schedule_call_global(0, here.throw, door.Closed())


def _eventlet_listener(host: str, port: int, given: int | None) -> Any:
    from eventlet import listen
    from eventlet.green.socket import getaddrinfo
    from eventlet.greenio import GreenSocket
    from eventlet.patcher import original
    if given is not None:
        return GreenSocket(original("socket").socket(fileno=given))
    family, _, _, _, address = getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    return listen(address, family, backlog=BACKLOG, reuse_port=False)  # a second server there is a mistake


def line_of(handler: Any) -> Any:
    """The socket of a handler of HTTP."""
    return handler.request if hasattr(handler, "request") and handler.request else handler.socket


def _prompt(handler: type, begins: str, stalled: int) -> type:
    """A handler of HTTP connections on which small frames leave at once (without this the second pointer event waits
    some 40 ms until the other side has confirmed the first), and that can be found in a request's environ. WebSockets
    may be silent as long as they like: they have their own signs of life."""
    from connectassist.realtime.door import VISITORS
    begin, environ, finish = getattr(handler, begins), handler.get_environ, getattr(handler, "finish", None)
    reads = "read_requestline" if begins == "handle" else "_read_request_line"
    read_line = getattr(handler, reads)

    def promptly(self: Any) -> None:
        line_of(self).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line_of(self).settimeout(stalled)
        try:
            begin(self)
        finally:
            if finish is None:
                VISITORS.went(self)

    def finished(self: Any) -> None:
        VISITORS.went(self)
        finish(self)

    def waiting(self: Any) -> Any:
        VISITORS.waits(self)
        return read_line(self)

    def with_itself(self: Any) -> dict[str, Any]:
        VISITORS.asks(self)
        found = environ(self)
        found[HANDLER] = self
        if "HTTP_UPGRADE" in found:
            line_of(self).settimeout(None)
        return found

    def unless_stalled(self: Any, *line: Any) -> Any:
        try:
            return handler.read_request(self, *line)
        except TimeoutError:  # headers that never end; gevent would write a traceback for each
            return None

    found = {begins: promptly, reads: waiting, "get_environ": with_itself, "log_message": _keep_quiet,
             "log_error": _keep_quiet}
    def with_a_word(self: Any) -> None:
        handler.finalize_headers(self)
        if self.close_connection and self.request_version != "HTTP/1.0":  # gevent would close without having said so
            self.response_headers.append((b"Connection", b"close"))

    own = ({"read_request": unless_stalled, "finalize_headers": with_a_word} if finish is None
           else {"finish": finished})
    return type("Prompt", (handler,), found | own)


def _keep_quiet(*_: Any) -> None:
    """What was sent that is no request is not repeated in the log: there may be a secret in its address, or anything
    else that somebody wants to be read there."""


def taken_over(environ: dict[str, Any]) -> tuple[Any, Callable[[], None]] | None:
    """The connection that a request came over, for something other than HTTP, and what to call when that is over, so
    that the engine's HTTP server leaves the connection alone. None where there is no such server."""
    given = environ.get("eventlet.input")
    if given is not None:
        from eventlet.wsgi import WSGI_LOCAL
        return given.get_socket(), lambda: setattr(WSGI_LOCAL, "already_handled", True)
    stream = environ.get("wsgi.input")
    stream = getattr(stream, "rfile", stream)  # gevent gives the bare stream to a request that asks for an upgrade
    line = getattr(getattr(stream, "raw", None), "_sock", None)
    return None if line is None else (line, stream.close)
