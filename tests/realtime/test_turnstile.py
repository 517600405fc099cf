"""The turnstile before the requests: how many begin in one turn of the loop, in which order, and that none is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from connectassist.core import clock
from connectassist.realtime.hub import Hub
from connectassist.realtime.turnstile import AT_ONCE, Turnstile
from tests.live.server import Server


class Loop(Hub):
    """A loop that turns when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.next: list[Callable[[], None]] = []

    def soon(self, function: Callable[[], None]) -> None:
        self.next.append(function)

    def turn(self) -> None:
        due, self.next = self.next, []
        for function in due:
            function()


def until(holds: Callable[[], bool]) -> None:
    ends, pause = clock.monotonic() + 40, threading.Event()
    while not holds() and clock.monotonic() < ends:
        pause.wait(0.005)
    assert holds()


def test_a_few_begin_in_each_turn_in_the_order_in_which_they_came() -> None:
    loop, begun = Loop(), []
    turnstile = Turnstile(lambda environ, start: begun.append(environ["number"]) or [], loop)
    threads = []
    for number in range(3 * AT_ONCE + 1):
        threads.append(threading.Thread(target=turnstile, args=({"number": number}, None)))
        threads[-1].start()
        until(lambda: len(begun) + len(turnstile._waiting) == len(threads))
    for turns in range(1, 4):
        assert sorted(begun) == list(range(turns * AT_ONCE)), "in one turn they may overtake each other: here, threads"
        loop.turn()
        let_in = min(len(threads), (turns + 1) * AT_ONCE)
        until(lambda let_in=let_in: len(begun) == let_in)
    for thread in threads:
        thread.join(10)
    loop.turn()
    loop.turn()
    assert not loop.next, "a loop with nothing to let in is left alone"
    assert turnstile({"number": -1}, None) == [] and begun[-1] == -1


def test_everybody_comes_through(engine_server: Server) -> None:
    with ThreadPoolExecutor(60) as crowd:
        answers = list(crowd.map(lambda _: engine_server.http().get("/version").status_code, range(120)))
    assert set(answers) == {200}
