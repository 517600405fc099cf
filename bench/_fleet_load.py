"""Simulated devices on `/agent`: raw Engine.IO over WebSockets, thousands of them in one thread."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections import deque

from bench.relay.line import PONG, frame, split, upgrade_request

HEARTBEAT = frame('42/agent,1["heartbeat",{"deviceId":"x","timestamp":"2026-01-01T00:00:00.000Z"}]')


class Device:
    """One device's socket. `is_deaf`: it answers nothing any more, as behind a cut cable."""

    __slots__ = ("hello", "is_deaf", "is_open", "is_up", "rest", "socket")

    def __init__(self, port: int, device_id: str, secret: str) -> None:
        self.hello = frame("40/agent," + json.dumps({"deviceId": device_id, "deviceSecret": secret}))
        self.rest, self.is_open, self.is_up, self.is_deaf = b"", False, False, False
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(upgrade_request(port))
        self.socket.setblocking(False)


class Fleet:
    """Devices that come, answer pings and send heartbeats, in a thread of their own."""

    def __init__(self, port: int) -> None:
        self._port, self._poll = port, select.epoll()
        self._by_fileno: dict[int, Device] = {}
        self.devices: list[Device] = []
        self.up, self.answers, self._in_flight, self._pace = 0, 0, False, 0.0
        self._wanted: deque[tuple[str, str]] = deque()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def connect(self, known: list[tuple[str, str]]) -> float:
        """Have these devices (id and secret) come, 64 at a time. Returns the seconds until all are in."""
        start, wanted = time.perf_counter(), self.up + len(known)
        self._wanted.extend(known)
        while self.up < wanted:
            assert self._thread.is_alive() and time.perf_counter() - start < 300, f"{self.up} of {wanted} came"
            time.sleep(0.02)
        return time.perf_counter() - start

    def flood(self, seconds: float) -> tuple[float, int]:
        """Every device sends its next heartbeat when the last one was answered. Returns heartbeats a second, and how
        many there were in all."""
        begun, self._in_flight = self.answers, True
        for device in self.devices:
            device.socket.sendall(HEARTBEAT)
        time.sleep(min(1.0, seconds / 4))
        before, start = self.answers, time.perf_counter()
        time.sleep(seconds)
        rate = (self.answers - before) / (time.perf_counter() - start)
        self._in_flight = False
        time.sleep(1)
        return rate, self.answers - begun

    def beat(self, each_second: float) -> None:
        """From now on so many heartbeats a second, from one device after the other."""
        self._pace = each_second

    @property
    def is_alive(self) -> bool:
        """Does everybody go on? One that is cut off ends the thread."""
        return self._thread.is_alive()

    def close(self) -> None:
        self._is_over = True
        self._thread.join(10)
        for device in self.devices:
            device.socket.close()

    def _run(self) -> None:
        last, due, turn = time.perf_counter(), 0.0, 0
        while not self._is_over:
            while self._wanted and len(self.devices) - self.up < 64:
                self._begin(*self._wanted.popleft())
            for fileno, _ in self._poll.poll(0.01):
                self._hear(self._by_fileno[fileno])
            now = time.perf_counter()
            due, last = min(due + (now - last) * self._pace, 200.0), now
            while due >= 1 and self.devices:
                due, turn = due - 1, turn + 1
                self._say(self.devices[turn % len(self.devices)])

    @staticmethod
    def _say(device: Device) -> None:
        if device.is_up and not device.is_deaf:
            device.socket.sendall(HEARTBEAT)

    def _begin(self, device_id: str, secret: str) -> None:
        device = Device(self._port, device_id, secret)
        self.devices.append(device)
        self._by_fileno[device.socket.fileno()] = device
        self._poll.register(device.socket.fileno(), select.EPOLLIN)

    def _hear(self, device: Device) -> None:
        data = device.socket.recv(65536)
        if not data and device.is_deaf:
            return self._poll.unregister(device.socket.fileno())
        assert data, "the server closed a device's connection"
        device.rest += data
        if not device.is_open:
            _, found, rest = device.rest.partition(b"\r\n\r\n")
            if not found:
                return None
            device.is_open, device.rest = True, rest
            device.socket.sendall(device.hello)
        packets, device.rest = split(device.rest)
        for packet in packets:
            self._take(device, packet)
        return None

    def _take(self, device: Device, packet: bytes) -> None:
        if device.is_deaf:
            return
        if packet == b"2":
            device.socket.sendall(PONG)
        elif packet.startswith(b"43/agent,"):
            self.answers += 1
            if self._in_flight:
                device.socket.sendall(HEARTBEAT)
        elif packet.startswith(b'42/agent,["agent_info"') and not device.is_up:
            device.is_up = True
            self.up += 1
