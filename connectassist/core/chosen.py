"""The settings of a server that is about to start."""

from __future__ import annotations

import sys

from connectassist.core import settings
from connectassist.core.settings import Settings


def settings_or_exit() -> Settings:
    """The settings in force. One that makes no sense ends the program with a sentence."""
    try:
        return settings.load()
    except settings.BadSetting as problem:
        sys.exit(f"Error: {problem}. docs/settings.md explains each setting.")
