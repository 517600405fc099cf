"""Limits of lists: every list has one."""

from __future__ import annotations

from marshmallow import fields, validate

from connectassist.http.openapi import Body

LARGEST = 500


class Page(Body):
    """`limit` and `offset` of a list."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, LARGEST))
    offset = fields.Integer(load_default=0, validate=validate.Range(0, 10_000_000))
