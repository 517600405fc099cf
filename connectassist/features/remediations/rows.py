"""How a remediation is shown, with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectassist.features.remediations.actions import Action
from connectassist.features.remediations.models import Remediation

MOST_CHANGES, LONGEST_SHOWN = 100, 200
_PLAIN = ("request_id", "device_id", "action_id", "parameter", "state", "asked_by", "message", "before", "after",
          "created_at", "finished_at")
_MISSING = object()


def remediation_row(asked: Remediation) -> dict[str, Any]:
    """One request with the device's snapshots and `changes`, the places in which they differ."""
    return {name: getattr(asked, name) for name in _PLAIN} | {"changes": changes(asked.before, asked.after)}


def action_row(action: Action) -> dict[str, Any]:
    """An entry of the whitelist."""
    parameter = action.parameter
    return {"id": action.action_id, "name": action.name, "sentence": action.sentence,
            "parameter": parameter and {"name": parameter.name, "form": parameter.form, "needed": parameter.is_needed}}


def changes(before: Any, after: Any) -> list[dict[str, Any]]:
    """Where two snapshots differ: `what` is the way to it, as in `disk.freeGB`; null is what one of them lacks."""
    if before is None or after is None:
        return []
    old, new = dict(_leaves(before)), dict(_leaves(after))
    found = [{"what": what, "before": old.get(what), "after": new.get(what)}
             for what in {**old, **new} if old.get(what, _MISSING) != new.get(what, _MISSING)]
    return found[:MOST_CHANGES]


def _leaves(value: Any, way: str = "") -> Iterator[tuple[str, Any]]:
    """Every plain value with the way to it; a list of plain values counts as one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, f"{way}.{name}" if way else name)
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{way} {number}".strip())
    elif isinstance(value, list):
        yield way, ", ".join(map(str, value))[:LONGEST_SHOWN]
    else:
        yield way, value[:LONGEST_SHOWN] if isinstance(value, str) else value
