"""A real Chromium, as a person would use it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, expect, sync_playwright

PATIENCE = 40_000  # ms; what is there at once costs nothing
expect.set_options(timeout=PATIENCE)

FLAGS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--allow-loopback-in-peer-connection",
         "--autoplay-policy=no-user-gesture-required", "--auto-accept-this-tab-capture"]


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    """A headless Chromium (Debian's, playwright brings none)."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "chromium is not installed (scripts/system_packages.sh test)"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, **options)
        try:
            yield browser
        finally:
            browser.close()


# Reads the colour of one pixel of what the session page shows, be it the video or the tiles' canvas.
PIXEL = """([x, y]) => {
  const shown = [...document.querySelectorAll('#video, #tiles')].find(e => !e.hidden && e.offsetWidth);
  if (!shown) return null;
  const w = shown.videoWidth || shown.width, h = shown.videoHeight || shown.height;
  if (!w) return null;
  const canvas = document.createElement('canvas');
  canvas.width = 1; canvas.height = 1;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  pen.drawImage(shown, x * w, y * h, 1, 1, 0, 0, 1, 1);
  return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
}"""
