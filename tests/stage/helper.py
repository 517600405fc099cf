"""The real helper out of a real package, on a real display."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from tests.stage.display import Display


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a package as a file manager would, modes kept. Returns the folder that holds the helper."""
    subprocess.run(["unzip", "-q", str(package), "-d", str(folder)], check=True)
    with zipfile.ZipFile(package) as archive:
        return folder / archive.namelist()[0].split("/")[0]


class Helper:
    """A running helper. It has a home of its own, so that nothing of the machine's user shows."""

    def __init__(self, folder: Path, display: Display, home: Path, *arguments: str,
                 prefix: tuple[str, ...] = ()) -> None:
        home.mkdir(exist_ok=True)
        self.folder, self.home = folder, home
        self._display, self._arguments, self._prefix = display, arguments, prefix
        self._read = 0
        self.start()

    def start(self) -> None:
        self._log = (self.home / "helper.log").open("ab")
        self._process = subprocess.Popen(
            [*self._prefix, str(self._program()), *self._arguments], cwd=self.folder, stdout=self._log,
            stderr=self._log, stdin=subprocess.PIPE,
            env=self._display.environment(HOME=str(self.home), XDG_RUNTIME_DIR=str(self.home)))

    def _program(self) -> Path:
        for name in ("connectassist-helper", "start-helper"):
            if (self.folder / name).is_file():
                return self.folder / name
        raise AssertionError(f"no program to start in {self.folder}: {[p.name for p in self.folder.iterdir()]}")

    def exit_status(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait(self, timeout: float) -> int:
        return self._process.wait(timeout)

    def log(self) -> str:
        return (self.home / "helper.log").read_text()

    def news(self) -> str:
        """What it has written since the customer last typed something."""
        return self.log()[self._read:]

    def types(self, line: str) -> None:
        """Type a line on its terminal."""
        self._read = len(self.log())
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait(40)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(40)
        self._log.close()
