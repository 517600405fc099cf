"""Bodies and answers of approvals as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.http.openapi import Body, Shape, YesOrNo


class Decision(Body):
    approved = YesOrNo(required=True)
    reason = fields.String(load_default="", allow_none=True, validate=validate.Length(0, 500))


class Where(Body):
    device_id = fields.String(load_default="", data_key="deviceId", validate=validate.Length(0, 120))
    session_id = fields.String(load_default="", data_key="sessionId", validate=validate.Length(0, 40))


class ApprovalView(Shape):
    id = fields.String()
    type = fields.String()
    parameters = fields.Raw()
    status = fields.String()
    deviceId = fields.String()
    deviceName = fields.String()
    sessionId = fields.String(allow_none=True)
    why = fields.String()
    requestedBy = fields.String()
    createdAt = fields.DateTime()
    decidedBy = fields.String(allow_none=True)
    decidedAt = fields.DateTime(allow_none=True)
    decisionReason = fields.String(allow_none=True)


class ApprovalAnswer(Shape):
    approval = fields.Nested(ApprovalView)


class ApprovalListAnswer(Shape):
    approvals = fields.List(fields.Nested(ApprovalView))
    total = fields.Integer()
