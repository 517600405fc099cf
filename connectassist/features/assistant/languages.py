"""Words of the languages that the FAQ assistant is asked in, and the English ones that they mean. English stems stand
for meanings: a question in another language is looked up by what it means."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

import snowballstemmer

from connectassist.features.assistant.knowledge import stems, words
from connectassist.features.assistant.vocabulary import LANGUAGES, STOP_WORDS

MEANINGS = Path(__file__).with_name("meanings.toml")
ENGLISH = "en"
_STEMMERS = {"de": "german", "fr": "french", "es": "spanish"}
#: Of a German word made of several, no part is shorter.
SHORTEST_PART = 4


@lru_cache(maxsize=50_000)
def plain(word: str) -> str:
    """A word without its accents, for people leave them out."""
    spread = unicodedata.normalize("NFKD", word.replace("ß", "ss"))
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


@cache
def _said() -> dict[str, list[tuple[str, str]]]:
    """For each language its words, and what each means in English; a word may mean several things."""
    told = tomllib.loads(MEANINGS.read_text())
    return {language: [(word, english) for english, many in told[language].items() for word in many.split()]
            for language in _STEMMERS}


@cache
def _small() -> dict[str, frozenset[str]]:
    """Each language's words that say nothing of what is wrong."""
    told = tomllib.loads(MEANINGS.read_text())["small"]
    return {language: frozenset(map(plain, told[language].split())) | frozenset(map(plain, LANGUAGES[language][0]))
            for language in _STEMMERS}


@cache
def _phrases() -> list[tuple[re.Pattern[str], str]]:
    told = tomllib.loads(MEANINGS.read_text())["phrases"]
    return [(re.compile(rf"\b(?:{pattern})\b"), f" {meaning} ") for meaning, pattern in told.items()]


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """What a word means, by its spelling without accents; in German also with `ae` for `ä`."""
    found: dict[str, set[str]] = defaultdict(set)
    for known in _said().values():
        for word, english in known:
            for spelling in {plain(word), plain(word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"))}:
                found[spelling].update(stems(english.replace("-", " ")))
    same = tomllib.loads(MEANINGS.read_text())["en"]
    for english, many in same.items():
        for word in many.split():
            found[word].update(stems(english))
    return {word: tuple(sorted(meant)) for word, meant in found.items()}


@cache
def _by_stem() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language, known in _said().items():
        for word, _ in known:
            found.setdefault(_stem(language, word), _meanings()[plain(word)])
    return found


@lru_cache(maxsize=20_000)
def _stem(language: str, word: str) -> str:
    return f"{language} {plain(snowballstemmer.stemmer(_STEMMERS[language]).stemWord(word))}"


def telling_words(text: str) -> list[str]:
    """The words of a text that say something, in any of the languages."""
    told = text.casefold()
    for pattern, meaning in _phrases():
        told = pattern.sub(meaning, told)
    said = [part for word in words(told) for part in _split(word)]
    language = _language(said)
    small = _small().get(language, frozenset()) if language else frozenset()
    return [word for word in said if word not in STOP_WORDS and plain(word) not in small and len(word) > 1]


def _split(word: str) -> list[str]:
    """French joins small words with an apostrophe: what stands behind it tells."""
    head, mark, tail = word.partition("'")
    return [tail] if mark and len(head) <= 2 < len(tail) else [word]


@lru_cache(maxsize=50_000)
def meant(word: str) -> tuple[str, ...]:
    """What a word means, as English stems; of one that isn't known, its own stem."""
    known = _meanings().get(plain(word))
    if known is None and word not in english_words():
        known = next((found for language in _STEMMERS if (found := _by_stem().get(_stem(language, word)))), None)
    return known or tuple(stems(word)) or (word,)


@cache
def english_words() -> frozenset[str]:
    """The English words that other languages' are told by."""
    return frozenset(part for known in _said().values() for _, english in known for part in english.split("-"))


@lru_cache(maxsize=20_000)
def parts(word: str) -> tuple[str, ...]:
    """What a German word that is made of several means: `netzwerkkabel` is a network's cable."""
    letters = plain(word)
    for cut in range(len(letters) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        head, tail = letters[:cut], letters[cut:]
        known = _meanings().get(head) or _meanings().get(head.removesuffix("s"))
        if known:
            rest = _meanings().get(tail) or _by_stem().get(_stem("de", tail)) or ()
            return tuple(dict.fromkeys((*known, *rest)))
    return ()


def vocabulary() -> Iterable[str]:
    """Every word that has a meaning here."""
    return _meanings()


def language_of(text: str) -> str:
    """Which of the languages spoken here a text is in; English where it is hard to tell."""
    return _language([part for word in words(text) for part in _split(word)]) or ENGLISH


def _language(said: list[str]) -> str | None:
    """By its small words, and by words that have a meaning in one language alone."""
    if not said:
        return None
    spelled = [plain(word) for word in said]
    hits = {language: sum(word in small for word in spelled) + sum(word in _plain_words(language) for word in spelled)
            for language, small in _small().items()}
    best = max(hits, key=lambda name: hits[name])
    english = sum(word in STOP_WORDS or word in english_words() for word in said)
    return best if hits[best] > english or (hits[best] == english > 0 and hits[best] >= 2) else None


@cache
def _plain_words(language: str) -> frozenset[str]:
    return frozenset(plain(word) for word, _ in _said()[language])
