"""One thread that sees the screen for all viewers together, and rests while there is none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

import numpy as np

from .grab import Display, Grabber
from .policy import FramePolicy
from .watch import Watch, best

log = logging.getLogger("helper.screen")
_LOOK_FOR_MONITORS = 3.0
_STAYS_WARM = 45.0


class Viewer(Protocol):
    """Where pictures go; called in the camera's thread, which waits until it returns."""

    def picture(self, image: np.ndarray, *, at: float) -> None: ...


class Camera:
    """Looks at one monitor. Without viewers it costs nothing: no picture is ever taken."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._viewers: tuple[Viewer, ...] = ()
        self._change = threading.Condition()
        self._closed = False
        self._warm = False
        self._urgent = False
        self._watch: Watch | None = None
        self._grabber: Grabber | None = None
        self._thread: threading.Thread | None = None
        self.policy = FramePolicy()
        self.monitor = 0
        self.displays: list[Display] = []
        self.on_displays: Callable[[list[Display]], None] | None = None
        self.technician_pointer: tuple[int, int] | None = None

    @property
    def display(self) -> Display | None:
        """The monitor being shown."""
        return self.displays[min(self.monitor, len(self.displays) - 1)] if self.displays else None

    def warm_up(self) -> None:
        """Start the thread and open the screen, so that the first picture after Allow comes at once."""
        with self._change:
            self._warm = True
            self._start()
            self._change.notify()

    def add(self, viewer: Viewer) -> None:
        """Show the screen to one more viewer."""
        with self._change:
            if viewer not in self._viewers:
                self._viewers = (*self._viewers, viewer)
            self._start()
            self._change.notify()
        self.refresh()

    def remove(self, viewer: Viewer) -> None:
        """Show the screen to one viewer less."""
        with self._change:
            self._viewers = tuple(v for v in self._viewers if v is not viewer)

    def refresh(self) -> None:
        """Send a picture now, changed or not (a new viewer, a lost frame, another monitor)."""
        self._urgent = True
        watch = self._watch
        if watch:
            watch.wake()

    def switch(self, monitor: int) -> bool:
        """Show another monitor; false when there is none of that number."""
        if not 0 <= monitor < len(self.displays):
            return False
        self.monitor = monitor
        self.refresh()
        return True

    def close(self) -> None:
        """End the thread."""
        with self._change:
            self._closed = True
            self._viewers = ()
            self._change.notify()
        if self._watch:
            self._watch.wake()
        if self._thread:
            self._thread.join(3)

    def _start(self) -> None:
        if not self._thread and not self._closed:
            self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while self._wait_for_work():
            try:
                self._open()
                if self._wait_for_viewers():
                    self._film()
            except Exception:
                log.exception("the screen cannot be read; trying again")
                time.sleep(1)
            finally:
                self._shut()

    def _wait_for_work(self) -> bool:
        with self._change:
            while not (self._closed or self._viewers or self._warm):
                self._change.wait()
            self._warm = False
            return not self._closed

    def _wait_for_viewers(self) -> bool:
        """Keep a warm camera open for a while: somebody is being asked."""
        with self._change:
            return self._change.wait_for(lambda: self._viewers or self._closed, _STAYS_WARM) and not self._closed

    def _open(self) -> None:
        self._grabber = Grabber()
        self._watch = best()
        self._tell_displays(self._grabber.displays)
        if self.display:
            self._grabber.grab(self.display)

    def _shut(self) -> None:
        watch, self._watch = self._watch, None
        if watch:
            watch.close()
        if self._grabber:
            self._grabber.close()
        self._grabber = None

    def _tell_displays(self, found: list[Display]) -> None:
        changed, self.displays = found != self.displays, found
        if changed and self.on_displays:
            self.on_displays(found)

    def _film(self) -> None:
        """Look, compare, and hand pictures on until the last viewer has gone."""
        last: np.ndarray | None = None
        checked = self._clock()
        while self._viewers and not self._closed:
            self._sleep()
            now = self._clock()
            if now - checked > _LOOK_FOR_MONITORS and not self._watch_is_busy(now):
                checked = now
                self._check_monitors()
            urgent, self._urgent = self._urgent, False
            image = self._look(last, urgent=urgent)
            changed = image is not last
            last = image
            if self.policy.decide(now, changed=changed, urgent=urgent):
                for viewer in self._viewers:
                    viewer.picture(image, at=now)
            elif changed:
                self._urgent = True  # too early to send it: it goes with the next tick

    def _watch_is_busy(self, now: float) -> bool:
        return now - self.policy.last_change < 0.5

    def _sleep(self) -> None:
        """Wait for the next moment at which a picture may be due."""
        if self._urgent and self.policy.earliest() <= self._clock():
            return
        pause = self.policy.earliest() - self._clock()
        if pause > 0:
            time.sleep(pause)
        if not self._urgent:
            due = self.policy.next_due(self._clock()) - self._clock()
            tick = due if self._watch.tells_changes else min(due, 1 / self.policy.fps)
            # The pointer moves without a word from the screen: look for it 20 times a second.
            self._watch.wait(min(tick, 0.05))

    def _look(self, last: np.ndarray | None, *, urgent: bool) -> np.ndarray:
        """Take a picture if it is worth one; the same object comes back when nothing changed."""
        if not self._watch.take() and last is not None and not urgent:
            return last
        display = self.display
        if display is None:
            raise OSError("no screen")
        image = self._grabber.grab(display)
        cursor = self._watch.cursor()
        if cursor and cursor.point != self.technician_pointer:
            cursor.draw(image, left=display.left, top=display.top)
        same = last is not None and last.shape == image.shape and np.array_equal(
            image.view(np.uint32), last.view(np.uint32)
        )
        return last if same else image

    def _check_monitors(self) -> None:
        from .grab import displays

        found = displays()
        if found and found != self._grabber.displays:
            self._grabber.refresh()
            self._tell_displays(self._grabber.displays)
            self._urgent = True
