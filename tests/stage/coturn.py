"""A real coturn on the loopback, with a shared secret, as an operator would run it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.live.server import free_port
from tests.stage.display import eventually

SECRET = "the secret of the test's relay"


class Coturn:
    """Relays over UDP, or over TCP (`transport="tcp"`), for whoever has credentials of its secret."""

    def __init__(self, folder: Path, *, transport: str = "udp", secret: str = SECRET) -> None:
        program = shutil.which("turnserver")
        assert program, "coturn is not installed (scripts/system_packages.sh test)"
        self.port, self._log = free_port(), folder / "coturn.log"
        self.settings = {"turn_urls": f"turn:127.0.0.1:{self.port}?transport={transport}", "turn_secret": SECRET}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [program, "-n", "--listening-ip", "127.0.0.1", "--relay-ip", "127.0.0.1", "--listening-port",
                 str(self.port), "--use-auth-secret", f"--static-auth-secret={secret}", "--realm", "relay.test",
                 "--allow-loopback-peers", "--no-cli", "--no-tls", "--no-dtls", "--log-file", "stdout", "--simple-log",
                 "--pidfile", str(folder / "coturn.pid"), "--userdb", str(folder / "coturn.db"),
                 "--verbose", *(["--no-udp"] if transport == "tcp" else [])],
                cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        eventually(lambda: b"listener opened" in self._log.read_bytes() or self._process.poll() is not None, within=40,
                   what="coturn's listener")
        assert self._process.poll() is None, self.log()

    def log(self) -> str:
        """What it has written."""
        return self._log.read_text(errors="replace")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(40)
