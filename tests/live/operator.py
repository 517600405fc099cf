"""An operator at a shell: the commands, with the settings of an app or a server."""

from __future__ import annotations

from typing import Any

from click.testing import CliRunner, Result

from connectassist.cli import cli
from connectassist.core.settings import Settings
from tests.cast import PASSWORD, SECRET_KEY


class Operator:
    """`Operator(settings).runs("backup", "--keep", "3")` fails the test unless the command works; `is_refused` unless
    it does not. `changes` are settings in lower case; an empty one is left out."""

    def __init__(self, settings: Settings, **changes: Any) -> None:
        values = {"instance": settings.instance, "downloads": settings.downloads, "secret_key": SECRET_KEY,
                  "database_url": settings.database_url, "admin_password": PASSWORD, "async_mode": "threading",
                  "log_level": "ERROR", **changes}
        self._environment = {f"CONNECTASSIST_{name.upper()}": str(value) for name, value in values.items() if value}

    def tries(self, *arguments: object, typed: str = "") -> Result:
        return CliRunner(env=self._environment).invoke(cli, [str(each) for each in arguments], input=typed)

    def runs(self, *arguments: object, typed: str = "") -> str:
        """What it said."""
        result = self.tries(*arguments, typed=typed)
        assert result.exit_code == 0, result.output + repr(result.exception)
        return result.output

    def is_refused(self, *arguments: object, typed: str = "") -> str:
        """The sentence that says why."""
        result = self.tries(*arguments, typed=typed)
        assert result.exit_code == 1 and result.stderr.startswith("Error: "), result.output + repr(result.exception)
        assert "Traceback" not in result.output
        return result.stderr
