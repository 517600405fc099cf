"""Several technicians: the helper serves whom its customer said yes to, whatever the server says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.builder.helper.conftest import Rig, RigContext
from tests.builder.helper.test_protocol import ALLOW, go


def offered_to(rig: Rig) -> set[str]:
    return {offer["targetSocketId"] for offer in rig.desk.seen["webrtc-offer"]}


def asked_about(rig: Rig) -> list[str]:
    return [each["requestId"] for each in rig.desk.seen["list-remote-dir-result"]]


async def settled(rig: Rig, mark: str) -> None:
    """Everything sent so far has been handled: events are taken in order, and this one is answered."""
    await rig.desk.emit("list-remote-dir", path="", requestId=mark)
    while mark not in asked_about(rig):
        await rig.desk.next("list-remote-dir-result")


def test_a_second_technician_needs_a_yes_of_their_own(rig: RigContext):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        await rig.allowed("view")
        await rig.desk.seat("tech-2", "Bob Smith")
        await rig.desk.emit("consent-changed", rights=["view"], by="customer", admitted=["tech-1", "tech-2"])
        await settled(rig, "first")
        assert offered_to(rig) == {"tech-1"}, "the server's word alone lets nobody in"
        answered = asyncio.ensure_future(rig.desk.next("webrtc-offer"))
        await rig.desk.emit("connection-request", requestId="q2", technicianName="Bob Smith", technicianId="tech-2",
                            rights=["view"], joins=["Tina"], reason="", timestamp="2026-01-01T00:00:00.000Z",
                            expiresAt="2026-01-01T00:00:30.000Z")
        assert (await answered)["targetSocketId"] == "tech-2"
        assert "Bob Smith wants to join Tina:" in rig.printed()

        removed = asyncio.ensure_future(rig.desk.next("technician-remove"))
        assert rig.process and rig.process.stdin
        rig.process.stdin.write(b"remove tina\n")
        rig.process.stdin.flush()
        assert (await removed)["technicianId"] == "tech-1"
        for who in ("tech-1", "tech-2"):
            await rig.desk.emit("list-remote-dir", path="", requestId=who, **{"from": who})
        await settled(rig, "second")
        assert asked_about(rig) == ["first", "tech-2", "second"]

    go(rig, script)


@pytest.mark.parametrize("unattended", [True, False])
def test_the_policys_word_counts_only_where_the_signed_settings_allow_it(rig: RigContext, unattended: bool):
    async def script(rig: Rig) -> None:
        rig.start("--ui", "terminal", unattended=unattended)
        await rig.desk.had("helper-capabilities")
        await rig.desk.seat()
        rig.desk.rights = {"view"}
        offer: Any = asyncio.ensure_future(rig.desk.next("webrtc-offer")) if unattended else None
        await rig.desk.emit("consent-changed", rights=["view"], by="policy", admitted=["tech-1"])
        if unattended:
            assert (await offer)["targetSocketId"] == "tech-1"
        await settled(rig, "first")
        assert offered_to(rig) == ({"tech-1"} if unattended else set())

    go(rig, script)
