"""The whitelist: what a device may be asked to do, each with a name, a sentence and the parameter that it takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectassist.core.errors import ValidationFailed


@dataclass(frozen=True)
class Parameter:
    """What an action is done to. Its form lets nothing through that a shell would take for more than a word."""

    name: str
    form: str
    is_needed: bool = True


@dataclass(frozen=True)
class Action:
    """`sentence` says what it does, for the technician and for the person who is asked to allow it."""

    action_id: str
    name: str
    sentence: str
    parameter: Parameter | None = None

    def checked(self, given: str | None) -> str | None:
        """The parameter as it may travel. Raises ValidationFailed."""
        if not given:
            if self.parameter and self.parameter.is_needed:
                raise ValidationFailed(f"{self.name} needs a {self.parameter.name}")
            return None
        if self.parameter is None:
            raise ValidationFailed(f"{self.name} takes no parameter")
        if not re.fullmatch(self.parameter.form, given, re.ASCII):
            raise ValidationFailed(f"That can't be a {self.parameter.name}")
        return given


_WORD = r"[A-Za-z0-9_][A-Za-z0-9_.@:+-]{0,99}"
_WORDS = r"[A-Za-z0-9][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+){0,5}"

ACTIONS = {action.action_id: action for action in (
    Action("flush_dns", "Empty the DNS cache", "Forgets the addresses of web sites, so that they are looked up again."),
    Action("clear_temp", "Delete temporary files", "Deletes temporary files that nothing has used for a day."),
    Action("restart_spooler", "Restart printing", "Stops and starts the printing service; waiting jobs stay."),
    Action("repair_network", "Repair the network", "Renews the network address and empties the DNS cache."),
    Action("clear_browser_cache", "Empty browser caches", "Deletes the copies of web pages that browsers keep."),
    Action("kill_process", "End a program", "Ends a program at once; what is not saved in it is lost.",
           Parameter("process name or id", _WORD)),
    Action("restart_service", "Restart a service", "Stops and starts one service of the system.",
           Parameter("service name", _WORD)),
    Action("restart_explorer", "Restart the desktop", "Restarts the desktop and its task bar; programs stay open."),
    Action("sfc_scan", "Check system files", "Checks the files of the system and repairs broken ones. Takes a while."),
    Action("dism_repair", "Repair the system image", "Repairs the store that system files come from. Takes a while."),
    Action("clear_update_cache", "Empty the update cache", "Deletes downloaded updates; they are fetched again."),
    Action("reset_network_adapter", "Restart a network adapter", "Switches a network adapter off and on again.",
           Parameter("network adapter", f"(?=.{{1,64}}$){_WORDS}", is_needed=False)),
)}


def of(action_id: str) -> Action:
    """An action of the whitelist. Raises ValidationFailed."""
    found = ACTIONS.get(action_id)
    if found is None:
        raise ValidationFailed("There is no such remediation", known=sorted(ACTIONS))
    return found
