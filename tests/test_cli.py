"""What an operator does from a shell, on a folder of its own."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connectassist import plainly
from connectassist.cli import cli
from connectassist.factory import create_app
from tests.cast import PASSWORD
from tests.conftest import settings_for

Command = Callable[..., Result]
WORDS = ("--password", "long-enough-1")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    environment = {
        "CONNECTASSIST_INSTANCE": str(tmp_path / "instance"), "CONNECTASSIST_DOWNLOADS": str(tmp_path / "downloads"),
        "CONNECTASSIST_ADMIN_PASSWORD": PASSWORD, "CONNECTASSIST_ASYNC_MODE": "threading"}
    return lambda *arguments: CliRunner(env=environment).invoke(cli, arguments)


def _signs_in(folder: Path, username: str, password: str) -> tuple[int, str]:
    client = create_app(settings_for(folder)).test_client()
    answer = client.post("/api/auth/local/login", json={"username": username, "password": password})
    return answer.status_code, (answer.json.get("technician") or {}).get("role", "")


def test_a_member_of_staff_is_made_and_gets_a_new_password(command: Command, tmp_path: Path) -> None:
    made = command("staff", "bob", "--role", "viewer", "--email", "bob@example.com", "--password", "first-password")
    assert (made.exit_code, made.stdout) == (0, "bob can sign in as viewer.\n"), made.stderr
    assert _signs_in(tmp_path, "bob", "first-password") == (200, "viewer")
    assert command("password", "bob", "--password", "second-password").exit_code == 0
    assert _signs_in(tmp_path, "bob", "first-password")[0] == 401
    assert _signs_in(tmp_path, "bob", "second-password") == (200, "viewer")


@pytest.mark.parametrize(("arguments", "words"), [
    (("staff", "admin", *WORDS), "is taken"), (("staff", "bob", "--password", "short"), "A password needs"),
    (("staff", "bob", "--role", "customer", *WORDS), "'customer' is not one of"),
    (("unlink", "nobody"), "no such account"), (("password", "nobody", *WORDS), "no such account")])
def test_what_does_not_work_is_said_in_a_line(command: Command, arguments: tuple[str, ...], words: str) -> None:
    answer = command(*arguments)
    assert answer.exit_code in (1, 2) and words in answer.stderr


def test_an_account_without_a_link_is_told_so(command: Command) -> None:
    assert command("unlink", "admin").stdout == "admin was not linked.\n"


def test_what_can_not_begin_is_told_in_a_line(tmp_path: Path) -> None:
    """A wrong setting, and a database that nobody serves."""
    def said(**changed: str) -> Result:
        environment = {"CONNECTASSIST_INSTANCE": str(tmp_path), "CONNECTASSIST_DOWNLOADS": str(tmp_path), **changed}
        return CliRunner(env=environment).invoke(cli, ["client", "show", "1"])

    wrong = said(CONNECTASSIST_PORT="abc")
    assert (wrong.exit_code, wrong.stderr) == (
        1, "Error: CONNECTASSIST_PORT can't be 'abc'. docs/settings.md explains each setting.\n")
    away = said(CONNECTASSIST_DATABASE_URL="postgresql://nobody:hush-hush@127.0.0.1:9/x")
    assert away.exit_code == 1 and away.stderr.startswith("Error: The database did not do that: "), away.stderr
    assert "hush-hush" not in away.stderr


def test_a_server_that_can_not_begin_says_why(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with pytest.raises(SystemExit, match=f"Can't serve on {settings.host}:{settings.port}"), plainly.starting(settings):
        raise OSError(errno.EADDRINUSE, "Address already in use")
    with pytest.raises(BrokenPipeError), plainly.starting(settings):
        raise BrokenPipeError


def test_the_list_of_commands_says_what_each_is_for(command: Command) -> None:
    listed = command("--help").stdout.partition("Commands:")[2]
    assert "..." not in listed and "serve " in listed
