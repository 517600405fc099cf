"""The platforms that a customer can choose, as contract 002's pages name them, and the payload behind each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from builder import errors as builder_errors
from builder.payloads import Payload
from connectassist.core.errors import PayloadMissing
from connectassist.features.templates import queries as stock


@dataclass(frozen=True)
class Platform:
    """`key` is what pages send, `build` the payload's name; `signs` are words of its browsers' User-Agent."""

    key: str
    label: str
    build: str
    signs: tuple[str, ...]
    instructions: str


PLATFORMS = (
    Platform("windows", "Windows", "windows-x86_64", ("windows",),
             "Open your Downloads folder, right-click the ZIP and choose Extract All. Open the new folder and "
             "double-click connectassist-helper. If Windows warns you, check with your technician, then choose "
             "More info and Run anyway."),
    Platform("macos", "Mac", "macos-arm64", ("macintosh", "mac os x"),
             "Open your Downloads folder and double-click the ZIP. Open the new folder, hold Control, click "
             "connectassist-helper.command and choose Open. When the Mac asks, allow Screen Recording and "
             "Accessibility."),
    Platform("linux", "Linux", "linux-x86_64", ("linux", "x11"),
             "Unpack the ZIP, open the new folder and double-click connectassist-helper. If nothing happens, open a "
             "terminal there and type: ./connectassist-helper"),
    Platform("linux-python", "Linux with Python", "linux-python", (),
             "Unpack the ZIP, open a terminal in the new folder and type: sh start-helper"),
)
NAMES = tuple(name for each in PLATFORMS for name in (each.key, each.build))
_PHONES = ("android", "iphone", "ipad", "mobile")
_BY_BUILD = {each.build: each for each in PLATFORMS}


def choose(wanted: str | None, *, agent: str) -> Platform:
    """The platform that was asked for, else the one the browser runs on, else the usual one. Raises PayloadMissing."""
    for each in PLATFORMS:
        if wanted in (each.key, each.build):
            return each
    return of_browser(agent.lower()) or usual() or _refuse()


def of_browser(agent: str) -> Platform | None:
    """A phone can't run a helper; its owner fetches the package for some computer."""
    if any(phone in agent for phone in _PHONES):
        return None
    return next((each for each in PLATFORMS if any(sign in agent for sign in each.signs)), None)


def usual() -> Platform | None:
    """The most usual platform that there is a payload for."""
    ready = stock.available()
    return next((each for each in PLATFORMS if each.build in ready), None)


def payload_of(platform: Platform) -> Payload:
    """The helper to be stamped. Raises PayloadMissing, which tells what there is instead."""
    try:
        return stock.payload(platform.build)
    except (builder_errors.PayloadMissing, builder_errors.PayloadBroken):
        return _refuse(platform.label)


def of_build(build: str) -> Platform:
    """The platform of a payload's name."""
    return _BY_BUILD[build]


def choices() -> list[dict[str, Any]]:
    """Every platform and whether it can be had right now."""
    ready = stock.available()
    return [{"key": each.key, "label": each.label, "available": each.build in ready} for each in PLATFORMS]


def _refuse(label: str = "") -> Any:
    sentence = f"There is no download for {label} here yet" if label else None
    raise PayloadMissing(sentence, platforms=choices())
