"""Which addresses the server may call. Pure: an address is only ever the one that a device came from."""

from __future__ import annotations

import ipaddress

LOWEST_PORT, HIGHEST_PORT = 1024, 65535


def plain(address: str) -> str:
    """An address in one spelling: without a zone, IPv4 as IPv4 even where it came over an IPv6 socket."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None)
    return str(mapped or ip)


def is_callable(address: str, port: int | None) -> bool:
    """May a VNC server be called there? Not where no customer's machine can be: link-local addresses (the clouds'
    metadata service is one), multicast, unspecified and reserved ones, and the ports of system services."""
    if port is None or not LOWEST_PORT <= port <= HIGHEST_PORT or not plain(address):
        return False
    ip = ipaddress.ip_address(plain(address))
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified or (ip.is_reserved and not ip.is_loopback))
