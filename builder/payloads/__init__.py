"""Payloads: the helper built once per platform, the same bytes for every customer.

`load` is what stamping needs of them; `python -m builder.payloads` builds them.
"""

from builder.payloads.index import FOLDER, PLATFORMS, RESERVED, Payload, available, load

__all__ = ["FOLDER", "PLATFORMS", "RESERVED", "Payload", "available", "load"]
