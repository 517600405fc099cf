"""The outermost WSGI layer: what must be settled before Flask and Socket.IO see a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
CLIENT_SCRIPT = "/socket.io/socket.io.js"
STRIPPED = "/remote"
_LONG_LABEL = re.compile(r"[^.]{64}")


class Mounts:
    """Serves the Socket.IO client script where real clients load it (Engine.IO would answer that path
    itself), and takes off the prefix `/remote` that 001's built dashboard puts before everything."""

    def __init__(self, app: Callable[..., Iterable[bytes]], script: Path) -> None:
        self._app, self._script = app, script

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
            environ["wsgi.input_terminated"] = True  # both engines end such a body, but not all say so
        if _LONG_LABEL.search(environ.get("HTTP_HOST", "")):
            start_response("400 Bad Request", [("Content-Length", "0")])  # Flask can't even render a page for it
            return [b""]
        if path.startswith(STRIPPED + "/"):
            environ["PATH_INFO"] = path = path[len(STRIPPED):]
        if path == CLIENT_SCRIPT and self._script.is_file():
            body = self._script.read_bytes()
            start_response("200 OK", [("Content-Type", "text/javascript"), ("Content-Length", str(len(body))),
                                      ("Cache-Control", "public, max-age=3600")])
            return [body]
        return self._app(environ, start_response)
