"""Models that answer, each over its own API. All of it blocks: callers are in a real thread."""

from __future__ import annotations

from connectassist.core.settings import Settings
from connectassist.features.assistant.providers.anthropic import Anthropic
from connectassist.features.assistant.providers.claude_cli import ClaudeCli
from connectassist.features.assistant.providers.ollama import Ollama
from connectassist.features.assistant.providers.openai import OpenAi
from connectassist.features.assistant.providers.trouble import ProviderTrouble
from connectassist.features.assistant.providers.wire import Provider

__all__ = ["Provider", "ProviderTrouble", "configured"]

_KINDS: dict[str, type[Provider]] = {"ollama": Ollama, "openai": OpenAi, "anthropic": Anthropic,
                                     "claude-cli": ClaudeCli}


def configured(settings: Settings, *, seconds: float | None = None) -> Provider | None:
    """The provider that the settings name, given so many seconds for an answer; None for the built-in assistant, which
    needs none."""
    kind = _KINDS.get(settings.llm_provider)
    return kind(settings, seconds=seconds) if kind else None
