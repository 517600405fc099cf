"""Mouse and keyboard under X11, by XTest: what real devices would send, so that every program obeys."""

from __future__ import annotations

import time

from Xlib import X, display
from Xlib.ext import xtest

from . import Key, Pointer
from . import x11_keys as keys

_BUTTONS = {0: 1, 1: 2, 2: 3}
_NOTCH = 100.0
_MOST_NOTCHES = 20
_MOST_BORROWED = 24
_SETTLE = 0.012  # programs read the new keyboard map when they hear of it
_DOUBLE_SECONDS = 0.6


class X11Input:
    """Speaks XTest on a connection of its own; every key but the modifiers is tapped.

    A held key would be repeated by this machine for as long as the network is late with the release; so each
    `keydown`, the browser's own repetitions included, is one whole press.
    """

    def __init__(self) -> None:
        self._display = display.Display()
        if not self._display.has_extension("XTEST"):
            raise OSError("the display has no XTEST")
        self._root = self._display.screen().root
        self._held_keys: dict[str, dict[int, int]] = {}
        self._held_buttons: dict[str, set[int]] = {}
        self._rest = [0.0, 0.0]
        self._clicks: list[float] = []
        self._bound: dict[int, int] = {}
        self._load_map()

    # mouse

    def pointer(self, event: Pointer) -> None:
        """Move, press, let go, scroll, double click."""
        if event.x >= 0:
            self._fake(X.MotionNotify, x=event.x, y=event.y)
        if event.action == "down":
            self._press_button(event.who, _BUTTONS[event.button])
        elif event.action == "up":
            self._release_button(event.who, _BUTTONS[event.button])
        elif event.action == "wheel":
            self._scroll(event.dx, event.dy)
        elif event.action == "double":
            self._double(_BUTTONS[event.button])
        self._display.flush()

    def _press_button(self, who: str, button: int) -> None:
        held = self._held_buttons.setdefault(who, set())
        if button not in held:
            held.add(button)
            self._fake(X.ButtonPress, detail=button)

    def _release_button(self, who: str, button: int) -> None:
        held = self._held_buttons.get(who, set())
        if button in held:
            held.discard(button)
            self._fake(X.ButtonRelease, detail=button)
            self._clicks = [*self._clicks[-3:], time.monotonic()]

    def _double(self, button: int) -> None:
        """Click twice, unless the page has already sent both clicks one by one."""
        recent = [t for t in self._clicks if time.monotonic() - t < _DOUBLE_SECONDS]
        self._clicks = []
        if len(recent) >= 2:
            return
        for _ in range(2):
            self._fake(X.ButtonPress, detail=button)
            self._fake(X.ButtonRelease, detail=button)

    def _scroll(self, dx: float, dy: float) -> None:
        """Turn CSS pixels into notches; what is less than a notch is kept for the next time."""
        for axis, delta, (back, forth) in ((0, dx, (6, 7)), (1, dy, (4, 5))):
            total = self._rest[axis] + delta / _NOTCH
            notches = int(total)
            self._rest[axis] = total - notches
            for _ in range(min(abs(notches), _MOST_NOTCHES)):
                button = forth if notches > 0 else back
                self._fake(X.ButtonPress, detail=button)
                self._fake(X.ButtonRelease, detail=button)

    # keyboard

    def key(self, event: Key) -> None:
        """Press or let go of a key, named as the browser names it."""
        self._follow_map()
        special = keys.modifier(event.key, event.code)
        if special is not None:
            self._modifier(event, special)
        elif event.down and event.key in keys.NAMED:
            self._tap_keysym(keys.NAMED[event.key])
        elif event.down and (len(event.key) == 1 or not event.key.isascii()):
            for char in event.key:
                self._type(char, event)
        self._display.flush()

    def text(self, text: str) -> None:
        """Type a text, whatever the layout has."""
        for char in text:
            self.key(Key(who="", down=True, key="Enter" if char == "\n" else char))

    def paste(self) -> None:
        """Press Ctrl+V, with nothing else held."""
        self.release(None)
        control = self._map.key_of(keys.CONTROL)
        place = self._map.find(keys.keysyms("v")) or self._map.find(keys.keysyms("v"), group=1)
        if control and place:
            self._fake(X.KeyPress, detail=control)
            self._tap(place.keycode)
            self._fake(X.KeyRelease, detail=control)
            self._display.flush()

    def _modifier(self, event: Key, keysym: int) -> None:
        held = self._held_keys.setdefault(event.who, {})
        keycode = self._map.key_of(keysym)
        if event.down and keycode and keysym not in held:
            held[keysym] = keycode
            self._fake(X.KeyPress, detail=keycode)
        elif not event.down and keysym in held:
            self._fake(X.KeyRelease, detail=held.pop(keysym))

    def _tap_keysym(self, keysym: int) -> None:
        keycode = self._map.key_of(keysym)
        if keycode:
            self._tap(keycode)

    def _type(self, char: str, event: Key) -> None:
        """Type one character with the modifiers it takes here, whatever it took on the technician's keyboard."""
        state = self._root.query_pointer().mask
        group = state >> 13 & 3
        place = self._map.find(keys.keysyms(char), group=group) or self._bind(char)
        if place is None:
            return
        shortcut = (event.ctrl or event.alt or event.meta) and not (event.altgr or self._holds(keys.LEVEL3))
        shift = place.shift
        if char.lower() != char.upper() and state & X.LockMask:
            shift = not shift
        with_level3 = place.level3
        if shortcut and char.isalpha():
            shift = event.shift
        self._with_modifiers(place.keycode, shift=shift, level3=with_level3, keep_others=shortcut)

    def _holds(self, keysym: int) -> bool:
        return any(keysym in held for held in self._held_keys.values())

    def _with_modifiers(self, keycode: int, *, shift: bool, level3: bool, keep_others: bool) -> None:
        """Tap a key with exactly these modifiers, then put the technician's own ones back."""
        held = {sym: code for each in self._held_keys.values() for sym, code in each.items()}
        plain = (keys.SHIFT, keys.SHIFT_RIGHT, keys.LEVEL3)
        wanted = [sym for sym, need in ((keys.SHIFT, shift), (keys.LEVEL3, level3)) if need]
        has_shift = keys.SHIFT in held or keys.SHIFT_RIGHT in held
        lift = [
            code for sym, code in held.items()
            if (sym in plain[:2] and not shift) or (sym == plain[2] and not level3)
            or (sym not in plain and not keep_others)
        ]
        add = [
            code for sym in wanted
            if not (has_shift if sym == keys.SHIFT else sym in held) and (code := self._map.key_of(sym))
        ]
        for code in lift:
            self._fake(X.KeyRelease, detail=code)
        for code in add:
            self._fake(X.KeyPress, detail=code)
        self._tap(keycode)
        for code in reversed(add):
            self._fake(X.KeyRelease, detail=code)
        for code in lift:
            self._fake(X.KeyPress, detail=code)

    def _tap(self, keycode: int) -> None:
        self._fake(X.KeyPress, detail=keycode)
        self._fake(X.KeyRelease, detail=keycode)

    # the keyboard map

    def _bind(self, char: str) -> keys.Place | None:
        """Give a spare key the meaning of a character that the layout lacks."""
        keysym = keys.keysyms(char)[-1] if ord(char) > 0xFF else ord(char)
        if keysym not in self._bound:
            if not self._spare:
                return None
            # The key that was bound longest ago: nobody is still reading what it meant.
            code = self._spare.pop(0)
            self._spare.append(code)
            self._bound = {k: c for k, c in self._bound.items() if c != code}
            self._bound[keysym] = code
            width = len(self._map.rows[0])
            self._display.change_keyboard_mapping(code, [[keysym] * width])
            self._display.sync()
            time.sleep(_SETTLE)
        return keys.Place(keycode=self._bound[keysym], shift=False, level3=False)

    def _load_map(self) -> None:
        first = self._display.display.info.min_keycode
        count = self._display.display.info.max_keycode - first + 1
        rows = self._display.get_keyboard_mapping(first, count)
        self._map = keys.KeyMap(rows, first=first)
        # A layout that was switched on since has taken the borrowed keys away.
        self._bound = {keysym: code for keysym, code in self._bound.items() if keysym in rows[code - first]}
        own = list(self._bound.values())
        for code in own:
            self._map.rows[code - first] = [0] * len(self._map.rows[0])
        self._spare = [code for code in self._map.spare() if code not in own][:_MOST_BORROWED] + own

    def _follow_map(self) -> None:
        """Read the map again when somebody, other than this program, switched it."""
        changed = False
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.MappingNotify:
                changed = changed or event.first_keycode not in self._bound.values() or event.count != 1
        if changed:
            self._load_map()

    # letting go

    def release(self, who: str | None) -> None:
        """Let go of every key and button that one technician (None: anybody) holds."""
        for name in [n for n in self._held_keys if who in (None, n)]:
            for code in self._held_keys.pop(name).values():
                self._fake(X.KeyRelease, detail=code)
        for name in [n for n in self._held_buttons if who in (None, n)]:
            for button in self._held_buttons.pop(name):
                self._fake(X.ButtonRelease, detail=button)
        self._display.flush()

    def close(self) -> None:
        """Take the borrowed keys back out of the map."""
        width = len(self._map.rows[0])
        for code in self._bound.values():
            self._display.change_keyboard_mapping(code, [[0] * width])
        self._display.sync()
        self._display.close()

    def _fake(self, kind: int, *, detail: int = 0, x: int = 0, y: int = 0) -> None:
        xtest.fake_input(self._display, kind, detail, x=x, y=y)
