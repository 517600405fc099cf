"""Socket.IO packets that can't grow without end.

The library lets a packet announce ten thousand million binary parts and keeps all that come until the last one is
there: anybody who may connect, and that is anybody, could fill the memory that way.
"""

from __future__ import annotations

from typing import Any

from socketio.packet import Packet

MOST_PARTS = 16


def bounded(largest: int) -> type[Packet]:
    """The library's packet, of at most 16 binary parts with `largest` bytes in all."""
    class Bounded(Packet):
        """What is too large raises ValueError, as any other broken packet does; its parts are let go."""

        def decode(self, encoded_packet: str | bytes) -> int:
            count = super().decode(encoded_packet)
            if count and count > MOST_PARTS:
                raise ValueError("too many attachments")
            return count

        def add_attachment(self, attachment: Any) -> bool:
            if len(attachment) + sum(map(len, self.attachments)) > largest:
                self.attachments.clear()
                raise ValueError("the attachments are too large")
            return super().add_attachment(attachment)

    return Bounded
