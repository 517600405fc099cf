"""The outermost WSGI layer: what must be settled before Flask and Socket.IO see a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
#: Where a Socket.IO server offers its own client; Engine.IO here would answer these paths itself.
CLIENT_SCRIPTS = {f"/socket.io/{name}": name
                  for name in ("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js")}
PREFIX = "/remote"
POCKET = "/pocket-it"
_LONG_LABEL = re.compile(r"[^.]{64}")


class Mounts:
    """Serves the Socket.IO client script where real clients load it, and takes off the prefix `/remote` that 001's
    built dashboard puts before everything: calls, socket, script and pages. Under `/pocket-it` the same app is mounted
    again, for contract 000's clients; what it answers there is in their dialect (dialects.py)."""

    def __init__(self, app: Callable[..., Iterable[bytes]], scripts: Path) -> None:
        self._app, self._scripts = app, scripts

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True  # both engines end such a body, but not all say so
        if _LONG_LABEL.search(environ.get("HTTP_HOST", "")):
            start_response("400 Bad Request", [("Content-Length", "0")])  # Flask can't even render a page for it
            return [b""]
        environ["PATH_INFO"] = path = without_prefix(environ.get("PATH_INFO", ""))
        if path == POCKET or path.startswith(POCKET + "/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + POCKET
            environ["PATH_INFO"] = path = path.removeprefix(POCKET) or "/"
        name = CLIENT_SCRIPTS.get(path)
        if name and (self._scripts / name).is_file():
            return self._script(name, environ, start_response)
        return self._app(environ, start_response)

    def _script(self, name: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = (self._scripts / name).read_bytes()
        start_response("200 OK", [("Content-Type", "text/javascript"), ("Content-Length", str(len(body))),
                                  ("Cache-Control", "public, max-age=3600"), ("X-Content-Type-Options", "nosniff")])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def without_prefix(path: str) -> str:
    """The path that is meant: without one `/remote` at its start. Only one is taken off, and only before a plain
    path, so that nothing that a proxy in front let through as harmless turns into something else."""
    if path == PREFIX:
        return "/"
    rest = path.removeprefix(PREFIX)
    is_plain = rest != path and rest.startswith("/") and not rest.startswith(("//", PREFIX + "/"))
    return rest if is_plain and rest != PREFIX else path
