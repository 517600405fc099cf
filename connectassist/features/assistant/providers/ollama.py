"""Ollama: models on a machine of the operator's own. POST /api/chat, answered in lines of JSON."""

from __future__ import annotations

from typing import Any

from connectassist.features.assistant.providers.trouble import ProviderTrouble
from connectassist.features.assistant.providers.wire import OverHttp, parsed, text_of

#: Ollama holds the model to this while it writes; it is looked at again afterwards all the same.
_ANSWER = {"type": "object", "required": ["text", "action"], "properties": {
    "text": {"type": "string"}, "action": {"anyOf": [{"type": "null"}, {
        "type": "object", "required": ["type"], "properties": {
            "type": {"enum": ["diagnose", "remediate", "ticket"]}, "checkType": {"type": "string"},
            "actionId": {"type": "string"}, "parameter": {"type": ["string", "null"]}, "title": {"type": "string"},
            "priority": {"type": "string"}, "description": {"type": ["string", "null"]}}}]}}}


class Ollama(OverHttp):
    name, usual_model, usual_url, path = "ollama", "llama3.2", "http://localhost:11434", "/api/chat"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._key}"} if self._key else {}

    def _body(self, system: str, user: str) -> dict[str, Any]:
        return {"model": self.model, "stream": True, "format": _ANSWER,
                "options": {"temperature": 0.2, "num_predict": 1024},
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}]}

    def _piece(self, line: bytes) -> tuple[str, bool]:
        found = parsed(line)
        if "error" in found:
            raise ProviderTrouble("the model reported an error", is_passing=True)
        return text_of(found, "message", "content"), found.get("done") is True
