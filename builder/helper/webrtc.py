"""Where the WebRTC library's defaults do not fit a remote screen: set once, in this one place."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import aioice.ice
import aiortc.codecs.h264
import aiortc.codecs.vpx
import aiortc.rtp
from aiortc import RTCConfiguration, RTCIceServer, RTCIceTransportPolicy, RTCPeerConnection, RTCRtpSender
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RtcpPsfbPacket,
    RtcpRrPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)

PLAYOUT_DELAY = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
_PLAYOUT_ID = 5


def tune() -> None:
    """Prepare the library: loopback candidates, quick loss detection, no waiting in the viewer's jitter buffer."""
    if getattr(aioice.ice, "_helper_tuned", False):
        return
    aioice.ice._helper_tuned = True
    # A lost peer is noticed after some 8 seconds instead of 30.
    aioice.ice.CONSENT_INTERVAL, aioice.ice.CONSENT_FAILURES = 2, 4
    # A STUN or TURN server that is silent holds the offer up by 3 seconds instead of 5.
    aioice.ice.Connection.get_component_candidates.__defaults__ = (3,)
    _offer_loopback()
    _ask_for_no_delay()


def _offer_loopback() -> None:
    """Let a browser on this very machine connect even where only 127.0.0.1 exists."""
    found = aioice.ice.get_host_addresses

    def addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        others = found(use_ipv4, use_ipv6)
        return [*others, "127.0.0.1"] if use_ipv4 and "127.0.0.1" not in others else others

    aioice.ice.get_host_addresses = addresses


def _ask_for_no_delay() -> None:
    """Offer the playout-delay header extension with 0 to 0 ms: show every frame as soon as it is decoded."""
    HEADER_EXTENSIONS["video"].append(RTCRtpHeaderExtensionParameters(id=_PLAYOUT_ID, uri=PLAYOUT_DELAY))
    extensions = aiortc.rtp.HeaderExtensionsMap
    configure, write = extensions.configure, extensions.set

    def configure_too(self: Any, parameters: Any) -> None:
        configure(self, parameters)
        self.playout_id = next((e.id for e in parameters.headerExtensions if e.uri == PLAYOUT_DELAY), 0)

    def write_too(self: Any, values: Any) -> tuple[int, bytes]:
        profile, block = write(self, values)
        ident = getattr(self, "playout_id", 0)
        if not ident or values.abs_send_time is None:
            return profile, block
        known = aiortc.rtp.unpack_header_extensions(profile, block)
        return aiortc.rtp.pack_header_extensions([*known, (ident, b"\x00\x00\x00")])

    extensions.configure, extensions.set = configure_too, write_too


def connection(ice_servers: list[dict[str, Any]], *, relay_only: bool = False) -> RTCPeerConnection:
    """Make a peer connection with the servers that the session names; with none, gathering takes no time."""
    servers = []
    for server in ice_servers:
        with contextlib.suppress(KeyError, TypeError, ValueError):
            servers.append(RTCIceServer(
                urls=server["urls"], username=server.get("username"), credential=server.get("credential")
            ))
    policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
    return RTCPeerConnection(RTCConfiguration(iceServers=servers, iceTransportPolicy=policy))


def lacks_relay(pc: RTCPeerConnection, ice_servers: list[dict[str, Any]]) -> bool:
    """Say whether a relay was named and gave this connection no way."""
    named = any(str(server.get("urls")).startswith("turn") for server in ice_servers)
    return named and " typ relay" not in pc.localDescription.sdp


def listen(sender: RTCRtpSender, *, on_key: Callable[[], None], on_limit: Callable[[float, float], None]) -> None:
    """Hear what the viewer reports: lost pictures, and (bits per second, fraction lost) of the network."""
    own = sender._handle_rtcp_packet
    estimate = [0.0]

    async def heard(packet: Any) -> None:
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            on_key()
            return
        if isinstance(packet, RtcpPsfbPacket) and packet.fmt == RTCP_PSFB_APP:
            with contextlib.suppress(ValueError):
                estimate[0] = float(unpack_remb_fci(packet.fci)[0])
        if isinstance(packet, (RtcpRrPacket, RtcpSrPacket)):
            lost = max((r.fraction_lost / 256 for r in packet.reports if r.ssrc == sender._ssrc), default=0.0)
            on_limit(estimate[0], lost)
        await own(packet)

    sender._handle_rtcp_packet = heard
