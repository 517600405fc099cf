"""The answers of /api/devices as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class DeviceView(Shape):
    id = fields.Integer()
    device_id = fields.String()
    client_id = fields.Integer()
    display_name = fields.String(allow_none=True)
    hostname = fields.String(allow_none=True)
    os = fields.String(allow_none=True)
    platform = fields.String(allow_none=True)
    arch = fields.String(allow_none=True)
    customer_name = fields.String(allow_none=True)
    machine_name = fields.String(allow_none=True)
    location = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    suspended = fields.Boolean()
    status = fields.String()
    online = fields.Boolean()
    last_seen = fields.DateTime(allow_none=True)
    last_ip = fields.String(allow_none=True)
    allow_unattended = fields.Boolean()
    permanent_password = fields.String(allow_none=True)
    pending_session_id = fields.String(allow_none=True)
    created_at = fields.DateTime()
    updated_at = fields.DateTime()


class DeviceDetailView(DeviceView):
    cpu_model = fields.String(allow_none=True)
    total_ram_gb = fields.Float(allow_none=True)
    total_disk_gb = fields.Float(allow_none=True)
    processor_count = fields.Integer(allow_none=True)
    health_score = fields.Integer(allow_none=True)
    health_reasons = fields.List(fields.Dict())
    examined_at = fields.DateTime(allow_none=True)


class DeviceListView(Shape):
    success = fields.Boolean()
    devices = fields.List(fields.Nested(DeviceView))
    total = fields.Integer()


class DeviceAnswerView(Shape):
    success = fields.Boolean()
    device = fields.Nested(DeviceView)


class RegisteredDeviceView(DeviceAnswerView):
    deviceSecret = fields.String()


class PendingView(Shape):
    pending = fields.Boolean()
    sessionId = fields.String()


class ConnectionView(Shape):
    device_id = fields.String()
    password = fields.String(allow_none=True)
    server = fields.String()
    connection_type = fields.String()
    session_id = fields.String()
    session_url = fields.String()


class ConnectView(Shape):
    success = fields.Boolean()
    connection_info = fields.Nested(ConnectionView)


class CustomerDeviceRow(Shape):
    id = fields.String()
    name = fields.String()
    status = fields.String()
    lastSeen = fields.DateTime(allow_none=True)
    location = fields.String()
    metrics = fields.Raw()
    pendingCommands = fields.Integer()
    suspended = fields.Boolean()


class CustomerDeviceListView(Shape):
    devices = fields.List(fields.Nested(CustomerDeviceRow))
    total = fields.Integer()


class CustomerDeviceStatus(Shape):
    id = fields.String()
    status = fields.String()
    lastHeartbeat = fields.DateTime(allow_none=True)
    metrics = fields.Raw()
    diagnostics = fields.Raw()
    activeSession = fields.String()
    pendingCommands = fields.Integer()
    suspended = fields.Boolean()


class CustomerDeviceView(Shape):
    device = fields.Nested(CustomerDeviceStatus)
