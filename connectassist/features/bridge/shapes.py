"""The bridge's queries and answers as the API's document shows them. Queries are read leniently: what is no number
counts as missing, as in contract 001's server."""

from __future__ import annotations

from marshmallow import fields

from connectassist.http.openapi import Body, Shape


class Waiting(Body):
    since = fields.String(metadata={"description": "Unix ms; only what came after it"})
    wait = fields.String(metadata={"description": "Seconds to hold the request while nothing is new, at most 25"})
    asked = fields.String(metadata={"description": "The requestId of the question that is known already"})


class WaitingForFiles(Body):
    direction = fields.String(metadata={"description": "to-customer or from-customer"})
    since = fields.String(metadata={"description": "Unix ms; only what came after it"})
    wait = fields.String(metadata={"description": "Seconds to hold the request while nothing is new, at most 25"})


class MessageView(Shape):
    id = fields.String()
    sender = fields.String()
    role = fields.String()
    message = fields.String()
    timestamp = fields.Integer(metadata={"description": "Unix ms"})


class MessagesView(Shape):
    messages = fields.List(fields.Nested(MessageView))
    rights = fields.List(fields.String())
    question = fields.Dict(metadata={"description": "The technician's open question (`connection-request`), if any"})


class SaidView(Shape):
    success = fields.Boolean()
    id = fields.String()


class FileView(Shape):
    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    direction = fields.String()
    uploadedAt = fields.Integer(metadata={"description": "Unix ms"})


class FilesView(Shape):
    files = fields.List(fields.Nested(FileView))


class SentView(Shape):
    success = fields.Boolean()
    fileId = fields.String()
    name = fields.String()
