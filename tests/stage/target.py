"""The target window's program: `python -m tests.stage.target STATE_FILE X Y`."""

from __future__ import annotations

import json
import os
import sys
import tkinter
from pathlib import Path

COLOURS = {"red": "#dc141e", "green": "#14c83c"}
state = {"colour": "red", "text": "", "clicks": 0, "drags": 0, "wheel": 0, "double_clicks": 0, "right_clicks": 0}


def main(path: Path, x: int, y: int) -> None:
    root = tkinter.Tk()
    root.title("Target")
    root.geometry(f"400x320+{x}+{y}")
    field = tkinter.Canvas(root, width=400, height=220, highlightthickness=0, background=COLOURS["red"])
    field.pack()
    text = tkinter.StringVar()
    entry = tkinter.Entry(root, textvariable=text, font=("DejaVu Sans", 20))
    entry.pack(fill="x", padx=10, pady=20)

    def save(**changes: object) -> None:
        state.update(changes)
        half = path.with_suffix(".half")
        half.write_text(json.dumps(state))
        os.replace(half, path)

    def count(name: str, step: int = 1) -> None:
        save(**{name: state[name] + step})

    def flip(event: object) -> None:
        colour = "green" if state["colour"] == "red" else "red"
        field.configure(background=COLOURS[colour])
        save(colour=colour, clicks=state["clicks"] + 1)

    field.bind("<Button-1>", flip)
    field.bind("<Double-Button-1>", lambda e: count("double_clicks"), add="+")
    field.bind("<Button-3>", lambda e: count("right_clicks"))
    field.bind("<B1-Motion>", lambda e: count("drags"))
    field.bind("<Button-4>", lambda e: count("wheel", -1))
    field.bind("<Button-5>", lambda e: count("wheel", 1))
    text.trace_add("write", lambda *_: save(text=text.get()))
    entry.focus_force()
    entry.bind("<Button-1>", lambda e: entry.focus_force())
    entry.bind("<Control-a>", lambda e: entry.select_range(0, "end") or "break")  # as everywhere but in Tk
    root.after(200, save)
    root.mainloop()


main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
