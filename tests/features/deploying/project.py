"""A small project under git: a bare repository that is the remote, a desk where somebody commits, and the checkout that
a site runs from."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.live.server import ROOT

#: A server that says it is ready, in as few lines as that takes.
APP = '''
import http.server, json, os, sys
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"version": "%s", "ready": True}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
if "--only-prepares" not in sys.argv:
    http.server.HTTPServer(("127.0.0.1", int(os.environ["CONNECTASSIST_PORT"])), Answers).serve_forever()
'''
MAKEFILE = "static/vendor/.stamp: package-lock.json\n\t@mkdir -p static/vendor && cp package-lock.json $@\n"
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ada", "GIT_COMMITTER_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_EMAIL": "ada@example.com"}


def git(folder: Path, *words: str) -> str:
    """What git prints."""
    done = subprocess.run(["git", *words], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


class Project:
    """`site` is the folder that is deployed to; `commit` publishes a new version."""

    def __init__(self, folder: Path, *, first: str) -> None:
        self.folder, self.first = folder, first
        self.desk, self.site = folder / "desk", folder / "site"

    @classmethod
    def begin(cls, folder: Path, *, files: dict[str, str]) -> Project:
        """A new one in an empty folder. The clones find their remote beside them, wherever all of it is copied."""
        made = cls(folder, first="")
        git(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "remote.git")
        git(folder, "clone", "--quiet", "--template=", "remote.git", "desk")
        git(made.desk, "remote", "set-url", "origin", "../remote.git")
        git(made.desk, "checkout", "--quiet", "-B", "main")
        made.first = made.commit(files)
        git(folder, "clone", "--quiet", "--template=", "remote.git", "site")
        git(made.site, "remote", "set-url", "origin", "../remote.git")
        return made

    def copy_to(self, folder: Path) -> Project:
        """The same, for a test that changes it."""
        for name in ("remote.git", "desk", "site"):
            shutil.copytree(self.folder / name, folder / name)
        return Project(folder, first=self.first)

    def commit(self, files: dict[str, str]) -> str:
        """Write files, commit, and publish. The commit's name."""
        for name, text in files.items():
            path = self.desk / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git(self.desk, "add", "--all")
        git(self.desk, "commit", "--quiet", "--allow-empty", "-m", f"Change {', '.join(files)}")
        git(self.desk, "push", "--quiet", "--force", "origin", "main")
        return git(self.desk, "rev-parse", "HEAD")

    @property
    def head(self) -> str:
        """The commit that the site has."""
        return git(self.site, "rev-parse", "HEAD")

    @property
    def is_clean(self) -> bool:
        """Has the site nothing but what is committed?"""
        return not git(self.site, "status", "--porcelain", "--untracked-files=no")


def small(folder: Path) -> Project:
    """A project whose server starts at once."""
    return Project.begin(folder, files={"app.py": APP % "1", "Makefile": MAKEFILE, "package-lock.json": "{}",
                                  "requirements.txt": "# nothing\n", ".gitignore": "static/vendor/\n"})


def whole(folder: Path) -> Project:
    """ConnectAssist itself, as it lies here, without what is fetched or built."""
    made = Project.begin(folder, files={"README.md": "ConnectAssist\n"})
    left_out = shutil.ignore_patterns("__pycache__", "vendor", "node_modules", "*.pyc")
    for name in ("connectassist", "builder", "migrations", "templates", "static", "scripts"):
        shutil.copytree(ROOT / name, made.desk / name, ignore=left_out)
    for name in ("app.py", "supervise.py", "wsgi.py", "requirements.txt", "package-lock.json", ".gitignore"):
        shutil.copy(ROOT / name, made.desk / name)
    made.first = made.commit({})
    git(made.site, "pull", "--quiet")
    return made
