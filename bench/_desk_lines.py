"""Live lines that only listen, hundreds of them in one thread, and count the news that comes."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time

from bench.relay.line import KEY

NEWS = b'"ticket_updated"'


class Lines:
    """Opens a line for each of these tokens and counts, until it is closed, how many have heard how much."""

    def __init__(self, port: int, tokens: list[str]) -> None:
        self._poll, self._rest, self._lines = select.epoll(), {}, {}
        self.heard, self._is_over = 0, False
        for token in tokens:
            self._open(port, token)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _open(self, port: int, token: str) -> None:
        line = socket.create_connection(("127.0.0.1", port), timeout=60)
        line.sendall(f"GET /ws?token={token} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
                     f"Connection: Upgrade\r\nSec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += line.recv(65536)
        assert head.startswith(b"HTTP/1.1 101"), head
        self._lines[line.fileno()], self._rest[line.fileno()] = line, head.partition(b"\r\n\r\n")[2]
        self._poll.register(line.fileno(), select.EPOLLIN)

    def _run(self) -> None:
        while not self._is_over:
            for fileno, _ in self._poll.poll(0.1):
                data = self._lines[fileno].recv(1 << 20)
                assert data, "the server closed a line"
                self._rest[fileno] = self._read(self._rest[fileno] + data)

    def _read(self, data: bytes) -> bytes:
        """Count the news among the whole frames. Returns what is left over."""
        at = 0
        while len(data) - at >= 2:
            size, begin = data[at + 1], at + 2
            if size >= 126:
                width = 2 if size == 126 else 8
                begin += width
                if len(data) < begin:
                    break
                size = struct.unpack(">H" if width == 2 else ">Q", data[at + 2:begin])[0]
            if len(data) < begin + size:
                break
            self.heard += NEWS in data[begin:begin + 200]
            at = begin + size
        return data[at:]

    def wait(self, number: int) -> None:
        """Until so many news were heard, all lines together."""
        deadline = time.monotonic() + 120
        while self.heard < number:
            assert self._thread.is_alive() and time.monotonic() < deadline, f"{self.heard} of {number} were heard"
            time.sleep(0.0005)

    def close(self) -> None:
        self._is_over = True
        self._thread.join(10)
        for line in self._lines.values():
            line.close()
