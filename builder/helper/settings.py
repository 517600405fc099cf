"""What the package and the command line say; the only reader of the environment."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import VERSION
from .errors import BadSettings
from .text import printable


@dataclass(frozen=True)
class Settings:
    """Everything that was decided before the start."""

    package_dir: Path
    state_dir: Path
    shared_dir: Path
    server_url: str
    token: str
    device_id: str
    customer_name: str = ""
    client_name: str = ""
    technician_name: str = ""
    allow_unattended: bool = False
    product: str = "ConnectAssist"
    answer: str = "ask"
    ui: str = "auto"
    codec: str = "vp8"
    verbose: bool = False
    has_display: bool = False
    relay_only: bool = False
    fleet: bool = False
    report_minutes: float = 5.0

    @property
    def nobody_to_ask(self) -> bool:
        """Runs as a service, without window and terminal: no question can be answered by a click."""
        return self.ui == "none"

    @property
    def managed(self) -> str:
        """Whose computer this is, for its user; "" on one that is not managed."""
        if not self.fleet:
            return ""
        return f"This computer is managed for {self.client_name}" if self.client_name else "This computer is managed"

    @property
    def reports(self) -> str:
        """What a managed computer tells its support desk, in one sentence for its user, and who may see the screen."""
        if not self.fleet:
            return ""
        often = f"every {self.report_minutes:g} minutes" if self.report_minutes != 1 else "every minute"
        seen = ("A technician may connect without asking; this window then says who." if self.allow_unattended else
                "Nobody sees your screen unless you allow it.")
        return (f"It tells your support desk what kind of computer it is and, {often}, how it is doing: memory, disks, "
                f"network, updates and programs. The desk may also list and end programs and services. {seen}")

    @property
    def own_answer(self) -> str:
        """`ask`, or what every question is answered with. A service cannot ask: it declines, unless the package allows
        unattended access."""
        if self.nobody_to_ask and not self.allow_unattended and self.answer == "ask":
            return "decline"
        return self.answer


def environment() -> dict[str, str]:
    """What a program that the helper starts is given."""
    return dict(os.environ)


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    p = argparse.ArgumentParser(prog="connectassist-helper", description="Let a technician help you.")
    p.add_argument("--package-dir", type=Path, help="folder with appsettings.json and manifest.json")
    p.add_argument("--state-dir", type=Path, help="where this program keeps its secret and its log")
    p.add_argument("--shared-dir", type=Path, help="folder for exchanged files")
    p.add_argument("--ui", choices=("auto", "tk", "terminal", "none"), default="auto",
                   help="window or terminal; none for a service that runs unattended")
    p.add_argument(
        "--answer", choices=("ask", "allow", "decline"), default="ask",
        help="for unattended test rigs only: answer every question without asking",
    )
    p.add_argument("--video-codec", choices=("vp8", "h264"), default="vp8", help="h264 only where the build has it")
    p.add_argument("--relay-only", action="store_true",
                   help="tell nobody this computer's addresses: the picture goes through the server's relay")
    p.add_argument("--help-me", metavar="TEXT", default="",
                   help="tell the support desk of this managed computer what is wrong, and end; it becomes a ticket")
    p.add_argument("--contact", metavar="NAME", default="", help="with --help-me: who may be asked")
    p.add_argument("--with-checks", action="store_true", help="with --help-me: add how this computer is doing")
    p.add_argument("--with-screenshot", action="store_true", help="with --help-me: add a picture of the screen")
    p.add_argument("--verbose", action="store_true", help="write more into the log")
    p.add_argument("--version", action="version", version=VERSION)
    return p


def load(argv: list[str] | None = None) -> Settings:
    """Read the command line and the package's appsettings.json. Raises BadSettings."""
    args = parser().parse_args(argv)
    package = (args.package_dir or own_package_dir()).resolve()
    data = read_appsettings(package)
    url = _server_url(_text(data, "Server", "Url"))
    device = _text(data, "Device", "Id") or _text(data, "Enrollment", "DeviceId")
    fleet = _section(data, "Fleet").get("Enabled") is True
    if not (re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", device) or (fleet and not device)):
        raise BadSettings("The settings file names no valid device. Please download the helper again.")
    return Settings(
        package_dir=package,
        state_dir=(args.state_dir or default_state_dir()) / state_name(device, server_url=url),
        shared_dir=args.shared_dir or Path.home() / "ConnectAssist shared files",
        server_url=url,
        token=_text(data, "Enrollment", "Token"),
        device_id=device,
        customer_name=printable(_text(data, "Device", "CustomerName"), limit=80),
        client_name=printable(_text(data, "Client", "Name"), limit=80),
        technician_name=printable(_text(data, "Support", "TechnicianName"), limit=80),
        allow_unattended=_section(data, "Support").get("AllowUnattended") is True,
        product=printable(_text(data, "Branding", "Product"), limit=60) or "ConnectAssist",
        answer=args.answer, ui=args.ui, codec=args.video_codec, verbose=args.verbose,
        relay_only=args.relay_only, fleet=fleet, report_minutes=_minutes(data),
        has_display=sys.platform != "linux" or bool(os.environ.get("DISPLAY")),
    )


def read_appsettings(package: Path) -> dict[str, Any]:
    """Read appsettings.json, forgiving a byte order mark. Raises BadSettings."""
    path = package / "appsettings.json"
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise BadSettings(
            f"There is no appsettings.json in {package}. Start the helper from the folder into which you "
            "unpacked the download, or name that folder with --package-dir."
        ) from None
    except (OSError, ValueError):
        raise BadSettings("The settings file cannot be read. Please download the helper again.") from None
    if not isinstance(data, dict):
        raise BadSettings("The settings file cannot be read. Please download the helper again.")
    return data


def own_package_dir() -> Path:
    """The folder of the executable when frozen, of the .pyz when zipped. Raises BadSettings from a source tree."""
    if getattr(sys, "frozen", False):
        return Path(sys.executable).resolve().parent
    started = Path(sys.argv[0])
    if started.is_file() and zipfile.is_zipfile(started):
        return started.resolve().parent
    raise BadSettings("This is the helper's source, not a package. Name an unpacked package with --package-dir.")


def default_state_dir() -> Path:
    """Where this user's programs keep their state."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "ConnectAssist"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/ConnectAssist"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state") / "connectassist"


def state_name(device_id: str, *, server_url: str) -> str:
    """Name the state folder of one device at one server, so that a secret never goes to another server. An installer
    names no device: what it installs is this computer, which is one device at each server."""
    return f"{device_id or 'this-computer'}-{hashlib.sha256(server_url.encode()).hexdigest()[:8]}"


def _server_url(url: str) -> str:
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSettings("The settings file names no server. Please download the helper again.")
    return url.strip().rstrip("/")


def _minutes(data: dict[str, Any]) -> float:
    """Minutes between two reports of a managed computer: one at least, a day at most."""
    value = _section(data, "Monitoring").get("IntervalMinutes")
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return min(1440.0, max(1.0, float(value))) if is_number else 5.0


def _section(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: dict[str, Any], section: str, key: str) -> str:
    value = _section(data, section).get(key)
    return value if isinstance(value, str) else ""
