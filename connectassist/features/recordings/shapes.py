"""The answers of the recordings' routes as the API's document shows them."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Shape


class RecordingView(Shape):
    """A recording; `videoUrl` is null while there is nothing to play."""

    id = fields.String()
    sessionId = fields.String()
    technicianId = fields.Integer()
    technicianName = fields.String()
    state = fields.String()
    reason = fields.String(allow_none=True)
    startedAt = fields.DateTime()
    endedAt = fields.DateTime(allow_none=True)
    size = fields.Integer()
    durationSeconds = fields.Integer()
    chunks = fields.Integer()
    videoUrl = fields.String(allow_none=True)


class OneView(Shape):
    recording = fields.Nested(RecordingView)


class ListView(Shape):
    recordings = fields.List(fields.Nested(RecordingView))


class StartedView(OneView):
    success = fields.Boolean()
    chunkSeconds = fields.Integer()


class StoppedView(OneView):
    success = fields.Boolean()
