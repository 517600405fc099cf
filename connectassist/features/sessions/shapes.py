"""The answers of /api/sessions as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class SessionRowView(Shape):
    """A session as the list shows it."""

    id = fields.Integer()
    session_id = fields.String()
    type = fields.String()
    status = fields.String()
    technician_id = fields.Integer(allow_none=True)
    technician_name = fields.String()
    device_id = fields.String(allow_none=True)
    customer_name = fields.String(allow_none=True)
    machine_name = fields.String(allow_none=True)
    rights = fields.List(fields.String())
    admitted = fields.List(fields.Integer())
    allow_unattended = fields.Boolean()
    client_info = fields.Dict(allow_none=True)
    helper_connected = fields.Boolean()
    active_technicians = fields.Integer()
    viewing_technicians = fields.Integer()
    billable_seconds = fields.Integer()
    created_at = fields.DateTime()
    connected_at = fields.DateTime(allow_none=True)
    expires_at = fields.DateTime()
    ended_at = fields.DateTime(allow_none=True)


class SessionCountsView(Shape):
    """How many sessions there are of each state."""

    connected = fields.Integer()
    waiting = fields.Integer()
    ended = fields.Integer()


class SessionListView(Shape):
    sessions = fields.List(fields.Nested(SessionRowView))
    counts = fields.Nested(SessionCountsView)


class InvitationView(Shape):
    """A colleague's call into a session."""

    invitationId = fields.String()
    sessionId = fields.String()
    kind = fields.String()
    fromName = fields.String()
    note = fields.String()
    customerName = fields.String(allow_none=True)
    rights = fields.List(fields.String())
    secondsLeft = fields.Integer()


class InvitationListView(Shape):
    invitations = fields.List(fields.Nested(InvitationView))


class InvitedView(Shape):
    success = fields.Boolean()
    invitationId = fields.String()
    technicianName = fields.String()
    secondsLeft = fields.Integer()


class ColleagueView(Shape):
    """A technician who could help; `admitted` by the customer already or not."""

    id = fields.Integer()
    name = fields.String()
    online = fields.Boolean()
    inSession = fields.Boolean()
    admitted = fields.Boolean()


class ColleagueListView(Shape):
    colleagues = fields.List(fields.Nested(ColleagueView))


class SessionView(Shape):
    """A session as its own people see it; what is unset is absent."""

    sessionId = fields.String()
    status = fields.String()
    technicianId = fields.Integer()
    technicianName = fields.String()
    deviceId = fields.String()
    allowUnattended = fields.Boolean()
    rights = fields.List(fields.String())
    clientInfo = fields.Dict()
    createdAt = fields.DateTime()
    expiresAt = fields.DateTime()
    connectedAt = fields.DateTime()
    endedAt = fields.DateTime()


class OpenedSessionView(Shape):
    success = fields.Boolean()
    sessionId = fields.String()
    link = fields.String()
    expiresAt = fields.DateTime()


class AssignedSessionView(OpenedSessionView):
    existing = fields.Boolean()
    fromInviteLink = fields.Boolean()
    fromPending = fields.Boolean()
    deviceSecret = fields.String()


class ConsentAnswerView(Shape):
    success = fields.Boolean()
    approved = fields.Boolean()
    autoApproved = fields.Boolean()
    rights = fields.List(fields.String())
    reason = fields.String()


class TimelineLineView(Shape):
    at = fields.DateTime()
    kind = fields.String()
    who = fields.String()
    rights = fields.List(fields.String())
    text = fields.String()


class TimelineView(Shape):
    timeline = fields.List(fields.Nested(TimelineLineView))
