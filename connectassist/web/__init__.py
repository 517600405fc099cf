"""The pages. A view renders a frame; what it shows arrives as JSON from /api, so that pages and clients agree."""

from connectassist.web import bridge, cases, codes, dashboard, devices, docs, portal, sessions, signin  # noqa: F401  (they add their views)
from connectassist.web.frame import blueprint

__all__ = ["blueprint"]
