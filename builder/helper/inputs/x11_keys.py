"""Which keysym a character is, and where a keyboard map has it: pure, without a display."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# DOM KeyboardEvent.key -> X keysym, for keys that type no character.
NAMED = {
    "Backspace": 0xFF08, "Tab": 0xFF09, "Enter": 0xFF0D, "Pause": 0xFF13, "ScrollLock": 0xFF14, "Escape": 0xFF1B,
    "Delete": 0xFFFF, "Home": 0xFF50, "ArrowLeft": 0xFF51, "ArrowUp": 0xFF52, "ArrowRight": 0xFF53,
    "ArrowDown": 0xFF54, "PageUp": 0xFF55, "PageDown": 0xFF56, "End": 0xFF57, "PrintScreen": 0xFF61,
    "Insert": 0xFF63, "Undo": 0xFF65, "Redo": 0xFF66, "ContextMenu": 0xFF67, "Find": 0xFF68, "Help": 0xFF6A,
    "NumLock": 0xFF7F, "CapsLock": 0xFFE5,
    "AudioVolumeDown": 0x1008FF11, "AudioVolumeMute": 0x1008FF12, "AudioVolumeUp": 0x1008FF13,
    **{f"F{n}": 0xFFBD + n for n in range(1, 25)},
}
SHIFT, SHIFT_RIGHT, CONTROL, CONTROL_RIGHT = 0xFFE1, 0xFFE2, 0xFFE3, 0xFFE4
ALT, ALT_RIGHT, SUPER, SUPER_RIGHT, LEVEL3 = 0xFFE9, 0xFFEA, 0xFFEB, 0xFFEC, 0xFE03
MODIFIERS = {
    "Shift": SHIFT, "Control": CONTROL, "Alt": ALT, "Meta": SUPER, "OS": SUPER, "AltGraph": LEVEL3,
}
_RIGHT = {"ShiftRight": SHIFT_RIGHT, "ControlRight": CONTROL_RIGHT, "AltRight": ALT_RIGHT, "MetaRight": SUPER_RIGHT}

# Keysyms older than Unicode are a code page and a byte: (high byte, Python's name of the code page).
_PAGES = (
    (0x01, "iso8859-2"), (0x02, "iso8859-3"), (0x03, "iso8859-4"), (0x05, "iso8859-6"), (0x06, "koi8-r"),
    (0x07, "iso8859-7"), (0x0C, "iso8859-8"), (0x0D, "tis-620"), (0x13, "iso8859-15"),
)
_SINGLE = {0x20AC: 0x20AC, 0x152: 0x13BC, 0x153: 0x13BD, 0x178: 0x13BE}


def modifier(key: str, code: str) -> int | None:
    """The keysym of a modifier key, left or right; None when it is none."""
    if key == "AltGraph":
        return LEVEL3
    return (_RIGHT.get(code) or MODIFIERS[key]) if key in MODIFIERS else None


def keysyms(char: str) -> list[int]:
    """All keysyms under which a keyboard map may have a character, the usual one first."""
    point = ord(char)
    if 0x20 <= point <= 0x7E or 0xA0 <= point <= 0xFF:
        return [point, 0x01000000 | point]
    found = [_SINGLE[point]] if point in _SINGLE else []
    for page, name in _PAGES:
        try:
            byte = char.encode(name)
        except UnicodeEncodeError:
            continue
        if len(byte) == 1 and byte[0] >= 0xA0:
            found.append(page << 8 | byte[0])
    return [*found, 0x01000000 | point]


@dataclass(frozen=True)
class Place:
    """Where a keyboard has a character: the key, and the modifiers it takes there."""

    keycode: int
    shift: bool
    level3: bool


class KeyMap:
    """A keyboard map as the X server's core protocol gives it: a row of keysyms for each key."""

    def __init__(self, rows: Sequence[Sequence[int]], *, first: int) -> None:
        self.rows = [list(r) for r in rows]
        self.first = first

    def find(self, wanted: Sequence[int], *, group: int = 0) -> Place | None:
        """Find a character in the layout that is switched on, the plainest place first."""
        base = 2 if group else 0
        columns = ((base, False, False), (base + 1, True, False), (base + 4, False, True), (base + 5, True, True))
        for keysym in wanted:
            for column, shift, level3 in columns:
                for offset, row in enumerate(self.rows):
                    if column < len(row) and row[column] == keysym:
                        return Place(keycode=self.first + offset, shift=shift, level3=level3)
        return None

    def key_of(self, keysym: int) -> int | None:
        """The key that has this keysym anywhere, best at its first place."""
        for column in range(max((len(r) for r in self.rows), default=0)):
            for offset, row in enumerate(self.rows):
                if column < len(row) and row[column] == keysym:
                    return self.first + offset
        return None

    def spare(self) -> list[int]:
        """Keys without any meaning: unknown characters are bound to them. The highest first."""
        return [self.first + i for i, row in reversed(list(enumerate(self.rows))) if not any(row)]
