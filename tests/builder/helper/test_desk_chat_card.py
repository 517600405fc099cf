"""The two chats of the window: what is typed goes to whom the heading names, and a proposal waits for its button."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Iterator
from dataclasses import replace

import pytest

from builder.helper.board import ChatLine, DeskLine, Proposal, Snapshot, Technician
from builder.helper.ui import theme
from builder.helper.ui.chat import ChatCard

TINA = Technician(socket_id="t", name="Tina", id="1")
MANAGED = Snapshot(managed="This computer is managed for Acme Corp", online=True)
CALLED = replace(MANAGED, session_id="9PD-835-6DE", technicians=(TINA,))


class Chat:
    """The card, and where its words went."""

    def __init__(self, root: tk.Tk) -> None:
        self.to_technician: list[str] = []
        self.to_desk: list[str] = []
        self.accepted: list[str] = []
        fonts = theme.Fonts(root)
        theme.style(root, fonts)
        self.card = ChatCard(root, fonts=fonts, send=self.to_technician.append, write_to_desk=self.to_desk.append,
                             accept=self.accepted.append)
        self.card.outer.pack()
        self.root = root

    def heading(self) -> str:
        return str(self.card.outer.winfo_children()[0].cget("text"))

    def types(self, text: str) -> None:
        self.card.entry.insert("end", text)

    def enters(self) -> None:
        self.card.button.invoke()

    def tabs(self) -> list[str]:
        tabs = self.card._tab.values()
        return [str(tab.cget("text")) for tab in tabs] if self.card._tabs.winfo_manager() else []


@pytest.fixture
def chat(on_display: str) -> Iterator[Chat]:
    root = tk.Tk()
    yield Chat(root)
    root.destroy()


def test_words_go_to_whom_the_heading_names_also_when_somebody_comes_meanwhile(chat: Chat):
    chat.card.show(MANAGED)
    assert chat.heading() == "CHAT WITH YOUR SUPPORT DESK" and chat.tabs() == []
    chat.types("what I would tell the desk only")
    chat.card.show(CALLED)
    assert chat.heading() == "CHAT WITH YOUR SUPPORT DESK" and chat.tabs() == ["With Tina", "Support desk"]
    chat.enters()
    assert (chat.to_desk, chat.to_technician) == (["what I would tell the desk only"], [])


def test_a_technician_who_comes_is_who_one_talks_to(chat: Chat):
    chat.card.show(MANAGED)
    chat.card.show(CALLED)
    assert chat.heading() == "CHAT WITH TINA"
    chat.types("hello")
    chat.enters()
    assert (chat.to_desk, chat.to_technician) == ([], ["hello"])
    chat.card.show(replace(CALLED, desk=(DeskLine("Nova", "psst", own=False, at="10:00"),)))
    assert chat.heading() == "CHAT WITH TINA" and chat.tabs() == ["With Tina", "Support desk ●"]
    chat.card._tab["desk"].invoke()
    assert chat.heading() == "CHAT WITH YOUR SUPPORT DESK" and chat.tabs() == ["With Tina", "Support desk"]


def test_a_quick_support_customer_sees_one_chat_until_the_desk_writes(chat: Chat):
    waiting = Snapshot(online=True, session_id="9PD-835-6DE")
    chat.card.show(waiting)
    assert chat.heading() == "CHAT" and chat.tabs() == []
    talking = replace(waiting, technicians=(TINA,), chat=(ChatLine("Tina", "Hello", own=False, at="10:00"),))
    chat.card.show(talking)
    assert chat.heading() == "CHAT WITH TINA" and chat.tabs() == []
    chat.card.show(replace(talking, desk=(DeskLine("Nova", "Hi", own=False, at="10:01"),)))
    assert chat.heading() == "CHAT WITH TINA" and len(chat.tabs()) == 2


def test_a_proposal_is_taken_up_by_its_button_alone(chat: Chat):
    offer = Proposal("7", "Have this computer check the network", "Run this check")
    line = DeskLine("Nova", "Shall I?", own=False, at="10:00", key="7", proposal=offer)
    chat.card.show(replace(MANAGED, desk=(line,)))
    (name,) = chat.card._text.window_names()
    button = chat.root.nametowidget(name)
    assert button.cget("text") == "Run this check" and chat.accepted == []
    button.invoke()
    assert chat.accepted == ["7"]
    chat.card.show(replace(MANAGED, desk=(replace(line, proposal=replace(offer, taken=True)),)))
    assert not chat.card._text.window_names() and "You agreed" in chat.card._text.get("1.0", "end")
