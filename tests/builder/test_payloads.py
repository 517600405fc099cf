"""Building payloads: a stand-in helper for what is quick, the real one for what a customer gets."""

import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from builder.errors import RuntimeRefused
from builder.manifest import verify_folder
from builder.payloads import FOLDER
from builder.payloads.__main__ import main
from builder.payloads.build import Job, build, is_current
from builder.payloads.foreign import Runtime
from builder.payloads.source import Source
from builder.stamp import Order, stamp

WORK = Job(platform="").work
"""Shared with real builds, so that the tools are installed once."""
NO_PYTHON = {"PATH": "/usr/bin-without-python", "HOME": "/nonexistent", "LD_LIBRARY_PATH": ""}
STAND_IN = 'import sys\n\n\ndef main() -> int:\n    print("stand-in", *sys.argv[1:])\n    return 0\n'


@pytest.fixture
def stand_in(tmp_path: Path) -> Source:
    """A helper of three lines that needs one small library."""
    helper = tmp_path / "helper"
    helper.mkdir()
    (helper / "__init__.py").write_text('VERSION = "7.8.9"\n')
    (helper / "__main__.py").write_text("import six  # noqa: F401\n" + STAND_IN)
    (helper / "requirements.txt").write_text("six==1.17.0\n")
    return Source(helper)


@pytest.fixture
def job(stand_in: Source, tmp_path: Path) -> Job:
    return Job(platform="linux-python", out=tmp_path / "payloads", work=WORK, source=stand_in)


def unpacked(payload, order, signer, folder: Path) -> Path:
    folder.mkdir()
    stamp(order, payload=payload, signer=signer).write_to(folder / "package.zip")
    subprocess.run(["unzip", "-q", "package.zip"], cwd=folder, check=True)
    verify_folder(folder / FOLDER, public_key=signer.public_key)
    return folder / FOLDER


def started(program: str, folder: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [f"./{program}", "--version"], cwd=folder, env=env, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def order(order: Order) -> Order:
    """An order whose settings the real helper accepts: it would connect to a port where nobody listens."""
    settings = {"Server": {"Url": "http://127.0.0.1:9"}, "Device": {"Id": order.device_id}}
    return replace(order, settings=settings)


@pytest.mark.timeout(600)
def test_the_real_linux_helper_starts_where_there_is_no_python(order, signer, tmp_path):
    real = Job(platform="linux-x86_64")
    payload = build(real)
    folder = unpacked(payload, order, signer, tmp_path / "customer")
    assert payload.version in started(payload.executable, folder, NO_PYTHON)
    notices = (folder / "THIRD-PARTY-NOTICES.txt").read_text()
    for name in ("aiortc", "av 1", "GNU", "PYTHON SOFTWARE FOUNDATION"):
        assert name in notices
    verify_folder(folder)
    for changed, near in [("appsettings.json", b"127.0.0.1"), ("manifest.json", b'"sha256":"'),
                          ("THIRD-PARTY-NOTICES.txt", b"MIT")]:
        assert_refuses_a_changed(folder / changed, near=near, folder=folder, home=tmp_path)


def assert_refuses_a_changed(file: Path, *, near: bytes, folder: Path, home: Path) -> None:
    """Change the byte after the last `near`, start the real helper, and put the byte back."""
    original = file.read_bytes()
    place = original.rindex(near) + len(near)
    file.write_bytes(original[:place] + bytes([original[place] ^ 1]) + original[place + 1:])
    done = subprocess.run(["./connectassist-helper", "--ui", "terminal"], cwd=folder, stdin=subprocess.DEVNULL,
                          env={**NO_PYTHON, "HOME": str(home)}, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert file.name in done.stdout + done.stderr
    file.write_bytes(original)


@pytest.mark.timeout(600)
def test_the_small_linux_helper_starts_and_leaves_its_folder_alone(order, signer, tmp_path):
    real = Job(platform="linux-python")
    payload = build(real)
    folder = unpacked(payload, order, signer, tmp_path / "customer")
    python = str(Path(sys.base_prefix) / "bin")
    env = {"PATH": f"{python}:{os.environ['PATH']}", "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert payload.version in started(payload.executable, folder, env)
    verify_folder(folder)


def test_a_machine_without_the_right_python_is_told_so(job, order, signer, tmp_path):
    folder = unpacked(build(job), order, signer, tmp_path / "customer")
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "dirname"):
        (tools / name).symlink_to(shutil.which(name))
    done = subprocess.run(["./start-helper"], cwd=folder, env={"PATH": str(tools), "HOME": "/"},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert "ask for the full helper" in done.stderr


def test_nothing_is_built_twice_and_a_change_is_noticed(job):
    assert not is_current(job)
    first = build(job)
    assert is_current(job)
    assert build(job) is first
    again = build(job, force=True)
    assert again is not first
    assert again.zip_sha256 == first.zip_sha256
    (job.source.helper / "extra.py").write_text("x = 1\n")
    assert not is_current(job)
    assert build(job).zip_sha256 != first.zip_sha256


def test_the_build_date_is_told_not_taken_from_the_clock(job, monkeypatch):
    build(job)
    index = (job.out / "linux-python.json").read_text()
    assert '"built_at": null' in index
    assert '"version": "7.8.9"' in index
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    build(job, force=True)
    assert '"built_at": "2026-01-01T00:00:00.000Z"' in (job.out / "linux-python.json").read_text()


WINDOWS_RUNTIME = {"python.exe": b"MZ not really", "python312.dll": b"MZ", "python3.dll": b"MZ", "python312.zip": b"PK"}


def write_zip(path: Path, files: dict[str, bytes]) -> Runtime:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Runtime(path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def windows(job, tmp_path) -> Job:
    return replace(job, platform="windows-x86_64", runtime=write_zip(tmp_path / "runtime.zip", WINDOWS_RUNTIME))


def test_a_windows_payload_is_put_together(windows, order, signer, tmp_path):
    folder = unpacked(build(windows), order, signer, tmp_path / "customer")
    for name, content in WINDOWS_RUNTIME.items():
        assert (folder / "runtime" / name).read_bytes() == content
    starter = (folder / "connectassist-helper.cmd").read_bytes()
    assert b'"%~dp0runtime\\python.exe" -B -I "%~dp0app\\start.py"' in starter
    assert starter.count(b"\n") == starter.count(b"\r\n")
    assert (folder / "app" / "libraries" / "six.py").is_file()
    assert (folder / "app" / "builder" / "helper" / "__main__.py").is_file()


def test_a_macos_payload_keeps_modes_and_follows_links(job, order, signer, tmp_path):
    """The made-up interpreter is a script that starts this machine's Python: so the whole way in is run."""
    runtime = _macos_runtime(tmp_path / "runtime.tar.gz")
    payload = build(replace(job, platform="macos-arm64", runtime=runtime))
    folder = unpacked(payload, order, signer, tmp_path / "customer")
    assert stat.S_IMODE((folder / "connectassist-helper.command").stat().st_mode) == 0o755
    assert started("connectassist-helper.command", folder) == f"stand-in --package-dir {folder} --version"
    verify_folder(folder)


def _macos_runtime(path: Path) -> Runtime:
    program = b'#!/bin/sh\nexec python3 "$@"\n'
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo("python/bin/python3.12")
        entry.size, entry.mode = len(program), 0o755
        archive.addfile(entry, io.BytesIO(program))
        link = tarfile.TarInfo("python/bin/python3")
        link.type, link.linkname = tarfile.SYMTYPE, "python3.12"
        archive.addfile(link)
    return Runtime(path, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("files, reason", [
    ({"python.exe": b"MZ"}, "version can be told"),
    ({"python312.dll": b"MZ"}, "holds no python.exe"),
    ({"python.exe": b"", "python312.dll": b"", "lib/python311.dll": b""}, "version can be told"),
])
def test_a_runtime_that_is_none_is_refused(windows, tmp_path, files, reason):
    with pytest.raises(RuntimeRefused, match=reason):
        build(replace(windows, runtime=write_zip(tmp_path / "odd.zip", files)))
    assert not windows.out.exists()


def test_a_runtime_that_is_not_the_pinned_one_is_refused(windows, tmp_path):
    for runtime, reason in [
        (None, "--runtime FILE"),
        (Runtime(tmp_path / "absent.zip", "0" * 64), "is not there"),
        (Runtime(windows.runtime.path, "0" * 64), "not the pinned"),
    ]:
        with pytest.raises(RuntimeRefused, match=reason):
            build(replace(windows, runtime=runtime))
    assert not windows.out.exists()


def test_a_runtimes_link_that_leads_out_is_refused(windows, tmp_path):
    path = tmp_path / "evil.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("python.exe")
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "../../../../../../../../etc/passwd")
    with pytest.raises(RuntimeRefused, match="leads out"):
        build(replace(windows, runtime=Runtime(path, hashlib.sha256(path.read_bytes()).hexdigest())))


@pytest.mark.parametrize("arguments, status, told", [
    (["windows"], 1, "needs a Python runtime that you supply"),
    (["windows", "--runtime", "x.zip"], 2, "--runtime-sha256"),
    (["linux", "--runtime", "x.zip", "--runtime-sha256", "0"], 2, "name windows or macos"),
    (["windows", "macos", "--runtime", "x.zip", "--runtime-sha256", "0"], 2, "name windows or macos"),
    (["amiga"], 2, "amiga"),
    (["linux", "--helper", "/nowhere"], 1, "no helper to build"),
])
def test_the_command_says_what_is_wrong(tmp_path, arguments, status, told):
    done = CliRunner().invoke(main, [*arguments, "--out", str(tmp_path / "out"), "--work", str(tmp_path / "work")])
    assert done.exit_code == status
    assert told in done.output
    assert "Traceback" not in done.output
    assert not (tmp_path / "out").exists()


def test_the_command_builds_once(job):
    arguments = ["linux-python", "--out", str(job.out), "--work", str(job.work), "--helper", str(job.source.helper)]
    first, second = (CliRunner().invoke(main, arguments) for _ in range(2))
    assert "linux-python: 7.8.9" in first.output
    assert second.output == "linux-python: up to date\n"
