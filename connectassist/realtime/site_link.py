"""Whether a page hears of everything: while its process is cut off from the others of the site, people and devices that
are connected elsewhere may be missing from it. Staff's pages say so, and fetch their data anew when that is over.

They do the same when it was another process that was cut off: what happened there was not told here."""

from __future__ import annotations

from connectassist.realtime.bus import BUS
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import A_MOMENT

LINK = GATEWAY.events.sends("site-link", to="staff", fields="whole",
                            doc="Whether the server's processes hear each other. With `whole` again, after it was not "
                                "or something was missed, fetch your data anew.")


def _changed(is_cut: bool) -> None:
    if BUS.is_partial or not is_cut:
        _tell_staff()


def _missed(peer: str) -> None:
    _tell_staff()


def _tell_staff() -> None:
    for connection in list(GATEWAY.connections.values()):
        if connection.principal.is_staff:
            GATEWAY.to_socket(connection.socket_id, LINK, {"whole": not BUS.is_partial})


def _came(connection: Connection) -> None:
    """A page that is opened meanwhile learns it too, once it surely knows that it is connected."""
    if BUS.is_partial and connection.principal.is_staff:
        BUS.later(_welcome, connection.socket_id)


def _welcome(socket_id: str) -> None:
    BUS.sleep(A_MOMENT)
    if BUS.is_partial and socket_id in GATEWAY.connections:
        GATEWAY.to_socket(socket_id, LINK, {"whole": False})


BUS.on_change.append(_changed)
BUS.on_missed.append(_missed)
GATEWAY.on_connect.append(_came)
