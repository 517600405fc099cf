"""Building one platform's payload, unless the one that is there was built from the same source."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from builder.errors import PayloadBroken, PayloadMissing
from builder.payloads import foreign, linux
from builder.payloads.foreign import Runtime
from builder.payloads.index import Payload, load
from builder.payloads.pack import Label, pack
from builder.payloads.source import Source
from builder.payloads.toolbox import open_toolbox

_ROOT = Path(__file__).resolve().parents[2]
NEED_A_RUNTIME = {"windows-x86_64": foreign.WINDOWS, "macos-arm64": foreign.MACOS}
_RECIPES = {"linux-x86_64": linux.build_frozen, "linux-python": linux.build_zipped}


@dataclass(frozen=True, kw_only=True)
class Job:
    """One payload to be built, and where."""

    platform: str
    out: Path = _ROOT / "build" / "payloads"
    work: Path = _ROOT / "build" / "work"
    source: Source = field(default_factory=Source)
    runtime: Runtime | None = None

    def fingerprint(self) -> str:
        """What the payload would be built from, as one hash."""
        return self.source.fingerprint(self.platform, self.runtime.sha256 if self.runtime else "")


def is_current(job: Job) -> bool:
    """Was the payload that is there built from what is here now?"""
    try:
        load(job.out, platform=job.platform)
        return json.loads((job.out / f"{job.platform}.json").read_bytes())["source"] == job.fingerprint()
    except (PayloadMissing, PayloadBroken):
        return False


def build(job: Job, *, force: bool = False) -> Payload:
    """Build a payload, unless it is current, and load it. Raises BuilderError, among them RuntimeRefused.

    What another process builds at this moment is waited for and not built again.
    """
    if job.platform in NEED_A_RUNTIME:
        foreign.check(job.runtime)
    version = job.source.version()
    with _one_at_a_time(job.work):
        if force or not is_current(job):
            _build(job, version)
    return load(job.out, platform=job.platform)


def _build(job: Job, version: str) -> None:
    # Taken first: a file that changes during the build makes the result out of date.
    fingerprint = job.fingerprint()
    tree = job.work / job.platform / "tree"
    starter = _recipe(job)(job.source, toolbox=open_toolbox(job.work), tree=tree)
    pack(tree, out=job.out, label=Label(
        platform=job.platform, version=version, executable=starter, source=fingerprint, built_at=_told_date()))


def _recipe(job: Job) -> Callable[..., str]:
    if target := NEED_A_RUNTIME.get(job.platform):
        return partial(foreign.build, target=target, runtime=job.runtime)
    return _RECIPES[job.platform]


@contextmanager
def _one_at_a_time(work: Path) -> Iterator[None]:
    """Hold the work folder: two builds in it would spoil each other."""
    work.mkdir(parents=True, exist_ok=True)
    with (work / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _told_date() -> str | None:
    """The build's date as SOURCE_DATE_EPOCH tells it; the clock's would differ on every build."""
    if not (epoch := os.environ.get("SOURCE_DATE_EPOCH")):
        return None
    return datetime.fromtimestamp(int(epoch), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
