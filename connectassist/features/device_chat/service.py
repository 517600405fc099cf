"""The chat with a device's user: what is said is kept and passed on; the assistant answers, or a person does."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import EventRefused, RateLimited, ValidationFailed
from connectassist.features.assistant import service as assistant
from connectassist.features.device_chat import modes, news, pausing, queries
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.queries import STAFF, SYSTEM, TEXT, USER
from connectassist.features.devices import queries as devices
from connectassist.http import limits
from connectassist.http.guard import limiter
from connectassist.identity.principal import Principal
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

LONGEST = 10_000
PAUSE = timedelta(minutes=5)
NOTICE_HOLDS = timedelta(hours=12)
TOO_LONG = f"That message is too long for me: at most {LONGEST:,} characters, please."
TOO_MANY = "You are writing faster than I can read. Please wait a minute, then write again."
NOTICE = "A person answers you here now instead of me: our technicians have been told of your message."


def hear(device_id: str, said: Any) -> DeviceMessage | None:
    """The person at a device wrote something. What is no text is passed over, what is too long or too much refused
    politely; all else is kept. Returns the message if the assistant is to answer it."""
    text = foreign.lines(said).strip() if isinstance(said, str) and len(said) <= LONGEST else ""
    device = devices.by_id(device_id)
    if device is None or not (text or (isinstance(said, str) and len(said) > LONGEST)):
        return None
    try:
        limiter().spend(limits.DEVICE_CHAT, "device chat", device_id)
    except RateLimited:
        return news.refuse(device_id, TOO_MANY)
    if not text:
        return news.refuse(device_id, TOO_LONG)
    message = keep(device_id, sender=USER, content=text)
    if modes.mode_of(device) == modes.ENABLED:
        return message
    return _for_a_person(device, message)


def _for_a_person(device: Device, message: DeviceMessage) -> None:
    """Staff are told; so is the user that they were, once in a while."""
    told = queries.last_notice(device.device_id)
    news.tell_staff(device.client_id, message)
    if told is None or told < clock.now() - NOTICE_HOLDS:
        news.tell_person(keep(device.device_id, sender=SYSTEM, content=NOTICE), ai_disabled=True)


def keep(device_id: str, *, sender: str, content: str, sender_name: str | None = None,
         action: dict[str, Any] | None = None) -> DeviceMessage:
    """Write down what was said."""
    message = DeviceMessage(device_id=device_id, sender=sender, content=content, sender_name=sender_name,
                            message_type=action["type"] if action else TEXT, details=action)
    db.session.add(message)
    db.session.commit()
    return message


def write(device_id: str, content: Any, *, by: Principal) -> DeviceMessage:
    """A technician writes to the device's user, there or not; the assistant is silent for the next five minutes.
    Raises DeviceNotFound, EventRefused."""
    device = devices.visible_to(by, device_id)
    text = foreign.lines(content).strip() if isinstance(content, str) else ""
    if not text or len(text) > LONGEST:
        raise EventRefused(f"A message needs text, at most {LONGEST:,} characters")
    message = keep(device_id, sender=STAFF, content=text, sender_name=foreign.text(by.name, 120))
    _switch(device, _at_least_paused(device), by)
    mark_read(device_id, by=by)
    news.tell_person(message)
    news.tell_staff(device.client_id, message)
    news.tell_mode(device)
    return message


def _at_least_paused(device: Device) -> str:
    return modes.PERMANENT if device.ai_mode == modes.PERMANENT else modes.TEMPORARY


def set_mode(device_id: str, mode: Any, *, by: Principal) -> Device:
    """A technician switches the assistant of a device on, off, or off for five minutes.
    Raises DeviceNotFound, ValidationFailed."""
    device = devices.visible_to(by, device_id)
    if mode not in modes.MODES:
        raise ValidationFailed(f"mode must be one of {', '.join(modes.MODES)}")
    audit.record(by, "assistant.mode", f"The assistant of {device_id} was set to {mode}", client_id=device.client_id,
                 device_id=device_id)
    _switch(device, mode, by)
    news.tell_mode(device)
    return device


def _switch(device: Device, mode: str, by: Principal) -> None:
    is_on, is_pause = mode == modes.ENABLED, mode == modes.TEMPORARY
    device.ai_mode = None if is_on else mode
    device.ai_mode_by = None if is_on else foreign.text(by.name, 120)
    device.ai_resumes_at = clock.now() + PAUSE if is_pause else None
    db.session.commit()
    if is_pause:
        pausing.later(device.device_id, PAUSE.total_seconds(), resume)


def resume(device_id: str) -> float | None:
    """End a pause that is over. Returns how many seconds one still has, or None when there is none to end."""
    device = devices.by_id(device_id)
    if device is None or device.ai_mode != modes.TEMPORARY:
        return None
    if modes.mode_of(device) == modes.TEMPORARY and device.ai_resumes_at:
        return (device.ai_resumes_at - clock.now()).total_seconds()
    device.ai_mode = device.ai_mode_by = device.ai_resumes_at = None
    db.session.commit()
    news.tell_mode(device)
    return None


def clear_context(device_id: str) -> None:
    """The person at a device starts anew with the assistant: it looks at nothing from before, nor can a proposal from
    before be taken up. Staff still see it all."""
    device = devices.by_id(device_id)
    if device is not None:
        device.chat_context_id = queries.newest_id(device_id)
        db.session.commit()


def spend(message: DeviceMessage, *, client_id: int, by: Principal) -> bool:
    """Take a proposal up, if nobody has: of many at once, one."""
    name = "the person at the device" if by.device_id else foreign.text(by.name, 120)
    taken = db.session.execute(update(DeviceMessage).where(
        DeviceMessage.id == message.id, DeviceMessage.accepted_at.is_(None)).values(
        accepted_at=clock.now(), accepted_by=name))
    audit.record(by, "assistant.accept", f"{name} took up the assistant's proposal {message.id}",
                 client_id=client_id, device_id=message.device_id, proposal=assistant.described(message.details))
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        db.session.rollback()
        return False
    db.session.commit()
    return True


def give_back(message: DeviceMessage) -> None:
    """Nothing came of a proposal that was taken up: it may be taken up again."""
    db.session.rollback()
    message.accepted_at = message.accepted_by = None
    db.session.commit()


def mark_read(device_id: str, *, by: Principal) -> None:
    """Somebody who can act has seen what the device's user wrote; a viewer's look leaves it unread for the others.
    Raises DeviceNotFound."""
    device = devices.visible_to(by, device_id)
    newest = queries.newest_id(device_id)
    if by.is_technician and device.chat_read_id < newest:
        device.chat_read_id = newest
        db.session.commit()


prune = Rule("messages in devices' chats", "device_chat_days", DeviceMessage.id, queries.older_than)
