"""What a session's package holds for each system, as contract 001 names them."""

from __future__ import annotations

from typing import Any, NamedTuple

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import SCRIPTS, Payload
from connectassist.features.packages import platforms
from connectassist.features.templates import queries as stock


class System(NamedTuple):
    """`kinds` are payloads, the best first; `names` what real clients call the system."""

    key: str
    label: str
    kinds: tuple[str, ...]
    names: tuple[str, ...]


SYSTEMS = (
    System("windows", "Windows", ("template-exe", "windows-x86_64", "scripts-windows"), ("windows", "win")),
    System("macos", "Mac", ("template-dmg", "macos-arm64", "scripts-unix"), ("macos", "mac", "osx")),
    System("linux", "Linux", ("linux-x86_64", "linux-python", "scripts-unix"), ("linux",)),
    System("windows-xp", "Windows XP", ("scripts-windows",), ("windows-xp", "xp")),
    System("other", "Other systems", ("scripts-unix",), ("other",)),
)
_HOLDS = {"template-exe": "installer", "template-dmg": "installer", "scripts-windows": "scripts",
          "scripts-unix": "scripts"}
_INSTALLERS = {"exe": "Windows installer (EXE)", "dmg": "Mac disk image (DMG)"}


def system_of(asked: str, *, agent: str) -> System:
    """The system that was asked for; else the browser's; else the first one with a helper."""
    if asked:
        return next((each for each in SYSTEMS if asked.lower() in each.names), SYSTEMS[-1])
    platform = platforms.of_browser(agent.lower()) or platforms.usual()
    return next((each for each in SYSTEMS if platform and each.key == platform.key), SYSTEMS[-1])


def payload_for(system: System) -> Payload:
    """The best that there is for a system: an installer, a helper, at last a script."""
    for kind in system.kinds:
        try:
            return stock.payload(kind)
        except (PayloadMissing, PayloadBroken):
            continue
    raise PayloadMissing(system.key)  # scripts are always there: only a full disk leads here


def manifest(session_id: str) -> dict[str, Any]:
    """Contract 001's manifest; `systems` tells what the ZIP holds for each of them."""
    url = f"/api/packages/download/{session_id}"
    return {"sessionId": session_id,
            "packages": [*(_installer(kind, url) for kind in _INSTALLERS),
                         {"type": "zip", "label": "ZIP package", "available": True, "size": None,
                          "downloadUrl": f"{url}?type=zip"}],
            "systems": [_system(system, url) for system in SYSTEMS]}


def _installer(kind: str, url: str) -> dict[str, Any]:
    found = stock.template(kind)
    return {"type": kind, "label": _INSTALLERS[kind], "available": found is not None,
            "size": found.size if found else None, "downloadUrl": f"{url}?type={kind}"}


def _system(system: System, url: str) -> dict[str, Any]:
    """`holds`: `helper` (screen and control), `installer` (of another make), `scripts` (chat and files; the screen
    by VNC only)."""
    kind = next(each for each in system.kinds if each in SCRIPTS or stock.has(each))
    holds = _HOLDS.get(kind, "helper")
    return {"os": system.key, "label": system.label, "holds": holds, "available": holds != "scripts",
            "downloadUrl": f"{url}?type=zip&os={system.key}"}
