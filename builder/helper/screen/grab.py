"""Taking the picture: one monitor as a BGRA array, as fast as the platform gives it."""

from __future__ import annotations

from dataclasses import dataclass

import mss
import numpy as np


@dataclass(frozen=True)
class Display:
    """One monitor, in the desktop's coordinates; `index` is what the technician switches by."""

    index: int
    label: str
    left: int
    top: int
    width: int
    height: int
    primary: bool

    def public(self) -> dict[str, object]:
        """The fields that `helper-capabilities` carries."""
        return {"index": self.index, "label": self.label, "width": self.width, "height": self.height,
                "primary": self.primary}


def displays() -> list[Display]:
    """List the monitors; empty where there is no screen to see."""
    try:
        with mss.MSS() as grabber:
            return _displays(grabber)
    except (mss.ScreenShotError, OSError, ValueError):
        return []


def _displays(grabber: mss.MSS) -> list[Display]:
    monitors = grabber.monitors[1:] or grabber.monitors[:1]
    primary = next((i for i, m in enumerate(monitors) if m.get("is_primary")), 0)
    return [
        Display(index=i, label=f"Display {i + 1}", left=m["left"], top=m["top"], width=m["width"],
                height=m["height"], primary=i == primary)
        for i, m in enumerate(monitors)
    ]


class Grabber:
    """Holds the platform's capture connection; use it from one thread only."""

    def __init__(self) -> None:
        self._mss = mss.MSS()
        self.displays = _displays(self._mss)

    def refresh(self) -> None:
        """Look for monitors again (one was plugged in, or the size changed)."""
        self._mss.close()
        self._mss = mss.MSS()
        self.displays = _displays(self._mss)

    def grab(self, display: Display) -> np.ndarray:
        """Take one picture: rows × columns × BGRA, even in width and height as video wants it."""
        shot = self._mss.grab(
            {"left": display.left, "top": display.top, "width": display.width, "height": display.height}
        )
        image = np.frombuffer(shot.raw, dtype=np.uint8).reshape(shot.height, shot.width, 4)
        return image[: shot.height & ~1 or 1, : shot.width & ~1 or 1]

    def close(self) -> None:
        """Give the connection back."""
        self._mss.close()
