"""The customer in front of the display: finds the helper's buttons by their colour, as eyes do, and clicks them."""

from __future__ import annotations

import time

import mss
import numpy

from tests.stage.display import Display, eventually

GREEN, RED, TEAL = (0x18, 0x7A, 0x45), (0xC9, 0x25, 0x2B), (0x0E, 0x7A, 0x78)
ORDER = ("view", "control", "clipboard", "files", "commands", "recording")
LEFT, TOP, WIDTH = 40, 20, 440
TICKS = slice(LEFT + 20, LEFT + 60)
PATIENCE = 30
Place = tuple[int, int]


class Customer:
    """Works the helper's window with the real pointer."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._chat_before: numpy.ndarray | None = None

    def looks(self) -> numpy.ndarray:
        """What is on the screen: rows × columns × red, green, blue."""
        with mss.MSS(display=self._display.name) as screen:
            return numpy.asarray(screen.grab(screen.monitors[0]))[:, :, 2::-1]

    def waits_for_question(self) -> None:
        """Wait until the question is up and its buttons take clicks (not in the first 0.6 s)."""
        self._awaits(GREEN, least=100, what="the question with its green Allow")
        eventually(self._accident_time_is_over, within=PATIENCE, what="buttons that take clicks")

    def _accident_time_is_over(self) -> bool:
        """White words on the button: while it takes no clicks they are pale green."""
        x, y = self._awaits(GREEN, least=100, what="Allow")
        around = self.looks()[y - 12:y + 12, x - 40:x + 40].reshape(-1, 3)
        return bool((around > 250).all(axis=1).any())

    def allows(self) -> None:
        self.waits_for_question()
        self._display.click(*self._awaits(GREEN, least=100, what="Allow"))
        self._gone(GREEN, least=100, what="the question")

    def declines(self) -> None:
        self.waits_for_question()
        x, y = self._awaits(GREEN, least=100, what="Allow")
        self._display.click(2 * (LEFT + WIDTH // 2) - x, y)
        self._gone(GREEN, least=100, what="the question")

    def question_is_gone(self) -> None:
        """Wait until no question stands."""
        self._gone(GREEN, least=100, what="the question")

    def unticks(self, *rights: str, asked: tuple[str, ...]) -> None:
        """In the question, take the tick off some of the rights that are asked."""
        self.waits_for_question()
        boxes = self._tick_boxes()
        assert len(boxes) == len(asked), f"{len(boxes)} ticks for {asked}"
        for right in rights:
            self._display.click(*boxes[[r for r in ORDER if r in asked].index(right)])

    def takes_back(self, right: str, *, held: tuple[str, ...]) -> None:
        """Untick one of the rights that the window shows."""
        boxes = self.waits_for_rights(len(held))
        self._display.click(*boxes[[r for r in ORDER if r in held].index(right)])

    def waits_for_rights(self, count: int) -> list[Place]:
        """Wait until the window shows so many rights; returns their ticks."""
        return eventually(lambda: self._resting_boxes(count), within=PATIENCE, what=f"{count} ticks in the window")

    def stops(self) -> None:
        self._display.click(*self._awaits(RED, least=250, what="the red Stop"))

    def writes(self, text: str) -> None:
        """Say something in the chat."""
        send = self._awaits(TEAL, least=50, what="Send", right_of=LEFT + 280)
        self._display.xdotool("search", "--onlyvisible", "--class", "ConnectAssist", "windowfocus")
        self._display.click(send[0] - 150, send[1])
        self._display.xdotool("type", "--delay", "20", text)
        self._display.xdotool("key", "Return")

    def chat_shown(self) -> numpy.ndarray:
        """What the chat looks like above the line to write."""
        x, y = self._awaits(TEAL, least=50, what="Send", right_of=LEFT + 280)
        return self.looks()[y - 150:y - 25, LEFT + 25:x]

    def rests_at_chat(self) -> numpy.ndarray:
        """The same, once nothing new has come for a while."""
        def resting() -> list[numpy.ndarray] | None:
            before = self.chat_shown()
            time.sleep(1.5)
            return [before] if numpy.array_equal(before, self.chat_shown()) else None
        return eventually(resting, within=PATIENCE, what="a chat at rest")[0]

    def chat_ink(self) -> int:
        """How much is written in the chat: dark pixels between the rights and the line to write."""
        x, y = self._awaits(TEAL, least=50, what="Send", right_of=LEFT + 280)
        return int((self.looks()[y - 150:y - 25, LEFT + 25:x].max(axis=2) < 120).sum())

    def _resting_boxes(self, count: int) -> list[Place] | None:
        """The ticks, once the window has come to rest: a line that wraps elsewhere moves them."""
        before = self._tick_boxes()
        time.sleep(0.4)
        return before if before == self._tick_boxes() and len(before) == count else None

    def _tick_boxes(self) -> list[Place]:
        rows = self._is(TEAL)[:, TICKS].sum(axis=1) >= 8
        edges = numpy.flatnonzero(numpy.diff(numpy.concatenate(([0], rows.astype(int), [0]))))
        x = TICKS.start + int(numpy.flatnonzero(self._is(TEAL)[:, TICKS].any(axis=0)).mean())
        return [(x, int((top + bottom) / 2)) for top, bottom in edges.reshape(-1, 2) if bottom - top >= 14]

    def _is(self, colour: tuple[int, int, int]) -> numpy.ndarray:
        return (self.looks() == colour).all(axis=2)

    def _find(self, colour: tuple[int, int, int], *, least: int, right_of: int = 0) -> Place | None:
        """The middle of the lowest block of a colour that is at least so wide."""
        mask = self._is(colour)
        mask[:, :right_of] = False
        mask[:, LEFT + WIDTH:] = False
        rows = numpy.flatnonzero(mask.sum(axis=1) >= least)
        if len(rows) < 10:
            return None
        last = numpy.split(rows, numpy.flatnonzero(numpy.diff(rows) > 14) + 1)[-1]
        columns = numpy.flatnonzero(mask[last[0]:last[-1]].any(axis=0))
        return int((columns[0] + columns[-1]) / 2), int((last[0] + last[-1]) / 2)

    def _awaits(self, colour: tuple[int, int, int], *, least: int, what: str, right_of: int = 0) -> Place:
        return eventually(lambda: self._find(colour, least=least, right_of=right_of), within=PATIENCE, what=what)

    def _gone(self, colour: tuple[int, int, int], *, least: int, what: str) -> None:
        eventually(lambda: self._find(colour, least=least) is None, within=PATIENCE, what=f"{what} taken away")
