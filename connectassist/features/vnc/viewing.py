"""A technician's viewer at a line: bytes both ways, for as long as the customer allows it and the session lasts."""

from __future__ import annotations

from functools import partial
from itertools import count

from connectassist.core import clock
from connectassist.core.errors import AppError, NotConsented, VncBusy
from connectassist.features.vnc import service
from connectassist.features.vnc.lines import DIRECT, LINES, Line
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.websockets import UNSUPPORTED, WebSocket

#: How a WebSocket closes when a viewer can't be served; the page shows the reason.
CODES: dict[type[AppError], int] = {NotConsented: 4403, VncBusy: 4409}
UNREACHABLE = 4503
RETURN_PATIENCE = 10.0  # seconds that bytes wait for a technician whose own connection was lost
UNSEEN_SECONDS = 30.0
SWEEPS_TO_OVER, SWEEPS_TO_ALIVE = 5, 300
_turns = count()


def watch(viewer: WebSocket, *, session_id: str, by: Principal) -> None:
    """Serve a viewer to its end. One that can't be served is told why as its WebSocket closes."""
    person_id = str(by.user_id)
    try:
        with GATEWAY.database():
            line = service.line_for(session_id, by=by)
        line.attach(viewer, viewer_id=person_id, name=by.name, may_pass=partial(_may_pass, session_id, person_id))
    except AppError as problem:
        return viewer.close(CODES.get(type(problem), UNREACHABLE), problem.sentence)
    _pass_on(viewer, line)
    line.was_left = line.is_open
    return line.close()


def _pass_on(viewer: WebSocket, line: Line) -> None:
    for message in viewer:
        if isinstance(message, str):
            return viewer.close(UNSUPPORTED, "VNC speaks in binary messages")
        if not line.send(message):
            return None
        GATEWAY.socketio.sleep(0)
    return None


def _may_pass(session_id: str, person_id: str) -> bool:
    """The question before each chunk; while the technician's own connection is being made anew, the bytes wait."""
    deadline = clock.monotonic() + RETURN_PATIENCE
    while (answer := service.may_pass(session_id, person_id)) is None and clock.monotonic() < deadline:
        GATEWAY.socketio.sleep(0.1)
    return bool(answer)


def sweep() -> None:
    """Once a second: end what may not be any more, call whom technicians wait for."""
    turn = next(_turns)
    for line in LINES.all():
        _look_at(line, turn)
    for session_id in service.hopeful():
        GATEWAY.socketio.start_background_task(service.try_direct, session_id)


def _look_at(line: Line, turn: int) -> None:
    answer = service.may_pass(line.session_id, line.viewer_id)
    is_parked = line.viewer is None
    if (answer is False and not is_parked) or (
            is_parked and line.kind == DIRECT and clock.monotonic() - line.since > UNSEEN_SECONDS):
        line.refuse()
    elif answer is None and turn % SWEEPS_TO_OVER == 0 and service.is_over(line.session_id):
        line.close()
    elif turn % SWEEPS_TO_ALIVE == 0:
        service.keep_alive(line)
