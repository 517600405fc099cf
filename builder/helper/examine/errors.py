"""What an examination or a tool may answer instead of data."""

from __future__ import annotations


class Unknown(ValueError):
    """There is no such check or tool."""


class Refused(Exception):
    """A tool does not do this; the sentence says why and may be shown to the technician."""


class NotAvailable(Exception):
    """This machine has no such thing, or shows it to administrators only; the sentence says which."""


class NotRun(Exception):
    """A program could not be started, or did not end in time; the sentence says which."""
