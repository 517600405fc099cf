"""A disk that fills up during an upload: 507, and nothing of the file stays, on the disk or in the database."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator

import pytest
import requests

from tests.features.files.test_streaming import BLOCK, Sized, form, uploads
from tests.live.server import Server
from tests.live.sitting import Sitting

MEGABYTE = 1024 * 1024
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def rows(server: Server) -> list[tuple[str, int]]:
    """What the database says of files."""
    return server.sql("SELECT status, size FROM session_files")


def limited_by_the_process(server: Server) -> None:
    """No file of the server's may grow beyond 4 MB from now on."""
    resource.prlimit(server.process_id, resource.RLIMIT_FSIZE, (4 * MEGABYTE, 4 * MEGABYTE))


@pytest.fixture(params=["limit of the process", "tmpfs"])
def small_disk(request: pytest.FixtureRequest, start_server: Callable[..., Server]) -> Iterator[Server]:
    """A server whose uploads don't find room for more than 4 MB."""
    server, mounted = start_server(log_level="WARNING"), None
    if request.param == "tmpfs":
        mounted = server.folder / "instance" / "uploads"
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", mounted], capture_output=True,
                              text=True)
        if done.returncode:
            server.stop()
            pytest.skip(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    else:
        limited_by_the_process(server)
    yield server
    server.stop()
    if mounted:
        subprocess.run(["umount", mounted], check=True)


def send(server: Server, body: object, name: str) -> requests.Response:
    return requests.post(server.url + "/api/files/upload", data=body, timeout=60,
                         headers={**server.cast[name].headers, **FORM})


def test_an_upload_that_finds_no_room(small_disk: Server) -> None:
    server, sitting = small_disk, Sitting(small_disk)
    technician, helper = sitting.technician(), sitting.helper(rights=[])
    sitting.allow(helper, ["view", "files"])
    for name, way in (("technician_a", "technician-to-user"), ("device", "user-to-technician")):
        answer = send(server, form(sitting.session_id, 6, way), name)
        assert (answer.status_code, answer.json()["error_code"]) == (507, "DISK_FULL"), answer.text
        assert answer.json()["success"] is False and "disk is full" in answer.json()["error"]
        assert (uploads(server), rows(server)) == ([], [])
    answer = send(server, Sized(sitting.session_id, 6), "technician_a")
    assert (answer.status_code, uploads(server), rows(server)) == (507, [], [])
    answer = requests.post(f"{server.url}/api/bridge/{sitting.session_id}/files/upload", timeout=60,
                           headers=server.cast["device"].headers, files={"file": ("a.bin", BLOCK * 6)})
    assert (answer.status_code, uploads(server), rows(server)) == (507, [], [])
    helper.call("leave-session", {"sessionId": sitting.session_id})
    assert technician.heard("helper-status", where=lambda told: not told["online"])
    answer = send(server, Sized(sitting.session_id, 1), "technician_a")
    assert answer.status_code == 200, "there is room for a small one again"
    assert rows(server) == [("pending", MEGABYTE)] and uploads(server) == [answer.json()["fileId"]]
    assert "Traceback" not in server.log.read_text()
    sitting.close()
