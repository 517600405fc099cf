"""The shapes of /api/retention."""

from __future__ import annotations

from marshmallow import Schema, fields


class KeptView(Schema):
    """One kind of thing, how long it is kept, and how much of it is too old now."""

    what = fields.String()
    days = fields.Float(allow_none=True, metadata={"description": "None: for ever."})
    setting = fields.String(allow_none=True, metadata={"description": "Where to change it; none where nobody may."})
    waiting = fields.Integer(metadata={"description": "So many would be deleted now."})
    is_more = fields.Boolean(metadata={"description": "Counting stopped there."})


class OutlookView(Schema):
    """What `GET /api/retention` answers."""

    success = fields.Boolean()
    kept = fields.List(fields.Nested(KeptView))


class RunView(Schema):
    """What a run deleted, by what it was."""

    success = fields.Boolean()
    deleted = fields.Dict(keys=fields.String(), values=fields.Integer())
