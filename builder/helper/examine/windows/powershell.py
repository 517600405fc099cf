"""Asking PowerShell: a fixed script, whose answer is JSON in UTF-8."""

from __future__ import annotations

from typing import Any

from ..facts import rows
from ..running import run

# Without the first line the answer would come in the code page of the machine.
_BEFORE = ("[Console]::OutputEncoding=[Text.UTF8Encoding]::new($false);"
           "$ErrorActionPreference='SilentlyContinue';$ProgressPreference='SilentlyContinue';")


def ask(script: str, *, seconds: float = 25.0) -> list[dict[str, Any]]:
    """The objects that a script writes. Raises NotRun, ValueError.

    Scripts are constants; what goes into one comes from a list of ours or is a number.
    """
    said = run("powershell", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command",
               f"{_BEFORE}{script} | ConvertTo-Json -Compress -Depth 4", seconds=seconds, most=4 << 20)
    return rows(said.text)
