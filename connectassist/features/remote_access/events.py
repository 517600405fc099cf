"""Remote access on the sockets of contract 000: one handler for each line of the table in passages.py."""

from __future__ import annotations

from functools import partial
from typing import Any

from connectassist.features.devices import service as devices
from connectassist.features.remote_access import passages, service
from connectassist.realtime import rescoping
from connectassist.realtime.connections import Connection
from connectassist.realtime.declare import Handler
from connectassist.realtime.everywhere import everywhere
from connectassist.realtime.namespaces import AGENT, DEVICE, IT, TECHNICIAN

_DEVICE_ID = {"deviceId": str}


def _named(doc: str, verb: Any) -> Handler:
    """A handler of a line of the table: the verb, with the line's sentence for docs/events.md."""
    def handle(data: dict[str, Any], connection: Connection) -> dict[str, Any] | None:
        return verb(data, by=connection)
    handle.__doc__ = doc
    return handle


for _ask in passages.ASKS:
    AGENT.events.sends(_ask.to_device, to="the device", fields="requestId", doc=_ask.doc)
    IT.events.sends(_ask.to_staff, to="whoever asked", fields="deviceId requestId", doc=f"The answer to {_ask.event}.")
    IT.on(_ask.event, speaks=TECHNICIAN, fields=_DEVICE_ID)(_named(_ask.doc, partial(service.ask, _ask)))
    AGENT.on(_ask.answer, speaks=DEVICE, uses_database=False)(
        _named(f"The answer to {_ask.to_device}.", partial(service.answer, _ask)))
for _opening in passages.OPENINGS:
    IT.on(_opening.event, speaks=TECHNICIAN, fields=_DEVICE_ID)(
        _named(_opening.doc, partial(service.open_line, _opening)))
for _event, (_kind, _to_device) in passages.INPUTS.items():
    AGENT.events.sends(_to_device, to="the device", fields="", doc=f"The technician's input to the open {_kind}.")
    IT.on(_event, speaks=TECHNICIAN, fields=_DEVICE_ID, uses_database=False)(
        _named(f"Input to the {_kind} that is open.", partial(service.pass_input, _kind, _to_device)))
for _event, _kind in passages.CLOSINGS.items():
    IT.on(_event, speaks=TECHNICIAN, fields=_DEVICE_ID, uses_database=False)(
        _named(f"Leave the {_kind}.", partial(service.close_line, _kind)))
for _table, _said in ((passages.OPENS, {"opens": True}), (passages.GOES_ON, {}), (passages.ENDS, {"ends": True})):
    for _event, _kind in _table.items():
        IT.events.sends(_event, to="whoever opened it", fields="deviceId", doc=f"What a device says of its {_kind}.")
        AGENT.on(_event, speaks=DEVICE, uses_database=False)(
            _named(f"The device speaks of its {_kind}.", partial(service.heard, _kind, _event, **_said)))



def rescoped(connection: Connection) -> None:
    """Somebody may see or do other things than before."""
    if connection.path in IT.paths:
        service.look_again(connection)


IT.on_disconnect.append(service.technician_gone)
AGENT.on_disconnect.append(service.device_gone)
rescoping.on_rescoped.append(rescoped)
devices.on_moved.append(everywhere(service.moved, keep=True))
