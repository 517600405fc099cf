"""The shapes of a client's data."""

from __future__ import annotations

from marshmallow import Schema, fields

from connectassist.http.openapi import Body


class OutlookView(Schema):
    """How much is kept of a client."""

    success = fields.Boolean()
    client_id = fields.Integer()
    name = fields.String()
    rows = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"description": "By table."})
    files = fields.Integer()
    bytes = fields.Integer(metadata={"description": "Of the files."})


class Erasing(Body):
    """What `POST /api/clients/<client_id>/erase` takes."""

    name = fields.String(required=True, metadata={"description": "The client's name, as a sign that it is meant."})
    keep_log = fields.Boolean(load_default=False, metadata={"description": "Keep who did what for the client."})


class ErasedView(Schema):
    """What went, by table."""

    success = fields.Boolean()
    erased = fields.Dict(keys=fields.String(), values=fields.Integer())
