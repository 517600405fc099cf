"""`oidc-provider-mock`, an OpenID Connect provider from PyPI, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

from tests.live.server import PATIENCE, free_port


class RealProvider:
    """It signs in whoever one names, after a click, and knows only clients that were registered."""

    def __init__(self, log: Path) -> None:
        port, self._log = free_port(), log
        self.issuer = f"http://localhost:{port}"
        with open(log, "wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port),
                 "--require-registration", "--require-nonce"], stdout=out, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                requests.get(f"{self.issuer}/jwks", timeout=30)
                return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError(f"The provider did not start:\n{self._log.read_text()[-2000:]}")

    def register(self, redirect_uri: str) -> tuple[str, str]:
        """Make a client; its id and secret."""
        answer = requests.post(f"{self.issuer}/oauth2/clients", json={"redirect_uris": [redirect_uri]}, timeout=30)
        return answer.json()["client_id"], answer.json()["client_secret"]

    def knows(self, subject: str, **claims: Any) -> None:
        """Let somebody have these claims."""
        requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=30).raise_for_status()

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(40)
