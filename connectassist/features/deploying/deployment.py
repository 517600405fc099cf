"""One deployment, from the fetch to the restart. Each step has a name, and either all of them go well or all is as it
was.

The running server and its files are left alone until the new version has come up in a trial start.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.features.deploying import building, runs, schema, trial, undoing
from connectassist.features.deploying.checkout import Checkout, any_below
from connectassist.features.deploying.programs import Failed
from connectassist.features.deploying.restarting import Serving
from connectassist.features.deploying.runs import Run

log = logging.getLogger(__name__)
UP_TO_DATE, DEPLOYED = "Already up to date", "Deployment completed successfully"
#: Seconds that the answer to whoever asked has to leave the server before it restarts.
ANSWER_SECONDS, FAREWELL = 10, 0.5
COPIES_KEPT = 2
T = TypeVar("T")


class Deployment:
    """A run at work."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._settings, self._run, self._checkout = settings, run, Checkout(settings)
        self._folder = run.path.parent
        self._room = self._folder / "trial"

    def carry_out(self) -> None:
        """Do all of it, or nothing. How it went stands in the run's file."""
        is_owed = self._take_up_what_others_left()
        try:
            if self._bring() or is_owed:
                self._restart()
            else:
                self._finish(UP_TO_DATE)
        except Failed as problem:
            self._fail(problem)
        except Exception as problem:
            log.exception("the deployment met something unexpected")
            self._fail(Failed("Something unexpected happened; the server's log tells more", str(problem)))
        finally:
            undoing.emptied(self._room)

    def _take_up_what_others_left(self) -> bool:
        """A deployment that was killed is taken back. True where it had come as far as the restart: all of it is in
        place then, and the restart is owed."""
        for old in runs.newest(self._folder)[1:]:
            if not old.is_open:
                continue
            owed = "restart" in old.facts["begun"]
            problems = [] if owed else undoing.undo(old, self._checkout, self._settings, self._room)
            old.note(state=runs.INTERRUPTED, rolled_back=not owed and not problems, finished_at=clock.iso(clock.now()),
                     error=f"It was interrupted in its step {old.facts['step']}")
            return owed
        return False

    def _bring(self) -> bool:
        """Everything up to the restart. False where nothing is new. Raises Failed."""
        self._step("check", self._checkout.require_ready)
        said = self._step("fetch", self._checkout.fetch)
        old, new = self._step("compare", self._compare)
        if self._checkout.leads_to(new, old):
            self._run.note(old=old, new=old, changes=UP_TO_DATE, git_output=f"{said}\n{UP_TO_DATE}.".strip())
            return False
        changed = self._checkout.changed(old, new)
        self._run.note(old=old, new=new, changes=self._checkout.changes(old, new), git_output=said,
                       targets=building.targets(changed))
        self._try(changed, new)
        self._take(changed, new, said)
        return True

    def _compare(self) -> tuple[str, str]:
        """The commit that is here and the one to come. Raises Failed."""
        old, new = self._checkout.head(), self._checkout.fetched()
        if not self._checkout.leads_to(old, new) and not self._checkout.leads_to(new, old):
            raise Failed("The checkout and the remote's branch have gone different ways, so this is no fast-forward")
        return old, new

    def _try(self, changed: list[str], new: str) -> None:
        """Nothing that people use is touched here, but for Python packages that the new version wants."""
        code = undoing.emptied(self._room) / "code"
        self._step("export", lambda: self._checkout.export(new, code))
        if building.REQUIREMENTS in changed:
            self._step("requirements", lambda: building.install((code / building.REQUIREMENTS).read_text(), self._room))
        version = self._step("trial", lambda: trial.start(code, self._room, self._settings))
        self._run.note(version=version)

    def _take(self, changed: list[str], new: str, said: str) -> None:
        merged = self._step("merge", lambda: self._checkout.merge(new))
        self._run.note(git_output=f"{said}\n{merged}".strip())
        if self._run.facts["targets"]:
            self._step("build", lambda: building.build(self._checkout.folder, self._run.facts["targets"]))
        if any_below(changed, schema.MIGRATIONS):
            self._step("backup", self._keep_the_database)
            self._step("migrate", lambda: schema.upgrade(self._room / "code", self._settings))

    def _keep_the_database(self) -> None:
        kept = self._folder / f"before-{self._run.path.stem}.db"
        for old in sorted(self._folder.glob("before-*.db"))[:1 - COPIES_KEPT]:
            old.unlink()
        was_copied = schema.copy(self._settings, kept)
        if schema.is_sqlite(self._settings) and not was_copied:
            raise Failed("There is no room for a copy of the database, without which it is not migrated")
        self._run.note(revision=schema.revision(self._settings), structure=schema.structure(self._settings),
                       kept=str(kept) if was_copied else "")

    def _restart(self) -> None:
        """Whoever waits for the answer gets it first, for it comes from a process that goes. Raises Failed."""
        serving = Serving(self._settings.instance)
        if not serving.is_there:
            self._run.log("restart", "no server runs here: whoever starts one has the new version")
            self._finish(f"{DEPLOYED}. No server runs here: start it")
            return
        self._run.enter("restart")
        self._run.note(state=runs.RESTARTING, message=f"{DEPLOYED}. The server is restarting")
        self._wait_for_the_answer()
        try:
            serving.restart()
        except Failed:
            self._back_to_the_old(serving)
            raise
        self._finish(DEPLOYED)

    def _wait_for_the_answer(self) -> None:
        deadline = clock.monotonic() + ANSWER_SECONDS
        while self._run.facts["is_waited_for"] and clock.monotonic() < deadline \
                and not runs.answered(self._run.path).exists():
            threading.Event().wait(0.1)
        threading.Event().wait(FAREWELL)

    def _back_to_the_old(self, serving: Serving) -> None:
        """The old version again, and a server that runs it."""
        self._roll_back()
        try:
            serving.revive()
            self._run.log("restart", "the old version serves again")
        except Failed as problem:
            self._run.log("restart", f"the old version did not come back either: {problem.sentence}")

    def _roll_back(self) -> None:
        if self._run.facts["rolled_back"] is None:
            problems = undoing.undo(self._run, self._checkout, self._settings, self._room)
            self._run.note(rolled_back=not problems, not_rolled_back=problems)

    def _step(self, name: str, work: Callable[[], T]) -> T:
        self._run.enter(name)
        found = work()
        self._run.log(name, found if isinstance(found, str) and found else "done")
        return found

    def _fail(self, problem: Failed) -> None:
        self._roll_back()
        step = self._run.facts["step"]
        self._run.log(step, f"{problem.sentence}\n{problem.output}".strip())
        self._run.note(state=runs.FAILED, error=problem.sentence, output=problem.output,
                       finished_at=clock.iso(clock.now()))

    def _finish(self, message: str) -> None:
        self._run.note(state=runs.DONE, message=message, finished_at=clock.iso(clock.now()))
