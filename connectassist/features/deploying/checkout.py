"""The git checkout that the server runs from. Everything here goes by the settings; nothing of a request comes near."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from connectassist.core.settings import Settings, environment_for_others
from connectassist.features.deploying import programs
from connectassist.features.deploying.programs import Failed

FETCH_SECONDS, GIT_SECONDS = 180, 60
#: Neither hooks, monitors, other repositories nor rubbish collection: what is fetched runs nothing here by itself.
_CAREFULLY = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "protocol.ext.allow=never",
              "submodule.recurse=false", "fetch.recurseSubmodules=false", "gc.auto=0", "maintenance.auto=false",
              "merge.ff=only", "core.quotePath=true", "color.ui=never")
#: What the server's own environment may not say: where git looks is the settings' business.
_NOT_INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
                  "GIT_NAMESPACE", "GIT_EXTERNAL_DIFF", "GIT_CONFIG_PARAMETERS", "GIT_TRACE")


class Checkout:
    """A folder under git, on one branch that follows a remote's."""

    def __init__(self, settings: Settings) -> None:
        self.folder, self.remote, self.branch = settings.deploy_dir, settings.deploy_remote, settings.deploy_branch
        self._environment = {name: value for name, value in environment_for_others().items()
                             if name not in _NOT_INHERITED}
        self._environment |= {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false", "SSH_ASKPASS": "/bin/false",
                              "GIT_EDITOR": "/bin/false", "GIT_PAGER": "cat", "LC_ALL": "C.UTF-8"}
        self._environment.setdefault("GIT_SSH_COMMAND", "ssh -oBatchMode=yes -oConnectTimeout=20")

    def git(self, *words: str, seconds: float = GIT_SECONDS) -> str:
        """What git prints. Raises Failed, with git's own words."""
        options = [word for each in _CAREFULLY for word in ("-c", each)]
        return programs.run("git", *options, *words, folder=self.folder, environment=self._environment, seconds=seconds)

    def head(self) -> str:
        """The commit that is checked out. Raises Failed."""
        return self.git("rev-parse", "--verify", "HEAD^{commit}")

    def require_ready(self) -> None:
        """Raises Failed where somebody is at work in the checkout, or it is none."""
        if not (self.folder / ".git").exists():
            raise Failed(f"There is no git checkout in {self.folder}: CONNECTASSIST_DEPLOY_DIR names its folder")
        try:
            found = self.git("symbolic-ref", "--quiet", "--short", "HEAD")
        except Failed as problem:
            if problem.output:
                raise
            raise Failed(f"The checkout is on no branch, instead of {self.branch}") from None
        if found != self.branch:
            raise Failed(f"The checkout is on another branch than {self.branch}", found)
        changed = self.git("status", "--porcelain", "--untracked-files=no")
        if changed:
            raise Failed("The checkout has changes that are not committed", changed)

    def fetch(self) -> str:
        """Bring what the remote has on the branch. What git said. Raises Failed."""
        return self.git("fetch", "--no-tags", "--no-recurse-submodules", "--no-auto-maintenance", self.remote,
                        f"+refs/heads/{self.branch}:{self._remembered}", seconds=FETCH_SECONDS)

    def fetched(self) -> str:
        """The commit that the remote had on the branch. Raises Failed."""
        return self.git("rev-parse", "--verify", f"{self._remembered}^{{commit}}")

    @property
    def _remembered(self) -> str:
        return f"refs/remotes/{self.remote}/{self.branch}"

    def leads_to(self, old: str, new: str) -> bool:
        """Is the one commit among the other's ancestors?"""
        try:
            return self.git("merge-base", old, new) == old
        except Failed:  # they have none in common
            return False

    def changed(self, old: str, new: str) -> list[str]:
        """The files in which two commits differ. Raises Failed."""
        return self.git("diff", "--name-only", "--no-renames", old, new).splitlines()

    def changes(self, old: str, new: str) -> str:
        """The same as git counts them: `3 files changed, 5 insertions(+), 1 deletion(-)`. Raises Failed."""
        return self.git("diff", "--shortstat", old, new)

    def merge(self, new: str) -> str:
        """Go on to a commit that follows from the present one. What git said. Raises Failed."""
        return self.git("merge", "--ff-only", "--no-edit", "--stat", new)

    def go_back(self, old: str, new: str) -> None:
        """From one commit to the one before it, also where a git was killed on the way there. Raises Failed where
        somebody has gone on in the meantime."""
        with suppress(FileNotFoundError):
            (self._git_folder() / "index.lock").unlink()
        found = self.head()
        if found not in (old, new):
            raise Failed("Somebody has been at work in the checkout since", found)
        self.git("reset", "--hard" if found == old else "--keep", old)

    def _git_folder(self) -> Path:
        return self.folder / self.git("rev-parse", "--git-dir")

    def export(self, commit: str, folder: Path) -> None:
        """Lay out a commit's files in an empty folder. Raises Failed."""
        archive = folder.with_suffix(".tar")
        try:
            self.git("archive", "--format=tar", "-o", str(archive), commit)
            with tarfile.open(archive) as packed:
                packed.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as problem:
            raise Failed("The new version's files can't be laid out", str(problem)) from None
        finally:
            archive.unlink(missing_ok=True)

    def file(self, commit: str, path: str) -> str:
        """A file as it was in a commit. Raises Failed."""
        return self.git("show", f"{commit}:{path}")


def any_below(paths: Iterable[str], *places: str) -> bool:
    """Is one of these files, or a file of one of these folders, among the paths?"""
    return any(path == place or (place.endswith("/") and path.startswith(place)) for path in paths for place in places)
