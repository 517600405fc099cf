"""OpenAI, and the many servers that speak its API. POST /v1/chat/completions, answered in server-sent events."""

from __future__ import annotations

from typing import Any

from connectassist.features.assistant.providers.trouble import ProviderTrouble
from connectassist.features.assistant.providers.wire import OverHttp, data_of, parsed, text_of


class OpenAi(OverHttp):
    name, usual_model, usual_url, path = "openai", "gpt-5-mini", "https://api.openai.com", "/v1/chat/completions"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _body(self, system: str, user: str) -> dict[str, Any]:
        """Only what every such server takes: the names of the limits differ between models."""
        return {"model": self.model, "stream": True,
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]}

    def _piece(self, line: bytes) -> tuple[str, bool]:
        data = data_of(line)
        if data is None:
            return _no_stream(line)
        if data == b"[DONE]":
            return "", True
        found = parsed(data)
        if "error" in found:
            raise ProviderTrouble("the model reported an error", is_passing=True)
        return text_of(found, "choices", 0, "delta", "content"), False


def _no_stream(line: bytes) -> tuple[str, bool]:
    """A comment or the name of an event says nothing; anything else is no stream of events."""
    if line.startswith((b":", b"event:", b"id:", b"retry:")):
        return "", False
    raise ProviderTrouble("the answer can't be read")
