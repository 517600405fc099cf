"""What a device tells of itself (contract 000's system_profile), made fit to be kept: only what is known, of the
right type and within bounds. Nothing a device says is trusted further than that."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

from connectassist.core import foreign

LONGEST = 200
MOST_USERS, MOST_ADAPTERS, MOST_FACTS, MOST_SETTINGS = 50, 32, 12, 60
_LONGEST_LIST_TEXT = 64 * 1024

TEXTS = {
    "cpuModel": "cpu_model", "osName": "os_name", "osEdition": "os_edition", "osBuild": "os_build",
    "osArchitecture": "os_architecture", "osDisplayVersion": "os_display_version", "osInstallDate": "os_install_date",
    "biosManufacturer": "bios_manufacturer", "biosVersion": "bios_version", "gpuModel": "gpu_model",
    "serialNumber": "serial_number", "domain": "domain", "lastBootTime": "last_boot_time",
    "deviceManufacturer": "device_manufacturer", "deviceModel": "device_model", "formFactor": "form_factor",
    "tpmVersion": "tpm_version", "domainJoinType": "domain_join_type",
}
#: The largest value that makes sense of each.
NUMBERS = {"totalRamGB": ("total_ram_gb", 1e6), "totalDiskGB": ("total_disk_gb", 1e9),
           "uptimeHours": ("uptime_hours", 1e6), "processorCount": ("processor_count", 65_536)}
LISTS = ("logged_in_users", "previous_logged_in_users", "network_adapters")
#: Every field of `Device.details` that rows show.
KEPT = (*TEXTS.values(), *(name for name, _ in NUMBERS.values()), "secure_boot", *LISTS, "exe_hash", "client_settings")


def cleaned(said: dict[str, Any]) -> dict[str, Any]:
    """The facts of a profile by the names they are kept under. What makes no sense is left out."""
    found: dict[str, Any] = {kept: text for name, kept in TEXTS.items() if (text := _text(said.get(name)))}
    for name, (kept, most) in NUMBERS.items():
        number = _number(said.get(name), most)
        if number is not None:
            found[kept] = int(number) if kept == "processor_count" else number
    if isinstance(said.get("secureBoot"), bool | str):
        found["secure_boot"] = said["secureBoot"] if isinstance(said["secureBoot"], bool) else _text(said["secureBoot"])
    users, adapters = _list(said.get("loggedInUsers")), _list(said.get("networkAdapters"))
    if users is not None:
        found["logged_in_users"] = json.dumps([text for each in users[:MOST_USERS] if (text := _text(each))])
    if adapters is not None:
        found["network_adapters"] = json.dumps([_facts(each) for each in adapters[:MOST_ADAPTERS]
                                                if isinstance(each, dict)])
    return found


def cleaned_settings(said: Any) -> dict[str, Any]:
    """How a device's agent is set up, as `client_settings`; nothing where it is no object."""
    return {"client_settings": _facts(said, most=MOST_SETTINGS)} if isinstance(said, dict) else {}


def merged(known: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """What is known of a device with the news in it; who was signed in before the present users is kept."""
    before, after = known.get("logged_in_users"), news.get("logged_in_users")
    if before and after and before != after:
        news = {**news, "previous_logged_in_users": before}
    return {name: value for name, value in {**known, **news}.items() if name in KEPT}


def _text(value: Any, longest: int = LONGEST) -> str | None:
    """Printable text within bounds, or nothing. A number is taken at its word."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return foreign.text(value[:longest], longest).strip() or None


def _number(value: Any, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value[:30]) if isinstance(value, str) else float(value)
    except (ValueError, OverflowError):
        return None
    return round(found, 2) if math.isfinite(found) and 0 <= found <= most else None


def _list(value: Any) -> list[Any] | None:
    """A list, also where a client sends it as JSON text or sends its only entry bare."""
    if isinstance(value, str) and value[:1] in ("[", "{") and len(value) <= _LONGEST_LIST_TEXT:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    if isinstance(value, dict):
        return [value]
    return value if isinstance(value, list) else None


def _facts(told: dict[Any, Any], *, most: int = MOST_FACTS) -> dict[str, Any]:
    """Names and plain values: a network adapter's addresses and the like."""
    found = {}
    for name, value in itertools.islice(told.items(), most):
        kept = ([text for each in value[:8] if (text := _text(each))] if isinstance(value, list)
                else value if isinstance(value, bool | int | float) and abs(value) < 1e12 else _text(value))
        found[_text(name, 40) or ""] = kept
    return found
