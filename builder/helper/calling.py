"""`--help-me`: a call for help from a command line, beside the helper that runs or without one."""

from __future__ import annotations

import asyncio

from . import integrity
from .api import Api, machine
from .board import Board
from .calls import Calls
from .errors import HelperError
from .link import http_session
from .outbox import Call, Outbox
from .settings import Settings
from .store import Store
from .ui import warn

NOT_MANAGED = "This helper belongs to a session: write to your technician in its chat."
NOT_ENROLLED = "This computer is not known to your support desk yet. Start the helper once, then call again."


def call(settings: Settings, *, problem: str, contact: str, with_checks: bool, with_screenshot: bool) -> int:
    """Open a ticket and say its number. Returns the exit status: 0 also for a call that is kept until there is a
    connection and a helper runs."""
    try:
        integrity.check(settings.package_dir)
    except HelperError as error:
        warn(str(error))
        return error.exit_status
    store = Store(settings.state_dir)
    known = store.device()
    if not settings.fleet or not known.get("deviceSecret"):
        warn(NOT_ENROLLED if settings.fleet else NOT_MANAGED)
        return 2
    picture = _picture() if with_screenshot else b""
    told = Call(problem=problem, contact=contact or machine()["username"], picture=picture, with_checks=with_checks)
    device_id = settings.device_id or store.own_id()
    return asyncio.run(_send(told, settings, Outbox(store.folder / "calls"), device_id, known["deviceSecret"]))


async def _send(told: Call, settings: Settings, outbox: Outbox, device_id: str, secret: str) -> int:
    board = Board()
    outbox.put(told)
    async with http_session() as http:
        api = Api(http, url=settings.server_url, device_id=device_id)
        api.device_secret = secret
        letter = next(each for each in outbox.all() if each["requestId"] == told.request_id)
        await Calls(api, board=board, outbox=outbox, server=settings.server_url).sent(letter)
    said = board.read().call
    assert said is not None
    warn(said.sentence)
    return 4 if said.phase == "refused" else 0


def _picture() -> bytes:
    from .screen.picture import take

    try:
        return take()
    except OSError:
        warn("No picture can be taken of this screen. Your words are sent all the same.")
        return b""
