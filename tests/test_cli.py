"""What an operator does from a shell, on a folder of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

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
