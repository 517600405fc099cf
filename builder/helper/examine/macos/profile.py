"""Make and model, firmware and system of a Mac."""

from __future__ import annotations

import json
import os
import platform
import re
from typing import Any

from ..facts import fact, joined, moment, name_plate, word
from ..running import run

# Written once, when the first user was set up.
_SINCE_INSTALLATION = "/var/db/.AppleSetupDone"


def facts() -> dict[str, Any]:
    """What only a Mac can tell of itself; None where it does not."""
    told = fact(lambda: json.loads(run("system_profiler", "-json", "SPHardwareDataType", "SPDisplaysDataType",
                                       seconds=40).text))
    sw = versions(fact(lambda: run("sw_vers", seconds=5).text) or "")
    return {
        **hardware(told or {}), "cpuModel": word(fact(lambda: run("sysctl", "-n", "machdep.cpu.brand_string").text)),
        "osName": sw.get("ProductName"), "osDisplayVersion": sw.get("ProductVersion"), "osEdition": None,
        "osBuild": sw.get("BuildVersion"), "osVersion": f"macOS {platform.mac_ver()[0]}",
        "osInstallDate": fact(lambda: moment(os.stat(_SINCE_INSTALLATION).st_mtime)),
        "tpmVersion": None, "secureBoot": None, **directory(fact(lambda: run("dsconfigad", "-show").text) or ""),
    }


def versions(text: str) -> dict[str, str | None]:
    """The lines of sw_vers."""
    return {name.strip(): word(value) for name, _, value in (line.partition(":") for line in text.splitlines())}


def hardware(told: dict[str, Any]) -> dict[str, Any]:
    """The facts in the JSON of system_profiler."""
    machine = next(iter(told.get("SPHardwareDataType") or []), {})
    name = word(machine.get("machine_name"))
    cards = (card.get("sppci_model") or card.get("_name") for card in told.get("SPDisplaysDataType") or [])
    return {"deviceManufacturer": "Apple", "deviceModel": word(machine.get("machine_model")) or name,
            "formFactor": _form(name or ""), "serialNumber": name_plate(machine.get("serial_number")),
            "biosManufacturer": "Apple", "biosVersion": word(machine.get("boot_rom_version")),
            "gpuModel": joined(cards)}


def directory(text: str) -> dict[str, str | None]:
    """The domain out of `dsconfigad -show`, which writes nothing on a Mac that is in none."""
    found = re.search(r"Active Directory Domain\s*=\s*(\S+)", text)
    return {"domain": word(found[1]) if found else None, "domainJoinType": "Domain" if found else "Workgroup"}


def _form(name: str) -> str | None:
    forms = {"MacBook": "Laptop", "iMac": "All-in-one", "Mac mini": "Mini PC", "Mac Studio": "Desktop",
             "Mac Pro": "Tower"}
    return next((form for start, form in forms.items() if name.startswith(start)), None)
