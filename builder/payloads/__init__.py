"""Payloads: the helper built once per platform, the same bytes for every customer.

`load` is what stamping needs of them; `python -m builder.payloads` builds them.
"""

from builder.payloads.index import FOLDER, KINDS, PLATFORMS, RESERVED, SCRIPTS, TEMPLATES, Payload, available, load

__all__ = ["FOLDER", "KINDS", "PLATFORMS", "RESERVED", "SCRIPTS", "TEMPLATES", "Payload", "available", "load"]
