"""Make and model, firmware and system of a Linux machine."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

from ..facts import contents, fact, moment, name_plate, word
from ..running import run

_DMI = Path("/sys/class/dmi/id")
_BOARD = Path("/sys/firmware/devicetree/base")
_PCI = Path("/sys/bus/pci/devices")
_SECURE_BOOT = Path("/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c")
_EFI = Path("/sys/firmware/efi")
# Made by the installers of Debian, Ubuntu and Fedora, and by the tool that makes the file system.
_SINCE_INSTALLATION = ("/var/log/installer", "/var/log/anaconda", "/lost+found")
_YEAR_2000 = 946_684_800
_MAKERS = {"0x8086": "Intel", "0x10de": "NVIDIA", "0x1002": "AMD", "0x1234": "QEMU", "0x1af4": "Red Hat virtio",
           "0x15ad": "VMware", "0x1a03": "ASPEED", "0x1414": "Microsoft"}
# Numbers of the SMBIOS standard.
_FORM = {1: "Other", 3: "Desktop", 4: "Desktop", 5: "Desktop", 6: "Tower", 7: "Tower", 8: "Laptop", 9: "Laptop",
         10: "Laptop", 11: "Handheld", 13: "All-in-one", 14: "Laptop", 15: "Desktop", 16: "Desktop", 17: "Server",
         23: "Server", 28: "Server", 30: "Tablet", 31: "Convertible", 32: "Detachable", 35: "Mini PC", 36: "Stick PC"}


def facts() -> dict[str, Any]:
    """What only Linux can tell of itself; None where it does not."""
    release = fact(platform.freedesktop_os_release) or {}
    return {
        "cpuModel": processor(contents("/proc/cpuinfo") or ""),
        "osName": word(release.get("NAME")), "osEdition": word(release.get("VARIANT")),
        "osDisplayVersion": word(release.get("VERSION") or release.get("VERSION_ID")),
        "osBuild": platform.release(), "osVersion": word(release.get("PRETTY_NAME")),
        "osInstallDate": _installed(), "biosManufacturer": _dmi("bios_vendor"), "biosVersion": _dmi("bios_version"),
        "serialNumber": _dmi("product_serial") or _board("serial-number"), "deviceManufacturer": _dmi("sys_vendor"),
        "deviceModel": _dmi("product_name") or _board("model"), "formFactor": form_factor(_dmi("chassis_type")),
        "gpuModel": _graphics(), "tpmVersion": _tpm(), "secureBoot": secure_boot(),
        **_domain(),
    }


def processor(cpuinfo: str) -> str | None:
    """The processor's name out of /proc/cpuinfo."""
    found = re.search(r"^(?:model name|Model|Hardware|cpu model)\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return word(found[1]) if found else None


def form_factor(number: str | None) -> str | None:
    """What kind of machine a chassis number of SMBIOS means."""
    return _FORM.get(int(number)) if number and number.isdecimal() else None


def secure_boot() -> str | None:
    """Whether the firmware started only signed software; None on machines without EFI."""
    if not _EFI.is_dir():
        return None
    told = fact(_SECURE_BOOT.read_bytes)
    # Four bytes of attributes come before the value.
    return ("Enabled" if told[4] == 1 else "Disabled") if told and len(told) >= 5 else None


def graphics(listing: str) -> str | None:
    """The first graphics adapter out of the words of `lspci -mm`."""
    for line in listing.splitlines():
        words = re.findall(r'"([^"]*)"', line)
        if len(words) >= 3 and re.search(r"VGA|3D|Display", words[0]):
            return word(f"{words[1]} {words[2]}")
    return None


def _dmi(name: str) -> str | None:
    return name_plate(contents(_DMI / name, most=1000))


def _board(name: str) -> str | None:
    return name_plate((contents(_BOARD / name, most=1000) or "").rstrip("\0"))


def _installed() -> str | None:
    found = [os.stat(path).st_mtime for path in _SINCE_INSTALLATION if os.path.isdir(path)]
    found = [when for when in found if when > _YEAR_2000]  # images are often built with a date of their own
    return moment(min(found)) if found else None


def _graphics() -> str | None:
    said = fact(lambda: run("lspci", "-mm", seconds=5))
    return graphics(said.text) if said and said.status == 0 else _graphics_by_number()


def _graphics_by_number() -> str | None:
    """Machines without lspci tell at least the maker."""
    for device in sorted(fact(lambda: list(_PCI.iterdir())) or ()):
        if (contents(device / "class", most=20) or "").startswith("0x03"):
            maker, model = ((contents(device / name, most=20) or "").strip() for name in ("vendor", "device"))
            return word(f"{_MAKERS.get(maker, maker)} {model}")
    return None


def _tpm() -> str | None:
    major = (contents("/sys/class/tpm/tpm0/tpm_version_major", most=20) or "").strip()
    return {"2": "2.0", "1": "1.2"}.get(major)


def _domain() -> dict[str, str | None]:
    """The domain that this machine was joined to by realmd or adcli, as Kerberos' files tell."""
    realm = re.search(r"^\s*default_realm\s*=\s*(\S+)", contents("/etc/krb5.conf") or "", re.MULTILINE)
    is_joined = os.path.exists("/etc/krb5.keytab")
    return {"domain": word(realm[1]) if realm and is_joined else None,
            "domainJoinType": "Domain" if realm and is_joined else None}
