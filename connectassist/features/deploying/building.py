"""What is made out of a checkout's files when they change: Python's packages, the browser's assets, the helper."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from connectassist.core.settings import environment_for_others
from connectassist.features.deploying import programs
from connectassist.features.deploying.checkout import any_below

INSTALL_SECONDS, BUILD_SECONDS = 1200, 1800
REQUIREMENTS = "requirements.txt"
#: The Makefile's targets, and what they are made from.
TARGETS = {
    "static/vendor/.stamp": ("package-lock.json", "scripts/icons.txt", "scripts/vendor_assets.py",
                             "scripts/vendor_fonts.py"),
    "build/categories.json": ("connectassist/features/categorising/",),
    "build/payloads.stamp": ("builder/helper/", "builder/payloads/"),
}


def install(listed: str, room: Path) -> None:
    """Install a list of Python packages into the environment that runs us. Raises Failed."""
    wanted = room / REQUIREMENTS
    wanted.write_text(listed)
    programs.run(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "-r",
                 str(wanted), folder=room, environment=environment_for_others(), seconds=INSTALL_SECONDS)


def targets(changed: Iterable[str]) -> list[str]:
    """What has to be made anew after these files have changed."""
    paths = list(changed)
    return [target for target, sources in TARGETS.items() if any_below(paths, *sources)]


def build(checkout: Path, wanted: list[str]) -> None:
    """Have make bring them up to date. Raises Failed."""
    if wanted:
        programs.run("make", "--silent", *wanted, folder=checkout, environment=environment_for_others(),
                     seconds=BUILD_SECONDS)
