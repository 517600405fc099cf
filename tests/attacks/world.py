"""A desk with one of everything in it, all of client A, and how each route is called well."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import Select, func, select

from connectassist.core import clock, ids
from connectassist.core.db import Base, db
from connectassist.features.alerts.models import Alert
from connectassist.features.diagnostics import arriving
from connectassist.features.diagnostics import service as diagnostics
from connectassist.features.enrollment import service as enrollment
from connectassist.features.faq import service as faq
from connectassist.features.faq.models import FaqProposal
from connectassist.features.metrics.models import SystemAlert
from connectassist.features.remediations.models import Remediation
from connectassist.identity import principal
from connectassist.identity.models import CUSTOMER, TECHNICIAN, StaffClient, User
from tests.cast import ACME, Caller
from tests.features.sittings import allow, open_session

#: Tables that may grow when a call is refused: refusals are audited.
GROWING = {"audit_entries", "logins"}


@dataclass(frozen=True)
class World:
    """The ids of what there is, by the name of the path's parameter."""

    session_id: str
    device_id: str
    case_id: str
    file_id: str
    code: str
    name: str
    recording_id: str
    ticket_id: str
    ticket_file_id: str
    token_id: str
    token: str
    note_id: str
    client_note_id: str
    user_id: str
    alert_id: str
    request_id: str
    call_id: str
    entry_id: str
    proposal_id: str
    provision_id: str
    command_id: str
    work_id: str
    customer_id: str
    client_id: str = str(ACME)
    field_name: str = "Asset"
    filename: str = "css/app.css"
    number: str = "0"
    link: str = "ab1cd"

    def path(self, rule: str) -> str:
        """A rule's address for the things of this world."""
        known = vars(self) | ({"note_id": self.client_note_id} if rule.startswith("/api/clients/") else {})
        if rule.startswith("/api/tickets/"):
            known = known | {"file_id": self.ticket_file_id}
        if rule.startswith("/api/admin/customers/"):
            known = known | {"user_id": self.customer_id}
        if rule.startswith(("/api/v1/customer/sessions/", "/api/device-sessions/", "/my/sessions/")):
            known = known | {"session_id": self.work_id}
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: known.get(found[1], found[0]), rule)


def build(app: Flask, *, technician: Caller, device: Caller) -> World:
    """Make a code with its package, a session that allows everything, a file in it, and its case."""
    made = technician.post("/api/support-codes", json={"customer_name": "John Smith", "notes": "private"}).json
    session_id = open_session(device)
    allow(app, session_id, "view", "control", "clipboard", "files", "commands", "recording")
    recording = technician.post(f"/api/sessions/{session_id}/recordings").json["recording"]
    sent = device.post("/api/files/upload", data={"sessionId": session_id, "direction": "user-to-technician",
                                                  "file": (BytesIO(b"hello"), "a.txt")})
    case = technician.post("/api/cases", json={"sessionId": session_id, "description": "secret of A"}).json["case"]
    ticket = technician.post("/api/tickets", json={"device_id": device.device_id, "title": "secret of A"}).json
    attached = technician.post(f"/api/tickets/{ticket['id']}/attachments", data={"file": (BytesIO(b"hello"), "a.txt")})
    call_id = str(uuid4())
    device.post(f"/api/devices/{device.device_id}/help", json={"request_id": call_id, "problem": "secret of A"})
    return World(session_id=session_id, call_id=call_id, device_id=device.device_id, case_id=case["id"],
                 file_id=sent.json["fileId"], code=made["support_code"], name=made["download_url"].rpartition("/")[2],
                 recording_id=recording["id"], ticket_id=str(ticket["id"]), ticket_file_id=attached.json["id"],
                 **_link(app), **_known(app, technician),
                 user_id=_colleague(app), provision_id=_announced(technician),
                 work_id=_at_work(technician, device.device_id), customer_id=_customer(app),
                 command_id=_queued(technician, device.device_id),
                 **_written(technician, device.device_id), **_examined(app, device.device_id))


def _known(app: Flask, technician: Caller) -> dict[str, str]:
    """An entry of client A's knowledge base, what a ticket of theirs proposes, and something that was asked."""
    entry = technician.post("/api/chatbot/faqs", json={"question": "secret of A?", "answer": "private",
                                                       "category": "Ours", "client_id": ACME}).json
    technician.post("/api/chatbot/chat", json={"message": "secret of A?"})
    with app.app_context():
        faq.propose(source="ticket", source_id=ids.handle(), client_id=ACME, question="secret of A", answer="private")
        return {"entry_id": str(entry["id"]), "proposal_id": str(db.session.scalar(select(func.max(FaqProposal.id))))}


def _colleague(app: Flask) -> str:
    """A member of client A's staff who calls nobody."""
    with app.app_context():
        user = User(username=f"colleague-{ids.secret()[:8]}", role=TECHNICIAN, full_name="Conny Acme",
                    assignments=[StaffClient(client_id=ACME)])
        db.session.add(user)
        db.session.commit()
        return str(user.id)


def _written(technician: Caller, device_id: str) -> dict[str, str]:
    """A note and a field of the device and of its client."""
    found = {}
    for name, about in (("note_id", f"/api/devices/{device_id}"), ("client_note_id", f"/api/clients/{ACME}")):
        found[name] = str(technician.post(f"{about}/notes", json={"content": "secret of A"}).json["id"])
        technician.put(f"{about}/custom-fields", json={"fields": {"Asset": "secret of A"}})
    return found


def _examined(app: Flask, device_id: str) -> dict[str, str]:
    """A bad result with its alert, and a remediation that was asked for."""
    said = {"checkType": "disk", "status": "error", "label": "secret of A", "results": {"text": "secret of A"}}
    with app.app_context():
        diagnostics.keep([arriving.read(device_id, said)])
        asked = Remediation(request_id=f"rem-{ids.secret()}", device_id=device_id, action_id="flush_dns",
                            asked_by="Tina Acme", message="secret of A")
        db.session.add(asked)
        db.session.commit()
        alert = db.session.scalars(select(Alert).where(Alert.device_id == device_id)).first()
        assert alert
        db.session.merge(SystemAlert(id=alert.id, metric="cpu", severity="warning", title="The processor is busy",
                                     value=90.0, threshold=85.0, opened_at=clock.now()))
        db.session.commit()
        return {"alert_id": str(alert.id), "request_id": asked.request_id}


def _announced(technician: Caller) -> str:
    """A device of client A that is expected."""
    answer = technician.post("/api/devices/provision", json={
        "clientId": ACME, "deviceId": f"expected-{ids.secret()[:8]}", "name": "secret of A"})
    return str(answer.json["provision"]["id"])


def _customer(app: Flask) -> str:
    """Somebody of client A who calls nobody."""
    with app.app_context():
        user = User(username=f"person-{ids.secret()[:8]}", role=CUSTOMER, full_name="Pat Acme", client_id=ACME)
        db.session.add(user)
        db.session.commit()
        return str(user.id)


def _at_work(technician: Caller, device_id: str) -> str:
    """A remediation session of the device."""
    for left in technician.get(f"/api/device-sessions?status=active&deviceId={device_id}").json["sessions"]:
        technician.post(f"/api/device-sessions/{left['id']}/end")
    answer = technician.post(f"/api/devices/{device_id}/sessions", json={
        "type": "remediation", "description": "secret of A"})
    return answer.json["session"]["id"]


def _queued(technician: Caller, device_id: str) -> str:
    """A command that waits for the customer's approval."""
    answer = technician.post(f"/api/devices/{device_id}/commands", json={
        "type": "reboot", "parameters": {"why": "secret of A"}})
    return str(answer.json["command"]["id"])


def _link(app: Flask) -> dict[str, str]:
    """A link to an installer of client A."""
    with app.test_request_context():
        made, token = enrollment.issue(ACME, by=principal.system(), purpose="link", platform="linux-x86_64")
        return {"token_id": str(made.id), "token": token}


#: What each route that takes a body is sent when all is well.
def good_body(rule: str, world: World) -> dict[str, Any]:
    """A body that the route takes."""
    return {
        "/api/admin/login": {"username": "tina", "password": "correct-horse"},
        "/api/admin/user/password": {"currentPassword": "correct-horse", "newPassword": "correct-horse"},
        "/api/admin/user/profile": {"email": None},
        "/api/admin/user/preferences": {"theme": "dark"},
        "/api/admin/users": {"username": "sue", "password": "long-enough-1", "role": "viewer"},
        "/api/admin/users/<int:user_id>": {"display_name": "Conny A."},
        "/api/clients": {"name": "Gamma"},
        "/api/clients/<int:client_id>": {"notes": "Calls on Mondays"},
        "/api/clients/<int:client_id>/users": {"user_id": 1},
        "/api/auth/local/login": {"username": "tina", "password": "correct-horse"},
        "/api/auth/local/register": {"username": "newbie", "email": "n@example.com", "password": "long-enough-1"},
        "/api/auth/login": {"username": "tina", "password": "correct-horse"},
        "/api/auth/register": {"username": f"u-{ids.secret()[:8]}", "email": f"{ids.secret()[:8]}@example.com",
                               "password": "long-enough-1"},
        "/api/bridge/<session_id>/messages": {"message": "hello"},
        "/api/cases": {"sessionId": world.session_id, "description": "It works again"},
        "/api/chat/<device_id>": {"content": "secret of A"},
        "/api/chat/<device_id>/accept": {"messageId": 1},
        "/api/connect": {"device_id": world.device_id},
        "/api/customer/installer": {"support_code": world.code},
        "/api/share": {"support_code": world.code},
        "/api/share/doors": {"support_code": world.code},
        "/api/devices/<device_id>/client": {"client_id": ACME},
        "/api/devices/<device_id>/notes": {"content": "secret of A"},
        "/api/clients/<int:client_id>/notes": {"content": "secret of A"},
        "/api/devices/<device_id>/custom-fields": {"fields": {"Asset": "1"}},
        "/api/clients/<int:client_id>/custom-fields": {"fields": {"Asset": "1"}},
        "/api/devices/<device_id>/diagnostics": {"checkType": "cpu"},
        "/api/devices/<device_id>/remediations": {"actionId": "flush_dns"},
        "/api/devices/<device_id>/commands": {"type": "check", "parameters": {"checkType": "disk"}},
        "/api/devices/<device_id>/commands/needs": {"type": "check"},
        "/api/devices/<device_id>/sessions": {"type": "diagnostic"},
        "/api/v1/customer/sessions": {"deviceId": world.device_id, "type": "diagnostic"},
        "/api/v1/customer/sessions/<session_id>/commands": {"type": "check"},
        "/api/v1/customer/sessions/<session_id>/approve": {"commandId": world.command_id, "approved": True},
        "/api/v1/customer/sessions/<session_id>/approve-command": {"commandId": world.command_id, "approved": True},
        "/api/admin/customers": {"username": "dora", "client_id": ACME},
        "/api/admin/customers/<int:user_id>": {"display_name": "Pat A."},
        "/api/admin/customers/<int:user_id>/links": {"subject": "pat", "issuer": "https://sb.example"},
        "/api/commands/redrive": {"ids": [world.command_id]},
        "/api/v1/device/commands": {"command": "work"},
        "/api/v1/dev/enqueue-command": {"deviceId": world.device_id, "command": "check"},
        "/api/v1/device/commands/<command_id>/extend": {"claimToken": "made-up", "extensionMs": 1000},
        "/api/v1/device/commands/<command_id>/result": {"claimToken": "made-up", "status": "success"},
        "/api/v1/customer/approvals/<command_id>": {"approved": True},
        "/api/devices/provision": {"clientId": ACME, "deviceId": "announced-by-staff"},
        "/api/v1/customer/devices/provision": {"deviceId": "announced-by-its-owner"},
        "/api/v1/device/register": {"deviceId": "never-announced", "activationCode": "AAAAA-AAAAA-AAAAA-AAAAA"},
        "/api/v1/device/auth": {"deviceId": world.device_id, "deviceSecret": "wrong"},
        "/api/v1/device/heartbeat": {"status": "online"},
        "/api/devices/register": {"deviceId": "another", "hostname": "PC"},
        "/api/enrollment/token": {"client_id": ACME},
        "/api/enrollment/enroll": {"token": "1.x", "deviceId": world.device_id, "hostname": "PC"},
        "/api/monitors/session/<session_id>/switch": {"monitorIndex": 0},
        "/api/sessions/<session_id>/approval": {"approved": True},
        "/api/sessions/<session_id>/invitations": {"userId": 1},
        "/api/sessions/assign": {"deviceId": "yet-another", "clientInfo": {"os": "Linux"}},
        "/api/sessions/register": {"sessionId": world.session_id, "clientInfo": {"hostname": "PC"}},
        "/api/tickets": {"device_id": world.device_id, "title": "It beeps"},
        "/api/chatbot/chat": {"message": "My printer does not print"},
        "/api/portal/chat": {"message": "My printer does not print"},
        "/api/chatbot/feedback": {"message_id": 1, "helpful": True},
        "/api/portal/chat/feedback": {"message_id": 1, "helpful": True, "session_id": "made-up"},
        "/api/chatbot/faqs": {"question": "Where is it?", "answer": "Here.", "category": "Ours"},
        "/api/chatbot/faqs/<int:entry_id>": {"answer": "There."},
        "/api/chatbot/trial": {"question": "My printer does not print"},
        "/api/tickets/manual": {"device_id": world.device_id, "title": "It beeps"},
        "/api/tickets/<int:ticket_id>": {"status": "in_progress"},
        "/api/tickets/<int:ticket_id>/comments": {"content": "Looking at it"},
        "/api/devices/<device_id>/help": {"request_id": "0c9a2f4e-1111-4222-8333-444455556666", "problem": "It beeps"},
        "/api/devices/<device_id>/help/<call_id>/checks": {"checks": [{"checkType": "memory"}]},
        "/api/support-codes": {"customer_name": "John Smith"},
        "/api/dashboard/thresholds": {"cpu": {"warning": 80, "critical": 90}},
        "/api/track-download": {"support_code": world.code},
    }.get(rule, {})


_read: dict[str, bytes] = {}


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document, which is the same of every app: written once in a process, as that takes seconds."""
    if "document" not in _read:
        _read["document"] = app.test_client().get("/openapi.json").data
    return json.loads(_read["document"])


@cache
def _counts() -> Select[Any]:
    tables = [table for table in Base.metadata.sorted_tables if table.name not in GROWING]
    return select(*[select(func.count()).select_from(table).scalar_subquery() for table in tables])


def rows(app: Flask) -> tuple[int, ...]:
    """How many rows each table has, those apart that refusals add to."""
    with app.app_context():
        found = tuple(db.session.execute(_counts()).one())
        db.session.remove()
        return found
