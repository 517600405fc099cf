"""What a model has to beat: counting keywords by contract 004's rules, and always saying the most frequent."""

from __future__ import annotations

from collections import Counter

from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import OTHER, USUAL_PRIORITY, Guess

CATEGORY_WORDS = {
    "system_down": ("down", "outage", "offline", "not responding", "crash", "unavailable", "server", "ausgefallen"),
    "performance_issue": ("slow", "lag", "freeze", "hang", "performance", "memory", "cpu", "langsam"),
    "password_reset": ("password", "login", "locked", "account", "reset", "sign in", "passwort", "kennwort"),
    "software_installation": ("install", "software", "update", "upgrade", "licence", "license", "setup", "program"),
    "hardware_issue": ("printer", "monitor", "keyboard", "mouse", "screen", "battery", "laptop", "drucker"),
    "network_issue": ("network", "wifi", "wi-fi", "internet", "vpn", "connection", "dns", "netzwerk"),
}
PRIORITY_WORDS = {
    "critical": ("critical", "emergency", "outage", "production", "everyone", "all users", "down"),
    "high": ("urgent", "important", "asap", "high", "cannot work", "blocked"),
    "low": ("low", "minor", "question", "request", "when possible", "how do i", "would like"),
}


def keywords(text: str) -> Guess:
    """The category with the most keywords in the text; the first priority of which there is one."""
    told = text.lower()
    hits = {name: sum(word in told for word in words) for name, words in CATEGORY_WORDS.items()}
    best = max(hits, key=hits.__getitem__)
    urgent = next((name for name, words in PRIORITY_WORDS.items() if any(word in told for word in words)), None)
    calls = sum(word in told for word in PRIORITY_WORDS.get(urgent or "", ()))
    sure = 0.5 + min(0.3, 0.1 * calls) + min(0.2, 0.05 * hits[best])
    return Guess(best if hits[best] else OTHER, urgent or USUAL_PRIORITY, sure)


def most_frequent(examples: list[Example]) -> Guess:
    """What is most frequent among the examples of the training, said of everything."""
    (category, seen), = Counter(each.category for each in examples).most_common(1)
    priority = Counter(each.priority for each in examples).most_common(1)[0][0]
    return Guess(category, priority, seen / len(examples))
