"""What devices tell of themselves when they come, and later: gathered, so that ten thousand that come back at once
are written in portions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from connectassist.core import foreign
from connectassist.core.db import db
from connectassist.features.devices import profile, queries
from connectassist.features.devices.models import Device
from connectassist.realtime import announce
from connectassist.realtime.batches import Batch
from connectassist.realtime.presence import presence

#: Told of each device whose profile is written.
on_profile: list[Callable[[str], None]] = []


class Report(NamedTuple):
    """`columns` are columns of the device's row, `details` what `Device.details` holds."""

    device_id: str
    columns: dict[str, str]
    details: dict[str, Any]
    is_profile: bool


def add(device_id: str, *, details: dict[str, Any], is_profile: bool = False, **columns: Any) -> None:
    """Have something written that a device told of itself; what makes no sense, or is missing, changes nothing."""
    said = {name: text for name, value in columns.items() if (text := _fitting(name, value))}
    waiting = _reports.waiting(device_id)
    if waiting:
        said, details = {**waiting.columns, **said}, {**waiting.details, **details}
        is_profile = is_profile or waiting.is_profile
    _reports.add(Report(device_id, said, details, is_profile))


def _fitting(column: str, value: Any) -> str:
    room = Device.__table__.c[column].type.length  # type: ignore[attr-defined]
    return foreign.text(value[:room], room).strip() if isinstance(value, str) else ""


def _write(reports: list[Report]) -> None:
    devices = queries.by_ids({report.device_id for report in reports})
    known = [(report, devices[report.device_id]) for report in reports if report.device_id in devices]
    changed = [device for report, device in known if _apply(report, device)]
    news = [(device.client_id, device.device_id, device.hostname) for device in changed]
    told = [(device.client_id, device.device_id) for report, device in known if report.is_profile]
    db.session.commit()
    for client_id, device_id, hostname in news:
        announce.device(client_id, device_id, hostname=hostname)
    for client_id, device_id in told:
        announce.device_status(client_id, device_id, is_online=presence.is_online(device_id))
        for hook in on_profile:
            hook(device_id)


def _apply(report: Report, device: Device) -> bool:
    """Set what changed. Says whether people may see something new."""
    changed = {name: text for name, text in report.columns.items() if getattr(device, name) != text}
    for name, text in changed.items():
        setattr(device, name, text)
    details = profile.merged(device.details or {}, report.details)
    if details != device.details:
        device.details = details
    return bool(changed)


_reports: Batch[Report] = Batch(_write, seconds=0.25, at_once=50, pause=0.25, key=lambda report: report.device_id)
