"""python -m builder.payloads: build the helper for the platforms named."""

import time
from importlib.util import find_spec
from pathlib import Path

import click

from builder.errors import BuilderError
from builder.payloads import uploads
from builder.payloads.build import NEED_A_RUNTIME, Job, build, is_current
from builder.payloads.foreign import Runtime
from builder.payloads.index import PLATFORMS, Payload, load
from builder.payloads.source import Source

_GROUPS = {"linux": PLATFORMS[:2], "windows": PLATFORMS[2:3], "macos": PLATFORMS[3:], "all": PLATFORMS}
_DEFAULT = Job(platform="")


@click.command()
@click.argument("wanted", nargs=-1, type=click.Choice([*_GROUPS, *PLATFORMS]))
@click.option("--out", type=click.Path(path_type=Path), default=_DEFAULT.out, help="Where the payloads go.")
@click.option("--work", type=click.Path(path_type=Path), default=_DEFAULT.work, help="Where tools are kept.")
@click.option("--helper", type=click.Path(path_type=Path), default=Source().helper, help="The helper's source.")
@click.option("--runtime", type=click.Path(path_type=Path), help="A Python for Windows or macOS, ZIP or tar.")
@click.option("--runtime-sha256", default="", help="The SHA-256 that the runtime must have, in hex.")
@click.option("--shelf", type=click.Path(path_type=Path), help="Take the uploaded runtime from this folder.")
@click.option("--bundle", is_flag=True, help="Also write <platform>.bundle.zip, as the Packages page takes it.")
@click.option("--force", is_flag=True, help="Build even what has not changed.")
def main(wanted: tuple[str, ...], out: Path, work: Path, helper: Path, runtime: Path | None,
         runtime_sha256: str, shelf: Path | None, bundle: bool, force: bool) -> None:
    """Build helper payloads: linux (the default), linux-x86_64, linux-python, windows, macos or all."""
    platforms = _platforms(wanted or ("linux",))
    if shelf is not None and runtime is None:
        runtime, runtime_sha256 = _uploaded(shelf, platforms)
    given = _runtime(runtime, runtime_sha256, platforms)
    failures = 0
    for platform in platforms:
        runtime_of_it = given if platform in NEED_A_RUNTIME else None
        if platform in NEED_A_RUNTIME and given is None and "all" in wanted:
            click.echo(f"{platform}: skipped, it needs --runtime and --runtime-sha256")
            continue
        job = Job(platform=platform, out=out.absolute(), work=work.absolute(), source=Source(helper.absolute()),
                  runtime=runtime_of_it)
        failures += not _build_one(job, force=force, bundle=bundle)
    raise SystemExit(1 if failures else 0)


def _platforms(wanted: tuple[str, ...]) -> list[str]:
    chosen = {platform for name in wanted for platform in _GROUPS.get(name, (name,))}
    return [platform for platform in PLATFORMS if platform in chosen]


def _runtime(path: Path | None, sha256: str, platforms: list[str]) -> Runtime | None:
    if path is None:
        return None
    if not sha256:
        raise click.UsageError("--runtime needs --runtime-sha256: the file is only used when it is the pinned one")
    if len(NEED_A_RUNTIME.keys() & set(platforms)) != 1:
        raise click.UsageError("--runtime belongs to one platform: name windows or macos")
    return Runtime(path, sha256)


def _uploaded(shelf: Path, platforms: list[str]) -> tuple[Path | None, str]:
    """The runtime that was uploaded for a platform, and its hash."""
    for platform in platforms:
        kind = f"{platform.split('-')[0]}-runtime"
        if note := uploads.runtime(kind, shelf=shelf):
            return shelf / kind, note["sha256"]
    return None, ""


def _build_one(job: Job, *, force: bool, bundle: bool = False) -> bool:
    """Build one platform, or say why not: what keeps one from being built is no reason to leave the others out."""
    try:
        if not force and is_current(job):
            click.echo(f"{job.platform}: up to date")
        else:
            click.echo(f"{job.platform}: building …")
            started = time.monotonic()
            _tell(build(job, force=force), seconds=time.monotonic() - started)
        if bundle:
            uploads.write_bundle(load(job.out, platform=job.platform), job.out / f"{job.platform}.bundle.zip")
            click.echo(f"  {job.out / f'{job.platform}.bundle.zip'} can be uploaded")
        return True
    except BuilderError as problem:
        click.echo(f"{job.platform}: not built. {problem}", err=True)
        return False


def _tell(payload: Payload, *, seconds: float) -> None:
    megabytes = payload.zip_size / 1e6
    click.echo(f"{payload.platform}: {payload.version}, {megabytes:.1f} MB, {len(payload.lines)} files, "
               f"built in {seconds:.0f} s")
    if payload.platform == "linux-x86_64" and find_spec("_tkinter") is None:
        click.echo("  This Python has no Tk: the helper will ask on a terminal instead of in a window.")


if __name__ == "__main__":
    main()
