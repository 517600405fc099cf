"""All checks, one after the other, and what comes of them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from connectassist.core import settings, standing
from connectassist.core.settings import PREFIX, BadSetting
from connectassist.features.checkup import (
    configuration,
    databases,
    folders,
    installation,
    machine,
    public,
    sockets,
    turn,
)
from connectassist.features.checkup.findings import Check, Finding, Found, error, hint
from connectassist.features.checkup.grounds import Grounds, NoAnswer

HERE = (*installation.CHECKS, *configuration.CHECKS, *folders.CHECKS, *databases.CHECKS, *machine.CHECKS, *turn.CHECKS)
THERE = (public.ANSWERS, *public.CHECKS, *sockets.CHECKS)
CHECKS = (*HERE, *THERE)
SETTINGS = Check("settings", configuration.ABOUT, configuration.names)


def run(environ: Mapping[str, str] | None = None, *, url: str = "",
        trust: ssl.SSLContext | None = None) -> Iterator[Found]:
    """What all checks find, each as soon as it is found. `url` is where people reach the server, where the settings
    don't say it or shall not count; `trust` are the authorities whose certificates do."""
    try:
        chosen = settings.read(environ)
    except BadSetting as problem:
        yield Found(SETTINGS, error(f"The server can't start: {problem}.",
                                    "Correct it; docs/settings.md explains each."))
        return
    grounds = Grounds(chosen, url.rstrip("/"), settings.unknown(environ), trust or ssl.create_default_context())
    for check in HERE:
        yield from outcomes(check, grounds)
    grounds.url = grounds.url or chosen.public_url.rstrip("/") or _local(grounds)
    if not _is_website(grounds.url):
        yield Found(public.ANSWERS, hint(
            "The way to the server was not looked at: nobody answers on this computer, and its address isn't known.",
            f"Give `--url https://…`, or set {PREFIX}PUBLIC_URL."))
        return
    yield from _there(grounds)


def _is_website(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _there(grounds: Grounds) -> Iterator[Found]:
    answered = list(outcomes(public.ANSWERS, grounds))
    yield from answered
    is_there = all(each.finding.level != "error" for each in answered)
    for check in (*public.CHECKS, *sockets.CHECKS):
        if is_there or not check.asks_the_server:
            yield from outcomes(check, grounds)


def _local(grounds: Grounds) -> str:
    """The server's own port, where somebody answers there."""
    host = standing.from_here(grounds.settings.host)
    url = f"http://{f'[{host}]' if ':' in host else host}:{grounds.settings.port}"
    try:
        grounds.ask("/healthz", url=url)
    except NoAnswer:
        return ""
    return url


def outcomes(check: Check, grounds: Grounds) -> Iterator[Found]:
    """What one check finds. One that fails itself is told of, and stops no other."""
    try:
        found = check.run(grounds)
        for finding in [found] if isinstance(found, Finding) else found:
            yield Found(check, finding)
    except Exception as problem:
        yield Found(check, hint(f"{check.name.capitalize()} could not be looked at: {type(problem).__name__}: "
                                f"{str(problem)[:200]}.", "Tell the makers of ConnectAssist of it."))
