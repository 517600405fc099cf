"""The links of the top bar: which there are, and who sees them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectassist.identity.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Link:
    """One link of the bar; `current` when the page belongs below it. What `is_rare` stands under "More"."""

    href: str
    label: str
    icon: str
    is_rare: bool = False
    current: bool = False


_STAFF_LINKS = (
    Link(href="/dashboard", label="Dashboard", icon="layout-dashboard"),
    Link(href="/codes", label="Support codes", icon="dialpad"),
    Link(href="/devices", label="Devices", icon="device-desktop"),
    Link(href="/tickets", label="Tickets", icon="ticket"),
    Link(href="/alerts", label="Alerts", icon="alert-triangle"),
    Link(href="/clients", label="Clients", icon="building"),
    Link(href="/sessions", label="Sessions", icon="screen-share"),
    Link(href="/cases", label="Cases", icon="file-text"),
    Link(href="/commands", label="Commands", icon="clipboard-list", is_rare=True),
    Link(href="/faq", label="FAQ", icon="help-circle", is_rare=True),
    Link(href="/analytics", label="Analytics", icon="chart-line", is_rare=True),
    Link(href="/statistics", label="Statistics", icon="chart-bar", is_rare=True),
    Link(href="/system", label="System", icon="server-2", is_rare=True),
)
#: Of somebody who registered, and whom no client has claimed yet.
_NEWCOMER_LINKS = (
    Link(href="/my/tickets", label="My tickets", icon="ticket"),
    Link(href="/", label="Get help", icon="headset"),
)
_CUSTOMER_LINKS = (
    Link(href="/my/devices", label="My devices", icon="device-desktop"),
    Link(href="/my/tickets", label="My tickets", icon="ticket"),
    Link(href="/my/add-device", label="Add a device", icon="plus"),
    Link(href="/my/sessions", label="History", icon="history"),
    Link(href="/", label="Get help", icon="headset"),
)


def navigation_for(person: Principal, *, path: str) -> list[Link]:
    """List the links for `person`, marking the one that `path` belongs to."""
    links = _STAFF_LINKS if person.is_staff else _CUSTOMER_LINKS if person.is_customer else _NEWCOMER_LINKS
    return [replace(each, current=_is_below(path, each.href)) for each in links]


def _is_below(path: str, href: str) -> bool:
    return path == href or path.startswith(href + "/")
