"""Becoming a device: once, with the package's token; from then on with the secret that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from . import integrity
from .api import Api
from .errors import AlreadyEnrolled, Refused, Removed, Unreachable
from .settings import Settings
from .store import Store
from .text import raw


async def enroll(api: Api, *, settings: Settings, store: Store, signer: str, told: Callable[[str], None]) -> None:
    """Give the `api` this device's secret, enrolling for as long as the server cannot be reached. `told` hears of each
    try, with "", and of each failure. Raises Refused, Tampered."""
    pause = 1.0
    while not store.device().get("deviceSecret"):
        told("")
        try:
            await _enroll_once(api, settings=settings, store=store, signer=signer)
        except Unreachable as error:
            told(str(error))
            await asyncio.sleep(pause)
            pause = min(5.0, pause * 1.6)
        except Removed:
            raise Refused(f"This package cannot be used any more. {_ask(settings)}") from None
        except Refused as error:
            raise Refused(f"{str(error).rstrip('.')}. {_ask(settings)}") from None
    known = store.device()
    integrity.same_signer(signer, server_key=known.get("signingKey", ""))
    api.device_secret = known["deviceSecret"]


async def _enroll_once(api: Api, *, settings: Settings, store: Store, signer: str) -> None:
    try:
        answer = await api.enroll(settings.token)
    except AlreadyEnrolled:
        if settings.device_id:
            raise
        store.forget_device()  # a managed computer whose secret was lost becomes another device
        api.device_id = store.own_id()
        answer = await api.enroll(settings.token)
    integrity.same_signer(signer, server_key=raw(answer, "signingKey"))
    store.save_device(deviceId=api.device_id, deviceSecret=raw(answer, "deviceSecret"),
                      signingKey=raw(answer, "signingKey"))


def _ask(settings: Settings) -> str:
    if settings.fleet:
        return "Please ask your support desk for a new installer."
    return "Please ask your technician for a new code and download again."
