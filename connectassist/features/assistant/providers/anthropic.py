"""Anthropic's Messages API. POST /v1/messages, answered in named server-sent events."""

from __future__ import annotations

from typing import Any

from connectassist.features.assistant.providers.trouble import ProviderTrouble
from connectassist.features.assistant.providers.wire import OverHttp, data_of, parsed, text_of

VERSION = "2023-06-01"
_PASSING = ("overloaded_error", "rate_limit_error", "api_error", "timeout_error")


class Anthropic(OverHttp):
    name, usual_model, usual_url, path = ("anthropic", "claude-haiku-4-5", "https://api.anthropic.com",
                                          "/v1/messages")

    def _headers(self) -> dict[str, str]:
        return {"x-api-key": self._key, "anthropic-version": VERSION}

    def _body(self, system: str, user: str) -> dict[str, Any]:
        return {"model": self.model, "max_tokens": 1024, "stream": True, "system": system,
                "messages": [{"role": "user", "content": user}]}

    def _piece(self, line: bytes) -> tuple[str, bool]:
        data = data_of(line)
        if data is None:
            if line.startswith((b":", b"event:")):
                return "", False
            raise ProviderTrouble("the answer can't be read")
        found = parsed(data)
        if found.get("type") == "error":
            kind = text_of(found, "error", "type")
            raise ProviderTrouble("the model reported an error", is_passing=kind in _PASSING)
        is_text = text_of(found, "delta", "type") == "text_delta"
        return text_of(found, "delta", "text") if is_text else "", found.get("type") == "message_stop"
