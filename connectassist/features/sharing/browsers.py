"""What a customer's browser is, in the words that sessions, cases and timelines use for it."""

from __future__ import annotations

from typing import Any

from connectassist.core import foreign

_SYSTEMS = (("windows", "Windows"), ("android", "Android"), ("iphone", "iPhone"), ("ipad", "iPad"),
            ("cros", "ChromeOS"), ("macintosh", "Mac"), ("mac os x", "Mac"), ("linux", "Linux"), ("x11", "Linux"))
#: The order matters: most browsers also name those whose sites they want to be let into.
_MAKES = (("edg/", "Edge"), ("opr/", "Opera"), ("vivaldi", "Vivaldi"), ("firefox/", "Firefox"),
          ("chromium/", "Chromium"), ("chrome/", "Chrome"), ("safari/", "Safari"))


def told_by(agent: str, *, address: str) -> dict[str, Any]:
    """What a session keeps of the browser behind a User-Agent, as its `client_info`."""
    said = agent.lower()
    found = {"os": _first(_SYSTEMS, said), "browser": _first(_MAKES, said)}
    return {"kind": "browser", "userAgent": foreign.text(agent, 300), "ip": address} | {
        name: word for name, word in found.items() if word}


def name_of(info: dict[str, Any]) -> str:
    """"Web browser on Windows (Chrome)"."""
    system, make = info.get("os"), info.get("browser")
    return "Web browser" + (f" on {system}" if system else "") + (f" ({make})" if make else "")


def _first(table: tuple[tuple[str, str], ...], said: str) -> str | None:
    return next((word for sign, word in table if sign in said), None)
