"""Make and model, firmware and system of a Windows machine."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..facts import fact, joined, moment, name_plate, word
from ..running import run
from . import registry
from .powershell import ask

_VERSION = r"SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_SECURE_BOOT = r"SYSTEM\CurrentControlSet\Control\SecureBoot\State"
_FORM = {3: "Desktop", 4: "Desktop", 5: "Desktop", 6: "Tower", 7: "Tower", 8: "Laptop", 9: "Laptop", 10: "Laptop",
         11: "Handheld", 13: "All-in-one", 14: "Laptop", 17: "Server", 23: "Server", 30: "Tablet", 31: "Convertible",
         32: "Detachable", 35: "Mini PC"}
_HARDWARE = """\
$c=Get-CimInstance Win32_ComputerSystem;$b=Get-CimInstance Win32_BIOS;$o=Get-CimInstance Win32_OperatingSystem;
$t=Get-CimInstance -Namespace root/cimv2/Security/MicrosoftTpm Win32_Tpm;
[pscustomobject]@{manufacturer=$c.Manufacturer;model=$c.Model;domain=$c.Domain;inDomain=$c.PartOfDomain;
biosManufacturer=$b.Manufacturer;biosVersion=$b.SMBIOSBIOSVersion;serial=$b.SerialNumber;caption=$o.Caption;
architecture=$o.OSArchitecture;processors=@(Get-CimInstance Win32_Processor|%{$_.Name});
graphics=@(Get-CimInstance Win32_VideoController|%{$_.Name});
chassis=@(Get-CimInstance Win32_SystemEnclosure|%{$_.ChassisTypes});tpm=$t.SpecVersion}"""


def facts() -> dict[str, Any]:
    """What only Windows can tell of itself; None where it does not."""
    told = next(iter(fact(ask, _HARDWARE) or []), {})
    joins = fact(lambda: run("dsregcmd", "/status", seconds=10).text) or ""
    return {**hardware(told), **system(lambda name: registry.value("HKLM", _VERSION, name)),
            "osVersion": word(told.get("caption")), "domainJoinType": join_type(joins, told.get("inDomain") is True),
            "secureBoot": _secure_boot(), "tpmVersion": _tpm(told.get("tpm"))}


def hardware(told: dict[str, Any]) -> dict[str, Any]:
    """The facts in the answer of the script above."""
    chassis = told.get("chassis")
    first = (chassis[0] if isinstance(chassis, list) and chassis else chassis)
    return {
        "cpuModel": joined(_list(told.get("processors"))), "gpuModel": joined(_list(told.get("graphics"))),
        "deviceManufacturer": name_plate(told.get("manufacturer")), "deviceModel": name_plate(told.get("model")),
        "biosManufacturer": name_plate(told.get("biosManufacturer")),
        "biosVersion": name_plate(told.get("biosVersion")),
        "serialNumber": name_plate(told.get("serial")), "osArchitecture": word(told.get("architecture")),
        "domain": word(told.get("domain")), "formFactor": _FORM.get(first) if isinstance(first, int) else None}


def system(value: Callable[[str], Any]) -> dict[str, Any]:
    """The facts in the registry's key of the running version; `value` looks one up by its name."""
    build, patch = word(value("CurrentBuild")), value("UBR")
    name, installed = word(value("ProductName")), value("InstallDate")
    if name and build and build.isdecimal() and int(build) >= 22000:
        name = name.replace("Windows 10", "Windows 11")  # Windows 11 still calls itself 10 here
    return {"osName": name, "osEdition": word(value("EditionID")), "osDisplayVersion": word(value("DisplayVersion")),
            "osBuild": f"{build}.{patch}" if build and isinstance(patch, int) else build,
            "osInstallDate": moment(installed) if isinstance(installed, int) else None}


def join_type(status: str, in_domain: bool) -> str:
    """Domain, Azure AD, Hybrid or Workgroup, out of `dsregcmd /status`."""
    is_azure = bool(re.search(r"AzureAdJoined\s*:\s*YES", status))
    is_domain = in_domain or bool(re.search(r"DomainJoined\s*:\s*YES", status))
    return "Hybrid" if is_azure and is_domain else "Azure AD" if is_azure else "Domain" if is_domain else "Workgroup"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _secure_boot() -> str | None:
    return {1: "Enabled", 0: "Disabled"}.get(registry.value("HKLM", _SECURE_BOOT, "UEFISecureBootEnabled"))


def _tpm(told: object) -> str | None:
    """Windows shows the chip to administrators only; its answer looks like `2.0, 0, 1.38`."""
    return word(told.split(",")[0]) if isinstance(told, str) else None
