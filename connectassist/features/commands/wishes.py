"""What somebody wants of a device, read with care: it is passed on whole or refused, never cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from connectassist.core import foreign
from connectassist.core.errors import TooLarge, ValidationFailed

LONGEST_TYPE, LONGEST_KEY = 80, 120
LARGEST_PARAMETERS, DEEPEST = 256 * 1024, 32
FIRST, USUAL, LAST = 1, 5, 10
#: What only looks, or speaks: staff may have it done without anybody's approval.
READ_ONLY = frozenset((
    "check", "check.all", "profile", "message", "ping", "status", "get_status", "system_info", "get_system_info",
    "diagnostic", "diagnostics", "run_diagnostic", "run_diagnostics", "health_check", "get_metrics", "get_logs",
    "inventory", "list_processes", "list_services"))
#: And of the tools, which are one type of command.
TOOL, LOOKING_TOOLS = "tool", frozenset(("process_list", "service_list", "event_log_query"))
#: What our own helper does only with the yes of the person at the device (or none, where its own settings say so), so
#: that it would be asked twice if it waited here.
ASKED_THERE = "repair"


@dataclass(frozen=True, slots=True)
class Wish:
    """One command as it was asked for. Two with the same key and the same content are one wish said twice."""

    type: str
    parameters: Any
    priority: int
    key: str | None

    @property
    def only_looks(self) -> bool:
        """Does it change nothing at the device?"""
        if self.type == TOOL and isinstance(self.parameters, dict):
            return self.parameters.get("tool") in LOOKING_TOOLS
        return self.type in READ_ONLY

    def needs_approval(self, *, has_helper: bool) -> bool:
        """Must somebody of the device's allow it before it may be claimed, when staff ask for it? `has_helper`: our
        own helper looks after the device."""
        return not self.only_looks and not (has_helper and self.type == ASKED_THERE)


def read(*, type: Any, parameters: Any, priority: Any, key: Any) -> Wish:
    """Raises ValidationFailed, TooLarge."""
    wish = Wish(_name(type), {} if parameters is None else parameters,
                whole(priority, "priority", FIRST, LAST, usual=USUAL), _key(key))
    if _depth(wish.parameters) > DEEPEST:
        raise ValidationFailed.of("parameters", f"Nested more than {DEEPEST} levels deep.")
    if _size(wish.parameters) > LARGEST_PARAMETERS:
        raise TooLarge(f"The parameters are larger than {LARGEST_PARAMETERS // 1024} KB")
    return wish


def told_in(body: dict[str, Any], key: str | None) -> dict[str, Any]:
    """What a request's body wishes for, as `enqueue_once` takes it. The original's agent and portal say `command` for
    `type`; a key in the request's header counts more than one in the body."""
    said = dict(body)
    other, own_key = said.pop("command"), said.pop("idempotency_key")
    return said | {"type": other if said["type"] is None else said["type"],
                   "idempotency_key": own_key if key is None else key}


def _name(said: Any) -> str:
    if not isinstance(said, str) or not said or said != foreign.line(said, LONGEST_TYPE):
        raise ValidationFailed.of("type", f"Must be a name of 1 to {LONGEST_TYPE} characters.")
    return said


def whole(said: Any, name: str, least: int, most: int, *, usual: int | None = None) -> int:
    """A number of a request, which may be left out where there is a `usual` one. `5.0` is 5: JSON knows one kind of
    number. Raises ValidationFailed."""
    if said is None and usual is not None:
        return usual
    if isinstance(said, bool) or not isinstance(said, int | float) or not least <= said <= most or said != int(said):
        raise ValidationFailed.of(name, f"Must be a whole number from {least} to {most}.")
    return int(said)


def _key(said: Any) -> str | None:
    if said is None:
        return None
    if not isinstance(said, str) or not said or said != foreign.line(said, LONGEST_KEY):
        raise ValidationFailed.of("idempotencyKey", f"Must be a text of 1 to {LONGEST_KEY} characters.")
    return said


def _depth(value: Any) -> int:
    """How deep it is nested, counted without recursion: somebody may have tried the limits of that."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        level = [inner for each in level if isinstance(each, dict | list)
                 for inner in (each.values() if isinstance(each, dict) else each)]
        deep += 1
    return deep


def _size(value: Any) -> int:
    try:
        return len(orjson.dumps(value))
    except orjson.JSONEncodeError:
        raise ValidationFailed.of("parameters", "They can't be written as JSON.") from None
