"""The X11 clipboard: this program owns the selection and hands it to whoever pastes."""

from __future__ import annotations

import os
import select
import threading
from typing import Any

from Xlib import X, Xatom, display
from Xlib.protocol import event


class X11Clipboard:
    """Owns CLIPBOARD from a thread of its own, until another program takes it."""

    def __init__(self) -> None:
        self._display = display.Display()
        self._window = self._display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
        self._atoms = {n: self._display.intern_atom(n) for n in ("CLIPBOARD", "TARGETS", "UTF8_STRING", "TEXT")}
        self._text = b""
        self._next: str | None = None
        self._owned = threading.Event()
        self._read, self._write = os.pipe()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="clipboard", daemon=True)
        self._thread.start()

    def put(self, text: str) -> None:
        """Hold a text; returns when other programs can paste it."""
        self._owned.clear()
        self._next = text
        os.write(self._write, b"!")
        self._owned.wait(2)

    def close(self) -> None:
        """Let go of the clipboard."""
        self._closed = True
        os.write(self._write, b"!")
        self._thread.join(2)

    def _run(self) -> None:
        while not self._closed:
            if not self._display.pending_events():
                ready, _, _ = select.select([self._display.fileno(), self._read], [], [])
                if self._read in ready:
                    os.read(self._read, 4096)
                    self._own()
            while self._display.pending_events():
                self._handle(self._display.next_event())
        self._display.close()

    def _own(self) -> None:
        text, self._next = self._next, None
        if text is None:
            return
        self._text = text.encode("utf-8")
        self._window.set_selection_owner(self._atoms["CLIPBOARD"], X.CurrentTime)
        self._display.sync()
        self._owned.set()

    def _handle(self, request: Any) -> None:
        if request.type != X.SelectionRequest:
            return
        target = request.target
        name = request.property or target
        if target == self._atoms["TARGETS"]:
            offered = [self._atoms["TARGETS"], self._atoms["UTF8_STRING"], self._atoms["TEXT"], Xatom.STRING]
            request.requestor.change_property(name, Xatom.ATOM, 32, offered)
        elif target in (self._atoms["UTF8_STRING"], self._atoms["TEXT"]):
            request.requestor.change_property(name, self._atoms["UTF8_STRING"], 8, self._text)
        elif target == Xatom.STRING:
            latin = self._text.decode("utf-8").encode("latin-1", "replace")
            request.requestor.change_property(name, Xatom.STRING, 8, latin)
        else:
            name = X.NONE
        request.requestor.send_event(event.SelectionNotify(
            time=request.time, requestor=request.requestor, selection=request.selection, target=target, property=name,
        ))
        self._display.flush()
