"""The lines that the model learns from, and those that it is judged by: plain files beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectassist.features.categorising.model import CATEGORIES, PRIORITIES

DATA = Path(__file__).with_name("data")
TRAINING, HELD_OUT = DATA / "training.tsv", DATA / "held_out.tsv"


@dataclass(frozen=True, slots=True)
class Example:
    """What somebody wrote, and what staff would make of it. An empty category or priority is not known."""

    category: str
    priority: str
    text: str
    language: str = ""
    corrects: bool = False


def training() -> list[Example]:
    """The lines that the shipped model learns from."""
    return read(TRAINING)


def held_out() -> list[Example]:
    """The lines that no model learns from."""
    return read(HELD_OUT)


def read(path: Path) -> list[Example]:
    """The examples of a file: language, category, priority and text in each line, with tabs between.
    Raises ValueError for a line that is none."""
    return [_example(line, f"{path.name}:{number}")
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if line.strip()]


def _example(line: str, where: str) -> Example:
    parts = line.split("\t")
    if len(parts) != 4 or parts[1] not in CATEGORIES or parts[2] not in PRIORITIES or not parts[3].strip():
        raise ValueError(f"{where} is no example: {line[:80]!r}")
    return Example(language=parts[0], category=parts[1], priority=parts[2], text=parts[3])
