"""Which platform's ways are used on this machine: the one choice between Linux, Windows and macOS.

Each platform is a package with the same modules and functions, and each can be imported everywhere, so that what it
reads out of a program's words is tested on any machine.
"""

from __future__ import annotations

import sys
from typing import Any

from . import linux, macos, windows

PLATFORMS: dict[str, Any] = {"linux": linux, "win32": windows, "darwin": macos}
HERE: Any = PLATFORMS.get(sys.platform, linux)
