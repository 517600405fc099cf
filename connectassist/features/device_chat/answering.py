"""The assistant's turn to speak: the question with what it may know of the device, and what is done with its answer."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.assistant import service as assistant
from connectassist.features.assistant.service import Answer, Finding, Question
from connectassist.features.device_chat import modes, news, queries, service
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.queries import AI
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics import queries as diagnostics
from connectassist.realtime.gateway import GATEWAY

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

log = logging.getLogger(__name__)
BUSY = ("So many people are writing to me at this moment that I cannot answer you soon. Our technicians can read your "
        "message; please write again in a few minutes if you would rather hear from me.")
APOLOGY = "I am sorry, something went wrong on my side. Please try again in a minute."
REMEMBERED = 12
#: How long staff wait to see a question together with its answer, in seconds.
PATIENCE = 2.0
#: What the assistant is told of a machine: what it is, not whose it is or where.
FACTS = ("os_name", "os_display_version", "os_edition", "os_architecture", "cpu_model", "total_ram_gb", "total_disk_gb",
         "form_factor", "device_manufacturer", "device_model")


class Turn:
    """One message of a device's user that waits for its answer. Staff see it within two seconds, alone or with it."""

    def __init__(self, message: DeviceMessage) -> None:
        self.device_id, self.message_id, self._is_told = message.device_id, message.id, False

    def tell_staff(self, answer: DeviceMessage | None = None) -> None:
        """Tell staff what was asked, unless they know, and what was answered."""
        message, device = db.session.get(DeviceMessage, self.message_id), devices.by_id(self.device_id)
        if message is None or device is None:
            return
        if not self._is_told:
            self._is_told = True
            news.tell_staff(device.client_id, message, answer=answer)
        elif answer is not None:
            news.tell_staff(device.client_id, answer)

    def tell_in_time(self) -> None:
        """Do that soon, whatever the model does."""
        GATEWAY.socketio.sleep(PATIENCE)
        if not self._is_told:
            with GATEWAY.database():
                self.tell_staff()


def in_turn(message: DeviceMessage) -> None:
    """Have the assistant answer a message when its turn comes."""
    turn = Turn(message)
    if not assistant.in_turn(message.device_id, partial(_take, turn)):
        news.refuse(message.device_id, BUSY)
        return turn.tell_staff()
    if not assistant.answers_at_once():
        GATEWAY.socketio.start_background_task(turn.tell_in_time)


def _take(turn: Turn) -> None:
    question = _question(turn)
    said = _answered(question) if question is not None else None
    device = devices.by_id(turn.device_id)
    if device is None:
        return
    if said is None or modes.mode_of(device) != modes.ENABLED:  # a technician has come in meanwhile
        return turn.tell_staff()
    message = service.keep(turn.device_id, sender=AI, content=said.text, action=said.action)
    news.tell_person(message)
    turn.tell_staff(message)


def _answered(question: Question) -> Answer:
    try:
        return assistant.answer(question)
    except Exception:
        log.exception("the assistant failed")
        return Answer(text=APOLOGY)
    finally:
        db.session.rollback()  # minutes may have gone by: look at everything anew


def _question(turn: Turn) -> Question | None:
    """None when the device is gone or a person answers it now."""
    device = devices.by_id(turn.device_id)
    if device is None or modes.mode_of(device) != modes.ENABLED:
        return None
    before = [m for m in queries.latest(turn.device_id, limit=REMEMBERED * 2, after=device.chat_context_id)
              if m.id <= turn.message_id or m.sender == AI]
    asked = next((m for m in before if m.id == turn.message_id), None)
    if asked is None:
        return None
    said = [m for m in before if m is not asked][-REMEMBERED:]
    return Question(client_id=device.client_id, text=asked.content, said=tuple((m.sender, m.content) for m in said),
                    facts=_facts(device), findings=_findings(turn.device_id),
                    proposed=tuple(m.details for m in said if m.sender == AI and m.details))


def _facts(device: Device) -> dict[str, str]:
    told = device.details if isinstance(device.details, dict) else {}
    facts = {"os": device.os, "architecture": device.arch, **{name: told.get(name) for name in FACTS}}
    return {name: str(value)[:120] for name, value in facts.items() if value is not None}


def _findings(device_id: str) -> tuple[Finding, ...]:
    return tuple(Finding(check_type=found.check_type, status=found.status, label=found.label, value=found.value,
                         is_available=found.results.get("available") is not False,
                         minutes_ago=clock.seconds_between(found.created_at, clock.now()) // 60)
                 for found in diagnostics.newest_by_check(device_id).values())
