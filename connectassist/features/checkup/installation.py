"""Checks of what is installed: Python, packages, what PDFs need, what packages for customers are made of."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from builder import payloads
from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import PLATFORMS
from connectassist.core.settings import ROOT
from connectassist.features.categorising import service as categorising
from connectassist.features.checkup.findings import Check, Finding, error, hint, ok, warning
from connectassist.features.checkup.grounds import Grounds

ABOUT = "Installation"
OLDEST = (3, 11)
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
SET_UP = "Run `make setup` in the program's folder, then restart the server."


def python(grounds: Grounds) -> Finding:
    """Is Python new enough?"""
    running = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST:
        return error(f"Python {running} is too old.",
                     "Install Python 3.11 or newer and make the virtual environment anew.")
    return ok(f"Python {running}.")


def packages(grounds: Grounds) -> Finding:
    """Is what is pinned what is installed?"""
    pinned = _PIN.findall((ROOT / "requirements.txt").read_text())
    others = [f"{name} {found or 'is missing'} (pinned: {wanted})" for name, wanted in pinned
              if (found := _installed(name)) != wanted]
    missing = [each for each in others if "is missing" in each]
    if not others:
        return ok(f"All {len(pinned)} Python packages are those that were tested.")
    level = error if missing else warning
    return level(f"Python packages differ from those that were tested: {_few(others)}.", SET_UP)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _few(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def pdf(grounds: Grounds) -> Finding:
    """Can case PDFs be made? Looked at in a process of its own, as the server does it."""
    try:
        tried = subprocess.run([sys.executable, "-c", "import weasyprint"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return warning("WeasyPrint did not load within a minute, so case PDFs can't be made.", SET_UP)
    if tried.returncode:
        reason = (tried.stderr.strip().splitlines() or ["no reason told"])[-1][:200]
        return warning(f"Case PDFs can't be made: {reason}.",
                       "Install Pango (Debian: `scripts/system_packages.sh run` as root), then restart the server.")
    return ok("Case PDFs can be made.")


def browser_files(grounds: Grounds) -> Finding:
    """Are the libraries there that the pages load?"""
    if not (ROOT / "static" / "vendor" / "socket.io").is_dir():
        return error("The pages' own libraries are missing in static/vendor.", SET_UP)
    return ok("The pages' libraries are there.")


def helpers(grounds: Grounds) -> Finding:
    """Are there helper builds to make customers' packages of?"""
    found = [platform for platform in PLATFORMS if any(
        _has(folder, platform) for folder in (grounds.settings.shelf, grounds.settings.payloads))]
    if not found:
        return warning("There is no helper build, so customers can only share from the browser.",
                       "Run `make payloads`, or upload a build under Installers.")
    return ok(f"Helper builds for {', '.join(found)}.")


def _has(folder: Path, platform: str) -> bool:
    try:
        return payloads.load(folder, platform=platform) is not None
    except (PayloadMissing, PayloadBroken, OSError):
        return False


def categories(grounds: Grounds) -> Finding:
    """Is there a model that guesses the categories of tickets?"""
    if not categorising.has_model(grounds.settings.instance):
        return hint("There is no model for ticket categories, so new tickets are `other`.",
                    "Run `connectassist categories train`.")
    return ok("Categories of tickets can be guessed.")


CHECKS: Iterable[Check] = tuple(Check(name, ABOUT, run) for name, run in (
    ("python", python), ("packages", packages), ("browser files", browser_files), ("pdf", pdf), ("helpers", helpers),
    ("categories", categories)))
