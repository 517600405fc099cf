"""Repairs of the network: the remembered addresses, the connection, one adapter."""

from __future__ import annotations

import re
import sys

import psutil

from ..examine import running
from ..examine.errors import NotAvailable, NotRun, Refused
from .plan import Prepared, Snapshot, measured, must

_ADAPTER = re.compile(r"(?=.{1,64}$)[A-Za-z0-9][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+){0,5}", re.ASCII)


def flush_dns(_: str) -> Prepared:
    """Forget the addresses of web sites that the system remembers."""
    return "", lambda: measured(_dns, _flush)


def _dns() -> Snapshot:
    """What is remembered, where the system counts it."""
    if sys.platform == "linux" and running.there_is("resolvectl"):
        said = running.run("resolvectl", "statistics")
        size = re.search(r"Current Cache Size:?\s*(\d+)", said.text)
        return {"cache": "systemd-resolved", "remembered": int(size[1]) if size else "not counted"}
    if sys.platform == "win32":
        said = running.run("ipconfig", "/displaydns", seconds=20)
        return {"cache": "Windows", "lines": said.text.count("\n")}
    return {"cache": "nscd" if _has_nscd() else "none" if sys.platform == "linux" else "macOS"}


def _has_nscd() -> bool:
    return running.there_is("nscd")


def _flush() -> str:
    if sys.platform == "win32":
        must("ipconfig", "/flushdns")
    elif sys.platform == "darwin":
        must("dscacheutil", "-flushcache")
        must("killall", "-HUP", "mDNSResponder")
    elif running.there_is("resolvectl"):
        must("resolvectl", "flush-caches")
    elif _has_nscd():
        must("nscd", "-i", "hosts")
    else:
        return "This computer remembers no addresses of web sites, so there was nothing to forget."
    return "The remembered addresses of web sites were forgotten."


def repair_network(_: str) -> Prepared:
    """Renew the network address, then forget remembered ones. Raises NotAvailable."""
    _need_manager()

    def act() -> str:
        if sys.platform == "win32":
            must("ipconfig", "/renew", seconds=120)
            must("ipconfig", "/registerdns")
        elif sys.platform == "darwin":
            must("networksetup", "-detectnewhardware")
        else:
            for adapter in _connected():
                must("nmcli", "--wait", "30", "device", "reapply", adapter)
        return f"The network settings were applied anew. {_flush()}"

    return "", lambda: measured(_network, act)


def reset_network_adapter(parameter: str) -> Prepared:
    """Switch an adapter off and on; without a name the first one that is connected. Raises Refused, NotAvailable."""
    if parameter and not _ADAPTER.fullmatch(parameter):
        raise Refused("That can't be the name of a network adapter.")
    _need_manager()
    there = [name for name in psutil.net_if_stats() if name != "lo"]
    chosen = parameter or next(iter(_connected() if sys.platform == "linux" else there), "")
    if chosen not in there:
        raise NotAvailable(f"This computer has no network adapter {parameter}." if parameter else
                           "No network adapter is connected.")
    return f"“{chosen}”", lambda: measured(_network, lambda: _reset(chosen))


def _reset(adapter: str) -> str:
    if sys.platform == "win32":
        must("netsh", "interface", "set", "interface", f"name={adapter}", "admin=disabled")
        _surely("netsh", "interface", "set", "interface", f"name={adapter}", "admin=enabled")
    elif sys.platform == "darwin":
        must("ifconfig", adapter, "down")
        _surely("ifconfig", adapter, "up")
    else:  # one order that takes the connection down and up: it does not end half way
        connection = must("nmcli", "--get-values", "GENERAL.CONNECTION", "device", "show", adapter).strip()
        must("nmcli", "--wait", "45", "connection", "up", "id", connection, "ifname", adapter)
    return f"The network adapter {adapter} was switched off and on."


def _surely(*words: str) -> None:
    """Once more and once more: a computer without its network cannot be helped any more."""
    for _ in range(2):
        try:
            must(*words)
            return
        except NotRun:
            continue
    must(*words)


def _need_manager() -> None:
    if sys.platform == "linux" and not running.there_is("nmcli"):
        raise NotAvailable("NetworkManager does not run this computer's network: it cannot be repaired from here.")


def _connected() -> list[str]:
    """The adapters that NetworkManager has connected."""
    said = running.run("nmcli", "--terse", "--fields", "DEVICE,TYPE,STATE", "device")
    rows = [line.split(":") for line in said.text.splitlines()]
    return [row[0] for row in rows if len(row) == 3 and row[2] == "connected" and row[1] in ("ethernet", "wifi")]


def _network() -> Snapshot:
    """Each adapter: is it up, and how many addresses has it."""
    addresses = psutil.net_if_addrs()
    return {name: f"{'up' if about.isup else 'down'}, {len(addresses.get(name, ()))} addresses"
            for name, about in list(psutil.net_if_stats().items())[:20]}
