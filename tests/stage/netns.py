"""A network of its own for the helper (Linux, root): a cable between two network namespaces that can be cut."""

from __future__ import annotations

import os
import subprocess


class Cable:
    """A veth pair. This machine's end has `here`; programs started with `prefix` sit at the other end.

    `cut()` loses every packet in both directions without telling anybody, UDP and TCP alike: each end believes that
    the other one has a network card which nobody has.
    """

    NOBODY = "02:00:00:00:00:99"

    def __init__(self) -> None:
        mark = os.getpid() % 60_000
        self._name, self._near, self._far = f"ca{mark}", f"can{mark}", f"caf{mark}"
        net = f"10.{200 + mark % 50}.{mark // 250}"
        self.here, self.there = f"{net}.1", f"{net}.2"
        self.prefix = ("ip", "netns", "exec", self._name)
        _ip("netns", "add", self._name)
        try:
            self._lay()
        except subprocess.CalledProcessError:
            self.close()
            raise

    @staticmethod
    def is_possible() -> bool:
        """May this process make network namespaces, and work in them?"""
        name = f"caprobe{os.getpid()}"
        if not _has_ip() or not _works("netns", "add", name):
            return False
        try:
            return _works("-n", name, "link")
        finally:
            _ip("netns", "del", name)

    def _lay(self) -> None:
        _ip("link", "add", self._near, "type", "veth", "peer", "name", self._far)
        _ip("link", "set", self._far, "netns", self._name)
        _ip("addr", "add", f"{self.here}/24", "dev", self._near)
        _ip("link", "set", self._near, "up")
        self._there("addr", "add", f"{self.there}/24", "dev", self._far)
        self._there("link", "set", self._far, "up")
        self._there("link", "set", "lo", "up")

    def cut(self) -> None:
        _ip("neigh", "replace", self.there, "lladdr", self.NOBODY, "dev", self._near, "nud", "permanent")
        self._there("neigh", "replace", self.here, "lladdr", self.NOBODY, "dev", self._far, "nud", "permanent")

    def heal(self) -> None:
        _ip("neigh", "del", self.there, "dev", self._near)
        self._there("neigh", "del", self.here, "dev", self._far)

    def close(self) -> None:
        subprocess.run(["ip", "link", "del", self._near], capture_output=True)
        subprocess.run(["ip", "netns", "del", self._name], capture_output=True)

    def _there(self, *words: str) -> None:
        _ip("-n", self._name, *words)


def _has_ip() -> bool:
    return subprocess.run(["which", "ip"], capture_output=True).returncode == 0


def _works(*words: str) -> bool:
    return subprocess.run(["ip", *words], capture_output=True).returncode == 0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)
