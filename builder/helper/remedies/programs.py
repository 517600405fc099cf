"""Repairs of one program or service: end it, or stop and start it."""

from __future__ import annotations

import os
import re
import sys

import psutil

from ..examine import running
from ..examine.errors import NotAvailable, NotRun, Refused
from ..text import printable
from .plan import Outcome, Prepared, Snapshot, measured, must

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@:+-]{0,99}", re.ASCII)
_MOST = 40
_GRACE_SECONDS = 4.0
#: Without these there is no desktop, or no computer: ending one of them helps nobody.
_LIFELINES = frozenset({
    "systemd", "init", "launchd", "kernel_task", "xorg", "xwayland", "gnome-shell", "kwin_x11", "kwin_wayland",
    "plasmashell", "dbus-daemon", "dbus-broker", "login", "sshd", "windowserver", "loginwindow", "csrss.exe",
    "wininit.exe", "winlogon.exe", "services.exe", "lsass.exe", "smss.exe", "system", "dwm.exe",
})
_SERVICES = re.compile(
    r"(systemd-.*|dbus.*|display-manager|gdm3?|sddm|lightdm|user@.*|getty@.*|init|rpcss|lsm|dcomlaunch)(\.service)?",
    re.IGNORECASE)


def kill_process(parameter: str) -> Prepared:
    """End a program by its number or its exact name. Raises Refused, NotAvailable."""
    found = _processes(parameter)
    if not found:
        raise NotAvailable(f"No program {printable(parameter, limit=60)} runs on this computer.")
    for process in found:
        _refuse_lifeline(process)
    name = printable(found[0].name(), limit=60)
    about = f"“{name}” (process {found[0].pid})" if len(found) == 1 else f"“{name}” ({len(found)} processes)"

    def look() -> Snapshot:
        return {"program": name, "running": sum(_lives(p) for p in found)}

    def act() -> str:
        left = _end(found)
        if left:
            raise NotRun(f"{name} did not end: this user may not end {len(left)} of its processes.")
        return f"Ended {name}."

    return about, lambda: measured(look, act)


def _processes(parameter: str) -> list[psutil.Process]:
    """What is meant, now: a Process knows when it was started, so that a number given to another one since is not."""
    try:
        if parameter.isdecimal():
            return [psutil.Process(int(parameter))] if len(parameter) < 10 else []
    except psutil.NoSuchProcess:
        return []
    if not _NAME.fullmatch(parameter):
        raise Refused("That can't be the name of a program.")
    named = [p for p in psutil.process_iter(["name"]) if p.info["name"] == parameter]
    if len(named) > _MOST:
        raise Refused(f"{len(named)} processes have this name: that is too many to end at once.")
    return named


def _refuse_lifeline(process: psutil.Process) -> None:
    try:
        own = {os.getpid(), os.getppid(), *(p.pid for p in psutil.Process().parents())}
        is_lifeline = process.pid <= 1 or process.pid in own or process.name().lower() in _LIFELINES
    except psutil.Error:
        return
    if is_lifeline:
        raise Refused("This program is not ended: the computer or this helper could not go on without it.")


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _end(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Ask each to end, then end it; returns those that live on."""
    for verb in ("terminate", "kill"):
        for process in filter(_lives, processes):
            try:
                getattr(process, verb)()
            except psutil.Error:
                continue
        psutil.wait_procs(processes, timeout=_GRACE_SECONDS)
    return [process for process in processes if _lives(process)]


def restart_service(parameter: str) -> Prepared:
    """Stop and start one service. Raises Refused, NotAvailable."""
    if not _NAME.fullmatch(parameter):
        raise Refused("That can't be the name of a service.")
    if _SERVICES.fullmatch(parameter):
        raise Refused("This service is not restarted: everybody's work on this computer would be lost.")
    state = _state(parameter)
    if state.get("state") == "unknown":
        raise NotAvailable(f"This computer has no service {parameter}.")
    return f"“{parameter}”", lambda: _restarted(parameter)


def restart_spooler(_: str) -> Prepared:
    """Stop and start the printing service; waiting jobs stay. Raises NotAvailable."""
    name = {"win32": "Spooler", "darwin": "org.cups.cupsd"}.get(sys.platform, "cups")
    if _state(name).get("state") == "unknown":
        raise NotAvailable("This computer has no printing service.")
    return "", lambda: _restarted(name)


def _restarted(name: str) -> Outcome:
    def act() -> str:
        if sys.platform == "win32":
            must("net", "stop", name, "/y")
            must("net", "start", name)
        elif sys.platform == "darwin":
            must("launchctl", "kickstart", "-k", f"system/{name}")
        else:
            must("systemctl", "--no-ask-password", "restart", name, seconds=90)
        return f"Restarted the service {name}."

    return measured(lambda: _state(name), act)


def _state(name: str) -> Snapshot:
    """What the system says of a service. Raises NotAvailable where it cannot be asked."""
    if sys.platform == "win32":
        try:
            found = psutil.win_service_get(name)
            return {"service": name, "state": found.status(), "process": found.pid()}
        except psutil.NoSuchProcess:
            return {"service": name, "state": "unknown"}
    if sys.platform == "darwin":
        said = running.run("launchctl", "print", f"system/{name}")
        words = re.search(r"^\s*state = (.+)$", said.text, re.MULTILINE)
        return {"service": name, "state": words[1] if words else "unknown"}
    return _unit(name)


def _unit(name: str) -> Snapshot:
    if not running.there_is("systemctl"):
        raise NotAvailable("This computer has no systemd: its services cannot be restarted from here.")
    said = running.run("systemctl", "show", name, "--property", "LoadState,ActiveState,MainPID,ActiveEnterTimestamp")
    told = dict(line.partition("=")[::2] for line in said.text.splitlines())
    if said.status != 0 or not told:
        raise NotAvailable("systemd does not run on this computer: its services cannot be restarted from here.")
    if told.get("LoadState") != "loaded":
        return {"service": name, "state": "unknown"}
    return {"service": name, "state": told.get("ActiveState", ""), "process": told.get("MainPID", ""),
            "since": told.get("ActiveEnterTimestamp", "")}
