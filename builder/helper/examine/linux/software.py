"""Installed software on Linux: what somebody chose to install comes first, then what that brought along."""

from __future__ import annotations

from typing import Any

from ..errors import NotAvailable
from ..facts import fact, word
from ..running import run, there_is


def installed() -> list[dict[str, Any]]:
    """Every package with its version. Raises NotAvailable, NotRun."""
    if there_is("dpkg-query"):
        said = run("dpkg-query", "--show", "--showformat=${Package}\\t${Version}\\t${db:Status-Status}\\n",
                   seconds=20, most=4 << 20)
        return chosen_first(dpkg(said.text), _chosen())
    if there_is("rpm"):
        return rpm(run("rpm", "-qa", "--queryformat", "%{NAME}\\t%{VERSION}-%{RELEASE}\\t%{VENDOR}\\n",
                       seconds=30, most=4 << 20).text)
    raise NotAvailable("This machine has neither dpkg nor rpm, so its software is not known.")


def dpkg(text: str) -> list[dict[str, Any]]:
    """Packages that are really installed, out of dpkg-query's columns."""
    found = (line.split("\t") for line in text.splitlines())
    return [{"name": word(parts[0]), "version": word(parts[1])} for parts in found
            if len(parts) == 3 and parts[2] == "installed"]


def rpm(text: str) -> list[dict[str, Any]]:
    """Packages out of rpm's columns, by name."""
    found = sorted(line.split("\t") for line in text.splitlines())
    return [{"name": word(parts[0]), "version": word(parts[1]), "publisher": word(parts[2].strip("()"))}
            for parts in found if len(parts) == 3 and parts[0] != "gpg-pubkey"]


def chosen_first(packages: list[dict[str, Any]], chosen: set[str]) -> list[dict[str, Any]]:
    """The same packages, those that were chosen by hand before the others."""
    return sorted(packages, key=lambda package: (package["name"] not in chosen, package["name"] or ""))


def _chosen() -> set[str]:
    said = fact(lambda: run("apt-mark", "showmanual", seconds=15))
    return set(said.text.split()) if said and said.status == 0 else set()
