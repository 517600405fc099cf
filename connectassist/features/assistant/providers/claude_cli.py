"""The `claude` program of the account that this server runs under: one run for each answer, with no tool at hand.

Our rules stand on its command line, what people wrote goes in by its standard input. It gets nothing of this server's
settings, works in an empty folder, and keeps no record of the conversation.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from typing import Any

from connectassist.core.settings import environment_for_others
from connectassist.features.assistant.providers.program import Program
from connectassist.features.assistant.providers.trouble import ProviderTrouble
from connectassist.features.assistant.providers.wire import (
    LONGEST_ANSWER,
    LONGEST_LINE,
    MOST_BYTES,
    Provider,
    parsed,
    text_of,
)

PROGRAM = "claude"
_CODES = re.compile(rb"\x1b\[[0-9;?]*[ -/]*[@-~]")


class ClaudeCli(Provider):
    name, usual_model, usual_url = "claude-cli", "", ""

    def complete(self, system: str, user: str) -> str:
        if shutil.which(PROGRAM) is None:
            raise ProviderTrouble(f"the program {PROGRAM} isn't there")
        command, environment = self._command(system), self._environment()
        with tempfile.TemporaryDirectory(prefix="assistant-") as folder, Program(
                command, folder=folder, environment=environment, seconds=self.seconds) as program:
            program.tell(user)
            for line in program.lines(longest=LONGEST_LINE, most=MOST_BYTES):
                plain = _CODES.sub(b"", line).strip()
                found = parsed(plain) if plain.startswith(b"{") else {}
                if found.get("type") == "result":
                    return _answer(found)
        raise ProviderTrouble("the answer broke off", is_passing=True)

    def _command(self, system: str) -> list[str]:
        return [PROGRAM, "-p", "--output-format", "stream-json", "--verbose", "--max-turns", "1",
                "--tools", "", "--strict-mcp-config", "--mcp-config", '{"mcpServers":{}}', "--setting-sources", "",
                "--disable-slash-commands", "--no-session-persistence", "--system-prompt", system,
                *(["--model", self.model] if self.model else [])]

    def _environment(self) -> dict[str, str]:
        key = {"ANTHROPIC_API_KEY": self._key} if self._key else {}
        return environment_for_others(NO_COLOR="1", **key)


def _answer(found: dict[str, Any]) -> str:
    if found.get("is_error") is not False or found.get("subtype") != "success":
        raise ProviderTrouble("the model reported an error", is_passing=True)
    return text_of(found, "result")[:LONGEST_ANSWER]
