"""From what is sent over HTTP to what the service's verbs take."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import request

from connectassist.core.errors import TooLarge
from connectassist.features.commands.answers import LARGEST_ERROR, LARGEST_OUTPUT

View = TypeVar("View", bound=Callable)
#: A character takes up to six bytes in JSON (`\\u0000`), and there is a little around the texts.
LARGEST_RESULT = 6 * (LARGEST_OUTPUT + LARGEST_ERROR) + 64 * 1024


def of_large_results(view: View) -> View:
    """Let a view's body be as large as a result may be."""
    @wraps(view)
    def reading(*args: Any, **given: Any) -> Any:
        request.max_content_length = LARGEST_RESULT
        if (request.content_length or 0) > LARGEST_RESULT:
            raise TooLarge()
        return view(*args, **given)
    return reading  # type: ignore[return-value]


def result(body: dict[str, Any]) -> dict[str, Any]:
    """What `service.finish` takes. The script runner says `result` for `output`."""
    said = dict(body)
    other = said.pop("result")
    return said | {"output": other if said["output"] is None else said["output"]}
