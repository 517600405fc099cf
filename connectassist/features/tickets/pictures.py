"""A picture that a device sends: looked at, and painted anew, so that nothing is kept of the file but what is seen."""

from __future__ import annotations

import io

from PIL import Image

from connectassist.core import jobs
from connectassist.core.errors import ValidationFailed

#: More than two screens of 4K. What claims to be larger is not even unpacked.
MOST_PIXELS = 20_000_000
LARGEST = (2560, 1600)
#: The formats that are unpacked at all.
KINDS = ("JPEG", "PNG")


def repainted(data: bytes) -> bytes:
    """The picture as a new JPEG, made in a real thread. Raises ValidationFailed for anything else."""
    return jobs.run_blocking(_repaint, data)


def _repaint(data: bytes) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as found:
            if not 0 < found.width * found.height <= MOST_PIXELS:
                raise ValidationFailed("The picture has too many pixels")
            image = found.convert("RGB")
    except ValidationFailed:
        raise
    except Exception as problem:  # a broken picture fails in many ways
        raise ValidationFailed("This isn't a picture that can be read: send a JPEG or a PNG") from problem
    image.thumbnail(LARGEST)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
