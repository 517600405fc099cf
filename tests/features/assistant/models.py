"""Small servers on this machine that speak the wire formats of the models' APIs, streaming for real, and misbehave on
request; and a `claude` program that does."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Handler = Any
Script = Callable[["Model", Any], None]


def pieces(text: str) -> list[str]:
    """A text as a model writes it, a few letters at a time."""
    return [text[i:i + 7] for i in range(0, len(text), 7)] or [""]


def ollama(text: str) -> list[bytes]:
    lines = [{"model": "m", "created_at": "2026-11-01T00:00:00Z", "message": {"role": "assistant", "content": piece},
              "done": False} for piece in pieces(text)]
    last = {"model": "m", "message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop",
            "total_duration": 1, "eval_count": 3}
    return [json.dumps(line).encode() + b"\n" for line in [*lines, last]]


def openai(text: str) -> list[bytes]:
    def chunk(delta: dict[str, Any], finish: str | None = None) -> bytes:
        body = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
        return b"data: " + json.dumps(body).encode() + b"\n\n"
    usage = b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[],"usage":{"total_tokens":3}}\n\n'
    return [b": keep-alive\n\n", chunk({"role": "assistant", "content": ""}),
            *(chunk({"content": piece}) for piece in pieces(text)), chunk({}, "stop"), usage, b"data: [DONE]\n\n"]


def anthropic(text: str) -> list[bytes]:
    def event(kind: str, **body: Any) -> bytes:
        return f"event: {kind}\ndata: {json.dumps({'type': kind, **body})}\n\n".encode()
    return [event("message_start", message={"id": "msg_1", "type": "message", "role": "assistant", "content": []}),
            event("content_block_start", index=0, content_block={"type": "text", "text": ""}), event("ping"),
            *(event("content_block_delta", index=0, delta={"type": "text_delta", "text": p}) for p in pieces(text)),
            event("content_block_stop", index=0),
            event("message_delta", delta={"stop_reason": "end_turn"}, usage={"output_tokens": 3}),
            event("message_stop")]


FORMATS: dict[str, Callable[[str], list[bytes]]] = {"ollama": ollama, "openai": openai, "anthropic": anthropic}
PATHS = {"ollama": "/api/chat", "openai": "/v1/chat/completions", "anthropic": "/v1/messages"}


class Model:
    """One server. Each request is met by the next script, the last one again and again; `asked` keeps the bodies."""

    def __init__(self, kind: str, *scripts: Script) -> None:
        self.kind, self.asked, self.headers, self.paths = kind, [], [], []
        self.scripts = deque(scripts)
        self.released = threading.Event()
        self.answering, self.most_at_once = 0, 0
        self._count = threading.Lock()

    def takes(self, handler: Handler) -> None:
        self.paths.append(handler.path)
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        self.asked.append(json.loads(handler.rfile.read(int(handler.headers["Content-Length"]))))
        with self._count:
            self.answering += 1
            self.most_at_once = max(self.most_at_once, self.answering)
        try:
            script = self.scripts.popleft() if len(self.scripts) > 1 else self.scripts[0]
            script(self, handler)
        finally:
            with self._count:
                self.answering -= 1

    def told(self, number: int = -1) -> tuple[str, str]:
        """The system message and the document of a request."""
        body = self.asked[number]
        if self.kind == "anthropic":
            return body["system"], body["messages"][0]["content"]
        return body["messages"][0]["content"], body["messages"][1]["content"]


def begin(handler: Handler, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def send(handler: Handler, parts: Iterable[bytes]) -> None:
    for part in parts:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        handler.wfile.flush()


def end(handler: Handler) -> None:
    handler.wfile.write(b"0\r\n\r\n")
    handler.wfile.flush()


def says(text: str) -> Script:
    """Answers with this text, streamed; a chunk's border may fall anywhere."""
    def script(model: Model, handler: Handler) -> None:
        whole = b"".join(FORMATS[model.kind](text))
        begin(handler)
        send(handler, [whole[i:i + 11] for i in range(0, len(whole), 11)])
        end(handler)
    return script


def says_what(answer: Callable[[str], str]) -> Script:
    """Answers what a function makes of the document it was sent."""
    def script(model: Model, handler: Handler) -> None:
        says(answer(model.told()[1]))(model, handler)
    return script


def waits_then(script: Script) -> Script:
    """Says nothing until it is let go."""
    def waiting(model: Model, handler: Handler) -> None:
        model.released.wait(60)
        script(model, handler)
    return waiting


def status(code: int, **headers: str) -> Script:
    def script(model: Model, handler: Handler) -> None:
        body = b'{"error": {"type": "x", "message": "key sk-secret is wrong"}}'
        handler.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
    return script


def breaks_off(model: Model, handler: Handler) -> None:
    """Closes the line in the middle of a chunk."""
    begin(handler)
    send(handler, FORMATS[model.kind]("half an answer")[:2])
    handler.wfile.write(b"40\r\nhalf")
    handler.close_connection = True


def ends_early(model: Model, handler: Handler) -> None:
    """Ends the stream in good order, without having said that it is the end."""
    begin(handler)
    send(handler, FORMATS[model.kind]("half an answer")[:-3])
    end(handler)


def garbage(model: Model, handler: Handler) -> None:
    begin(handler)
    send(handler, [b"<html>\xff\xfe not what you think\n", b"data: {]\n\n"])
    end(handler)


def endless(model: Model, handler: Handler) -> None:
    """Talks for as long as anybody listens."""
    begin(handler)
    parts = FORMATS[model.kind]("and so on and so forth ")
    middle = [part for part in parts if b"and so" in part][:1]
    try:
        while not model.released.is_set():
            send(handler, middle * 50)
    except OSError:
        model.released.set()
    handler.close_connection = True


def one_line_without_end(model: Model, handler: Handler) -> None:
    begin(handler)
    try:
        while not model.released.is_set():
            send(handler, [b"x" * 65536])
    except OSError:
        model.released.set()
    handler.close_connection = True


@contextmanager
def running(kind: str, *scripts: Script) -> Iterator[tuple[Model, str]]:
    """A model's server and its address."""
    model = Model(kind, *scripts)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            model.takes(self)

        def log_message(self, *args: Any) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield model, f"http://127.0.0.1:{server.server_port}"
    finally:
        model.released.set()
        server.shutdown()
        server.server_close()


CLAUDE = """#!/usr/bin/env python3
import json, os, sys, time
folder = {folder!r}
told = sys.stdin.read()
with open(os.path.join(folder, "run.json"), "w") as run:
    json.dump({{"args": sys.argv[1:], "stdin": told, "cwd": os.getcwd(), "files": os.listdir("."),
               "env": dict(os.environ), "pid": os.getpid()}}, run)
def say(**event):
    print(json.dumps(event), flush=True)
{script}
"""
CLAUDE_SAYS = """
sys.stdout.write("\\x1b[?1004l")
say(type="system", subtype="init", tools=[], mcp_servers=[])
say(type="assistant", message={{"role": "assistant", "content": [{{"type": "text", "text": "..."}}]}})
say(type="result", subtype="success", is_error=False, num_turns=1, result={text!r})
time.sleep(60)
"""


def claude(folder: Path, script: str = "", *, text: str = "") -> Path:
    """Put a `claude` into a folder for PATH; what it was given stands in run.json afterwards."""
    program = folder / "claude"
    program.write_text(CLAUDE.format(folder=str(folder), script=script or CLAUDE_SAYS.format(text=text)))
    program.chmod(0o755)
    return program
