"""A real Tk window that writes down what reaches it, one JSON object a line; run as a program of its own."""

from __future__ import annotations

import json
import sys
import tkinter as tk


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def main() -> None:
    root = tk.Tk()
    root.overrideredirect(True)
    root.geometry("600x400+100+100")
    canvas = tk.Canvas(root, width=600, height=200, background="#202020", highlightthickness=0)
    canvas.pack()
    text = tk.StringVar(root)
    text.trace_add("write", lambda *_: say(now=text.get()))
    entry = tk.Entry(root, width=60, textvariable=text)
    entry.pack()
    root.bind("<KeyPress>", lambda e: say(key=e.keysym, char=e.char, state=e.state, text=None))
    root.bind("<KeyRelease>", lambda e: say(up=e.keysym, text=entry.get()))
    for number in (1, 2, 3, 4, 5):
        canvas.bind(f"<ButtonPress-{number}>", lambda e, n=number: say(press=n, x=e.x, y=e.y))
        canvas.bind(f"<ButtonRelease-{number}>", lambda e, n=number: say(release=n, x=e.x, y=e.y))
    canvas.bind("<Double-Button-1>", lambda e: say(double=True, x=e.x, y=e.y))
    canvas.bind("<B1-Motion>", lambda e: say(drag=True, x=e.x, y=e.y))

    def ready() -> None:
        root.focus_force()
        entry.focus_force()
        say(ready=True, x=root.winfo_rootx(), y=root.winfo_rooty())

    root.after(100, ready)
    root.mainloop()


if __name__ == "__main__":
    main()
