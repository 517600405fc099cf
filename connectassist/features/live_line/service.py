"""The live line (contract 004's `/ws`): who has one open, and what each of them hears.

    snapshot         {user, health, alerts, tickets, cursor}    at the start: the state as it is
    resynced         {cursor, missed}                            after `since`: everything missed was told just before
    metrics          {system_health, timestamp}                  staff, every five seconds
    alert            {alert}                                     staff: one of the server's or of a device, open or over
    ticket_created   {ticket}                                    staff of its client, and the customer who made it
    ticket_updated   {ticket}
    ticket_deleted   {ticket_id}
    chatbot_message  {message}                                   staff of the client, and whoever asked

All but metrics carry a `cursor`. Whoever was cut off opens `/ws?since=<the last cursor>`, or says `resync`, and gets
what they missed, or a new snapshot where that is too much. A page of ours opens `new WebSocket("/ws")`: its cookie
signs it in.

Each process tells the others what happens in it, and its own lines what happens anywhere. When it missed some of that,
its lines get a new snapshot."""

from __future__ import annotations

from collections.abc import Hashable

from connectassist.core import clock
from connectassist.features.live_line.audiences import Lines, News
from connectassist.features.live_line.journal import Journal
from connectassist.features.metrics import service as metrics
from connectassist.features.metrics import states
from connectassist.identity import tokens
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, rescoping
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.everywhere import aside
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.newcomers import Newcomer
from connectassist.realtime.protocol import POLICY

#: Lines of one person: one more, and the oldest is closed.
MOST_LINES = 50
MOST_ALERTS = 100
NEWS, POSITION = "news of the live line", "position of the live line"
#: Seconds after which a state is told in place of news that were missed.
GATHER = 0.5
_are_missed: list[bool] = []
#: Of what is over nothing waits any more, at whichever process.
DELETED = "ticket_deleted"


class LiveLine(Newcomer):
    """One open line. `since` is where its person left off."""

    def __init__(self, by: Principal | None, *, address: str, since: str = "") -> None:
        super().__init__(by, address=address)
        self._since = since

    # -- who it is --------------------------------------------------------------------------------------

    def enter(self, by: Principal) -> None:
        LINES.add(self, by)
        older = LINES.of_user(by.user_id)
        if len(older) > MOST_LINES and older[0].line is not None:
            older[0].line.close(POLICY, "Too many connections")
        self.resync(self._since)

    def leave(self, by: Principal) -> None:
        LINES.remove(self, by)

    def renew(self) -> None:
        """They may see other clients now, or do other things."""
        now = tokens.renewed(self.by) if self.by is not None else None
        if now is not None:
            self._since = ""
            self.admit(now)
        elif self.line is not None:
            self.line.close(POLICY, "Your account has changed")

    # -- what it says -----------------------------------------------------------------------------------

    def resync(self, since: str) -> None:
        """Tell what was missed, or the state as it is. News may come in between; it is newer than either."""
        assert self.line is not None and self.by is not None
        cursor, missed = JOURNAL.cursor, JOURNAL.after(since) if since else None
        if missed is None:
            self.line.say({"type": "snapshot", **snapshot(self.by), "cursor": cursor})
            return
        told = [news for news in missed if news.is_for(self.by)]
        for news in told:
            self.tell(news.frame(self.by))
        self.line.say({"type": "resynced", "missed": len(told), "cursor": cursor})

    def tell(self, frame: bytes, *, key: Hashable = None) -> None:
        """Send a frame that many get."""
        if self.line is not None and self.line.socket is not None:
            self.line.socket.send_framed(frame, key=key)


LINES, JOURNAL = Lines(), Journal()


def snapshot(by: Principal) -> dict:
    """The state as somebody may see it: the server's health, open alerts, the newest tickets."""
    return {"user": {"id": by.user_id, "role": by.role, "name": by.name}, "health": states.health(by),
            "alerts": states.recent_alerts(by, limit=MOST_ALERTS, only_open=True),
            "tickets": states.recent_tickets(by), "timestamp": clock.now()}


def tell(news: News) -> None:
    """Tell everybody whom it is for. In a storm, of what is about the same thing the newest alone is told."""
    PACE.tell(news.client_id, news.type, news.about, {"news": news})


def forget(about: str) -> None:
    """It is gone: what waits to be told of it is of no use."""
    PACE.forget(about)


def tell_metrics() -> None:
    """Look at the machine and tell staff, if any is there."""
    if not LINES.have_staff:
        return
    news = News("metrics", "metrics", None, is_for_all=True, staff={
        "system_health": states.machine(metrics.glance()), "timestamp": clock.now()})
    _send(news, is_noted=False)


def are_told() -> bool:
    """Is anybody there to be told, or another process?"""
    return LINES.are_used or not BUS.is_alone


def _send(news: News, *, is_noted: bool = True) -> None:
    """What is noted comes in its order, or the line is over: whoever comes back knows where they left off. Of what
    isn't, the newest alone waits for a slow reader."""
    if is_noted:
        number = JOURNAL.add(news)
        BUS.tell(NEWS, {"name": JOURNAL.name, "number": number, "news": news.facts()})
    _tell_here(news, key=None if is_noted else news.type)


def _tell_here(news: News, *, key: Hashable = None) -> None:
    for line in LINES.for_news(news):
        assert line.by is not None
        line.tell(news.frame(line.by), key=key)


@BUS.hears(NEWS)
def _news_elsewhere(said: Said, sender: str) -> None:
    news = News(**said["news"])
    if news.type == DELETED:
        forget(news.about)
    is_next = JOURNAL.add_of(said["name"], said["number"], news)
    if is_next is not None:
        _tell_here(news)
    if is_next is False:
        _missed()


@BUS.hears(POSITION)
def _position_elsewhere(said: Said, sender: str) -> None:
    if not JOURNAL.stands(said["name"], said["number"]):
        _missed()
    JOURNAL.learn(said["positions"])


def _introduce(peer: str) -> None:
    BUS.tell(POSITION, {"name": JOURNAL.name, "number": JOURNAL.last, "positions": JOURNAL.positions}, to=peer)


def _missed() -> None:
    """News of another process were missed."""
    if not _are_missed:
        _are_missed.append(True)
        aside(_catch_up)


def _catch_up() -> None:
    """Everybody here is told the state as it is; once, if news of several processes were missed."""
    GATEWAY.socketio.sleep(GATHER)
    _are_missed.clear()
    for line in LINES.all():
        if line.by is not None and line.line is not None:
            line.resync("")
            GATEWAY.socketio.sleep(0)


def _renew(user_id: int) -> None:
    for line in LINES.of_user(user_id):
        line.renew()


PACE = announce.Pace(lambda client_id, name, payload: _send(payload["news"]))
rescoping.on_person.append(_renew)
BUS.on_hello.append(_introduce)
