"""The pages. A view renders a frame; what it shows arrives as JSON from /api, so that pages and clients agree."""

from connectassist.web import (  # noqa: F401  (they add their views)
    alerts,
    analytics,
    bridge,
    cases,
    checkup,
    clients,
    codes,
    commands,
    dashboard,
    devices,
    docs,
    faq,
    favicon,
    installers,
    my,
    my_tickets,
    packages,
    portal,
    sessions,
    signin,
    statistics,
    system,
    tickets,
)
from connectassist.web.frame import blueprint

__all__ = ["blueprint"]
