"""One picture of the screen for somebody who sends it with what they ask: taken when they want it, and shown to them
before it goes."""

from __future__ import annotations

import base64
import io

import mss
from PIL import Image

from .grab import Grabber

LARGEST = (1920, 1200)
QUALITY = 82


def take() -> bytes:
    """The main monitor as a JPEG. Raises OSError where there is no screen to see."""
    try:
        grabber = Grabber()
    except (mss.ScreenShotError, ValueError) as error:
        raise OSError("no screen") from error
    try:
        shown = next((each for each in grabber.displays if each.primary), None)
        if shown is None:
            raise OSError("no screen")
        pixels = grabber.grab(shown)
        image = Image.fromarray(pixels[:, :, 2::-1].copy())
    except mss.ScreenShotError as error:
        raise OSError("no screen") from error
    finally:
        grabber.close()
    image.thumbnail(LARGEST)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def preview(jpeg: bytes, *, width: int, height: int) -> bytes:
    """The same, small, as the window can show it."""
    image = Image.open(io.BytesIO(jpeg))
    image.thumbnail((width, height))
    out = io.BytesIO()
    image.save(out, "PNG")
    return base64.b64encode(out.getvalue())
