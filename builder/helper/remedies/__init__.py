"""The repairs that this helper knows: its own list, whatever the server asks for. None of them uses a shell, and none
runs before somebody at the computer has said yes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..examine.errors import Refused, Unknown
from . import files, network, programs, system
from .plan import Outcome, Plan, Prepared

__all__ = ["Outcome", "Plan", "name", "plan"]


@dataclass(frozen=True)
class Remedy:
    """One repair: its name, what the person at the computer reads about it, and how it is prepared. `needs` is what
    its parameter is called, "" when it takes none."""

    name: str
    explains: str
    prepare: Callable[[str], Prepared]
    needs: str = ""
    must_have: bool = False


_NEEDS_NO_CARE = "Nothing of yours is lost."
_KNOWN = {
    "flush_dns": Remedy("Empty the DNS cache", "This computer forgets the addresses of web sites and looks them up "
                        f"again. {_NEEDS_NO_CARE}", network.flush_dns),
    "clear_temp": Remedy("Delete temporary files", "Your own temporary files that nothing has used for a day are "
                         "deleted.", files.clear_temp),
    "restart_spooler": Remedy("Restart printing", "The printing service stops and starts. Waiting jobs stay.",
                              programs.restart_spooler),
    "repair_network": Remedy("Repair the network", "The network settings are applied anew. The connection may be gone "
                             "for a few seconds.", network.repair_network),
    "clear_browser_cache": Remedy("Empty browser caches", "Copies of web pages are deleted. Bookmarks, passwords and "
                                  "open tabs stay.", files.clear_browser_cache),
    "kill_process": Remedy("End a program", "It ends at once. What is not saved in it is lost.",
                           programs.kill_process, "name or number of a program", True),
    "restart_service": Remedy("Restart a service", "It stops and starts. What it is doing at this moment is cut off.",
                              programs.restart_service, "name of a service", True),
    "restart_explorer": Remedy("Restart the desktop", "The desktop and its task bar come back after a moment. Programs "
                               "stay open.", system.restart_explorer),
    "sfc_scan": Remedy("Check system files", f"This takes some minutes. {_NEEDS_NO_CARE}", system.sfc_scan),
    "dism_repair": Remedy("Repair the system image", f"This takes some minutes. {_NEEDS_NO_CARE}", system.dism_repair),
    "clear_update_cache": Remedy("Empty the update cache", "Downloaded updates are deleted and fetched again when "
                                 "needed.", system.clear_update_cache),
    "reset_network_adapter": Remedy("Restart a network adapter", "It goes off and on. The connection is gone for some "
                                    "seconds.", network.reset_network_adapter, "name of a network adapter"),
}


def name(action_id: str) -> str:
    """What a repair is called; "" for one that is not known."""
    return _KNOWN[action_id].name if action_id in _KNOWN else ""


def plan(action_id: str, parameter: str) -> Plan:
    """Look at a repair before anybody is asked. Raises Unknown, Refused, NotAvailable, NotRun."""
    remedy = _KNOWN.get(action_id)
    if remedy is None:
        raise Unknown("This helper knows no such repair.")
    if parameter and not remedy.needs:
        raise Refused("This repair takes no parameter.")
    if remedy.must_have and not parameter:
        raise Refused(f"This repair needs the {remedy.needs}.")
    about, carry_out = remedy.prepare(parameter)
    return Plan(f"{remedy.name}: {about}" if about else remedy.name, remedy.explains, carry_out)
