"""POST /api/deploy with a real repository, a real worker and a real trial start of a small server."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connectassist.features.deploying import runs, service
from connectassist.features.deploying.orders import Order
from connectassist.features.deploying.runs import Run
from tests.cast import Caller
from tests.features.deploying.conftest import KEY
from tests.features.deploying.project import APP, Project, git
from tests.live.peers import wait_for

PATIENCE = 40
NEVER_READY = "import time\ntime.sleep(600)\n"


def deploy(who: Caller) -> TestResponse:
    return who.post("/api/deploy", json={"deploy_key": KEY})


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_good_commit_is_deployed(project: Project, nobody: Caller, admin: Caller, newest: Callable[[], Run]) -> None:
    new = project.commit({"app.py": APP % "2", "docs/new.md": "new\n"})
    answer = deploy(nobody)
    assert answer.status_code == 200, answer.text
    assert answer.json["success"] is True
    assert answer.json["message"].startswith("Deployment completed successfully")
    assert answer.json["changes"] == "2 files changed, 2 insertions(+), 1 deletion(-)"
    assert "Fast-forward" in answer.json["git_output"]
    assert (project.head, project.is_clean, newest().facts["version"]) == (new, True, "2")
    again = deploy(nobody).json
    assert (again["success"], again["changes"], project.head) == (True, "Already up to date", new)

    told = admin.get("/api/deploy").json
    assert (told["enabled"], told["running"], told["branch"]) == (True, False, "main")
    assert [(run["state"], run["new"]) for run in told["history"]] == [("done", new), ("done", new)]
    assert {line["step"] for line in told["last"]["log"]} >= {"check", "fetch", "compare"}
    wait_for(lambda: [entry["action"] for entry in admin.get("/api/logs?category=deployment").json["logs"]] == [
        "deployment.finish", "deployment.start"] * 2, what="the log, which is written after the answer,")
    assert KEY not in str(told) + (newest().path.parent / "worker.log").read_text()


def with_hooks(project: Project, *, ran: Path) -> None:
    """Hooks in the checkout that leave a trace."""
    for name in ("post-merge", "post-checkout", "reference-transaction"):
        hook = project.site / ".git/hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
        hook.chmod(0o700)


def test_what_changes_is_made_anew_and_no_hook_runs(project: Project, nobody: Caller, newest: Callable[[], Run],
                                                    tmp_path: Path) -> None:
    with_hooks(project, ran=tmp_path / "ran")
    project.commit({"package-lock.json": '{"a": 1}', "requirements.txt": "# still nothing\n"})
    assert deploy(nobody).status_code == 200
    assert (project.site / "static/vendor/.stamp").read_text() == '{"a": 1}'
    assert newest().facts["begun"] == ["check", "fetch", "compare", "export", "requirements", "trial", "merge", "build"]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("files", "step"), [
    ({"app.py": "this is no Python\n"}, "trial"),
    ({"requirements.txt": "-r missing.txt\n"}, "requirements"),
    ({"package-lock.json": '{"b": 1}', "Makefile": "static/vendor/.stamp:\n\t@echo broken; false\n"}, "build"),
], ids=["syntax", "requirements", "build"])
def test_a_broken_commit_is_taken_back(project: Project, nobody: Caller, newest: Callable[[], Run],
                                       files: dict[str, str], step: str) -> None:
    project.commit(files)
    answer = deploy(nobody)
    assert (answer.status_code, answer.json["success"], answer.json["error_code"]) == (500, False, "DEPLOYMENT_FAILED")
    assert (answer.json["step"], answer.json["rolled_back"]) == (step, True), answer.text
    assert "changed" in answer.json["changes"]
    assert answer.json["error"] and answer.json["output"]
    assert (project.head, project.is_clean) == (project.first, True)
    assert not list((newest().path.parent / "trial").iterdir())


def test_what_somebody_else_did_is_left_alone(project: Project, nobody: Caller) -> None:
    """Changes in the checkout, a branch that went another way, a remote that is away: no step goes further."""
    (project.site / "Makefile").write_text("mine")
    answer = deploy(nobody)
    assert (answer.status_code, answer.json["step"]) == (500, "check")
    assert "Makefile" in answer.json["output"]
    assert (project.site / "Makefile").read_text() == "mine"
    git(project.site, "checkout", "--quiet", "Makefile")

    git(project.desk, "commit", "--quiet", "--amend", "-m", "another first one")
    project.commit({"app.py": APP % "2"})
    answer = deploy(nobody)
    assert (answer.status_code, answer.json["step"]) == (500, "compare")

    git(project.site, "remote", "set-url", "origin", "http://ada:hunter2@127.0.0.1:9/repository.git")
    answer = deploy(nobody)
    assert (answer.status_code, answer.json["step"]) == (500, "fetch")
    assert "hunter2" not in answer.text
    assert (project.head, project.is_clean) == (project.first, True)


def test_one_at_a_time(project: Project, nobody: Caller, room: Path) -> None:
    room.mkdir()
    with (room / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        answer = deploy(nobody)
    assert (answer.status_code, answer.json["error_code"]) == (409, "DEPLOYMENT_RUNNING")
    assert int(answer.headers["Retry-After"]) > 0
    assert deploy(nobody).status_code == 200


@pytest.mark.parametrize("step", ["trial", "merge"])
def test_what_was_killed_is_put_back_by_the_next(project: Project, app: Flask, room: Path, admin: Caller,
                                                 nobody: Caller, newest: Callable[[], Run], step: str) -> None:
    project.commit({"app.py": NEVER_READY})
    with app.test_request_context():
        run = service.start(Order(by="deploy key"), address="127.0.0.1")
    until(lambda: newest().facts["step"] == "trial" and "pid" in newest().facts)
    worker = psutil.Process(newest().facts["pid"])
    until(worker.children)
    assert KEY not in str(worker.environ()) + str([child.environ() for child in worker.children()])
    assert deploy(nobody).status_code == 409
    assert admin.get("/api/deploy").json["running"] is True
    children = worker.children()
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: not runs.is_locked(room))
    psutil.wait_procs(children, timeout=PATIENCE)
    assert not any(child.is_running() for child in children), "the trial went on by itself"
    told = admin.get("/api/deploy").json["last"]
    assert (told["state"], told["step"]) == ("interrupted", "trial")
    if step == "merge":  # as if it had come so far
        killed = Run.read(run.path)
        assert killed
        killed.enter("merge")
        (project.site / ".git/index.lock").touch()
        (project.site / "app.py").write_text("half of a file")

    new = project.commit({"app.py": APP % "4"})
    assert deploy(nobody).status_code == 200
    assert (project.head, project.is_clean) == (new, True)
    assert [run["state"] for run in admin.get("/api/deploy").json["history"]] == ["done", "interrupted"]
