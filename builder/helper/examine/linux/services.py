"""Services of systemd, the system's and the user's own."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import NotAvailable, NotRun, Refused
from ..facts import word
from ..records import Service
from ..running import Said, run, there_is

#: Before the name of a service that belongs to the user and not to the system.
USERS = "user:"
RUNNING = Path("/run/systemd/system")
_START_TYPES = {"enabled": "Automatic", "enabled-runtime": "Automatic", "static": "Manual", "indirect": "Manual",
                "disabled": "Disabled", "masked": "Disabled", "generated": "Automatic", "alias": "Manual"}
_LONGEST_ACTION_SECONDS = 45.0
# Units that end the system's work rather than do any.
_ENDS_ALL = re.compile(r"(systemd-(reboot|poweroff|halt|kexec|exit|soft-reboot|suspend.*|hibernate|hybrid-sleep)"
                       r"|emergency|rescue)\.service")


def every() -> list[Service]:
    """All services, the user's own with the prefix `user:`. Raises NotAvailable, NotRun."""
    if not (RUNNING.is_dir() and there_is("systemctl")):
        raise NotAvailable("This machine does not run systemd, so it has no list of services to ask for.")
    return sorted([*_of("--system"), *_of_the_user()], key=lambda service: service.name)


def act(name: str, action: str) -> str:
    """Start, stop or restart a service; returns a sentence. Raises Refused, NotAvailable, NotRun."""
    if not (RUNNING.is_dir() and there_is("systemctl")):
        raise NotAvailable("This machine does not run systemd, so services cannot be started or stopped here.")
    scope, unit = ("--user" if name.startswith(USERS) else "--system"), unit_of(name)
    said = run("systemctl", scope, "--no-ask-password", "--no-pager", action, "--", unit,
               seconds=_LONGEST_ACTION_SECONDS)
    if said.status:
        raise Refused(why_not(said, name))
    return f"The service {name} was told to {action}."


def unit_of(name: str) -> str:
    """The service's unit; never one of another kind, such as a target that restarts the machine. Raises Refused."""
    unit = name.removeprefix(USERS)
    unit = unit if unit.endswith(".service") else f"{unit}.service"
    if _ENDS_ALL.fullmatch(unit):
        raise Refused(f"The service {name} would end the work of the whole machine, so it is left alone.")
    return unit


def units(listing: str) -> dict[str, tuple[str, str, str]]:
    """Name to (active, sub-state, description) out of `systemctl list-units --plain --no-legend`."""
    found = {}
    for line in listing.splitlines():
        parts = line.replace("●", " ").split(None, 4)
        if len(parts) >= 4 and parts[0].endswith(".service") and parts[1] != "not-found":
            found[parts[0]] = (parts[2], parts[3], parts[4] if len(parts) == 5 else "")
    return found


def start_types(listing: str) -> dict[str, str]:
    """Name to start type out of `systemctl list-unit-files --no-legend`; templates are left out."""
    pairs = (line.split()[:2] for line in listing.splitlines())
    return {pair[0]: _START_TYPES.get(pair[1], "") for pair in pairs
            if len(pair) == 2 and pair[0].endswith(".service") and "@." not in pair[0]}


def not_meant_to_run(listing: str) -> set[str]:
    """Units out of `systemctl show` that rightly stand still: done at once, or not wanted on this machine."""
    still = set()
    for block in listing.split("\n\n"):
        told = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        waits = told.get("TriggeredBy") or told.get("Type") == "oneshot"
        if waits or told.get("ConditionResult") == "no":
            still.add(told.get("Id", ""))
    return still


def merged(running: dict[str, tuple[str, str, str]], starts: dict[str, str], still: set[str]) -> list[Service]:
    """The two lists of systemd as one."""
    services = []
    for name in running.keys() | starts.keys():
        active, _, description = running.get(name, ("inactive", "dead", ""))
        start = starts.get(name, "Manual")
        is_missed = active == "inactive" and start == "Automatic" and name not in still
        services.append(Service(
            name=name, display_name=word(description) or name.removesuffix(".service"), start_type=start,
            running=active in ("active", "reloading", "activating"), failed=active == "failed",
            missed=is_missed or active == "failed"))
    return services


def why_not(said: Said, name: str) -> str:
    """The sentence for what systemctl complained of."""
    text = f"{said.complaint}\n{said.text}".lower()
    if any(sign in text for sign in ("authentication required", "access denied", "permission denied", "not permitted")):
        return f"The user at the device may not do this to the service {name}: it needs an administrator."
    if "not found" in text or "not loaded" in text:
        return f"There is no service named {name}."
    return f"systemd refused: {word(said.complaint, limit=300) or 'it gave no reason'}"


def _of(scope: str) -> list[Service]:
    common = (scope, "--type=service", "--no-legend", "--no-pager", "--full")
    said = run("systemctl", "list-units", "--all", "--plain", *common)
    if said.status:
        raise NotAvailable("The machine's systemd does not answer the helper's user.")
    running = units(said.text)
    starts = start_types(run("systemctl", "list-unit-files", *common).text)
    idle = [name for name, start in starts.items()
            if start == "Automatic" and running.get(name, ("inactive",))[0] == "inactive"][:200]
    asked = ("--property=Id,Type,ConditionResult,TriggeredBy", "--no-pager", "--", *idle)
    still = not_meant_to_run(run("systemctl", scope, "show", *asked).text) if idle else set()
    return merged(running, starts, still)


def _of_the_user() -> list[Service]:
    """The user's own services; none where the user has no manager of their own."""
    try:
        found = _of("--user")
    except (NotRun, NotAvailable):
        return []
    return [Service(**{**vars(service), "name": USERS + service.name}) for service in found if service.running
            or service.failed or service.start_type == "Automatic"]
