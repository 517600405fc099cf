"""Everything wired together: what happens from the start to the end of the program."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from . import integrity, succession
from .agent import Agent
from .agent.journal import Journal
from .api import Api
from .api import machine as about_machine
from .board import Board, HelpCall
from .calls import Calls
from .control import Controls
from .enrolling import enroll
from .errors import HelperError, Removed
from .events import listen
from .files import SharedFolder
from .gateway import Gateway
from .link import Link, http_session
from .machine import Machine
from .outbox import Call, Outbox
from .relays import Relays
from .seating import Seating
from .session import Session
from .settings import Settings
from .store import Store
from .text import printable
from .transfers import Transfers
from .updating import Updates
from .viewers import Viewers
from .webrtc import tune

log = logging.getLogger("helper")
_GOODBYE_SECONDS = 2.0


class Helper:
    """Runs the helper's asyncio side in a thread of its own; the UI calls the verbs below from any thread."""

    def __init__(self, settings: Settings, *, board: Board, store: Store) -> None:
        self._settings = settings
        self.board = board
        self._store = store
        self._loop: asyncio.AbstractEventLoop | None = None
        self._main: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="session", daemon=True)
        self._session: Session | None = None
        self._agent: Agent | None = None
        self.folder = SharedFolder(settings.shared_dir)
        self._updates: Updates | None = None
        self._outbox = Outbox(store.folder / "calls")
        self._calls: Calls | None = None
        self.wants_restart = False
        self.exit_status = 0
        self.finished = threading.Event()

    # verbs of the UI

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def answer(self, request_id: str, rights: list[str] | None) -> None:
        """Allow these rights, or decline."""
        self._do(lambda s: s.questions.answer(request_id, rights))

    def revoke(self, rights: list[str]) -> None:
        """Take rights back."""
        self._do(lambda s: s.revoke(rights))

    def remove(self, technician_id: str) -> None:
        """Send one technician away."""
        self._do(lambda s: s.remove(technician_id))

    def stop(self) -> None:
        """The red Stop: a no to every repair too that somebody waits for."""
        self._to_agent(lambda agent: agent.approvals.decline_all())
        self._do(lambda s: s.stop())

    def chat(self, message: str) -> None:
        """Send a chat message."""
        self._do(lambda s: s.chat(message))

    def write_to_desk(self, message: str) -> None:
        """Write to the support desk, outside any session."""
        self._to_agent(lambda agent: agent.chat.write(message))

    def call_for_help(self, call: Call) -> None:
        """Have a ticket opened; without a connection it is kept and goes out later."""
        try:
            self._outbox.put(call)
        except OSError as error:
            self.board.update(call=HelpCall("refused", error=f"it cannot be kept here ({error.strerror})"))
            return
        self.board.update(call=HelpCall("sending" if self.board.read().online else "waiting"))
        self._do(lambda _: self._calls.wake() if self._calls else None)

    def accept(self, message_id: str) -> None:
        """Take up what the assistant proposed."""
        self._to_agent(lambda agent: agent.chat.accept(message_id))

    def approve(self, request_id: str, yes: bool) -> None:
        """Let a repair be done, or not."""
        self._to_agent(lambda agent: agent.approvals.answer(request_id, yes))

    def _to_agent(self, verb: Callable[[Agent], Coroutine[Any, Any, None] | None]) -> None:
        self._do(lambda _: verb(self._agent) if self._agent else None)

    def send_file(self, path: Path) -> None:
        """Send a file of the customer's choice."""
        self._do(lambda s: s.transfers.send_file(path))

    def share(self, folder: Path) -> None:
        """Share another folder."""
        self.folder.choose(folder)
        self.board.update(folder=str(folder))

    def update(self, *, now: bool) -> None:
        """Take the newer version that is offered: now, or at the next start."""
        if self._loop and self._updates and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(lambda: self._updates.want(now=now))

    def restart(self) -> None:
        """End the program and begin anew, with the version that was installed."""
        self.wants_restart = True
        self.quit()

    def quit(self) -> None:
        """End the program; Stop first if somebody is connected."""
        loop, main = self._loop, self._main
        if loop and main and not self.finished.is_set():
            loop.call_soon_threadsafe(main.cancel)

    def wait(self, seconds: float = 5.0) -> int:
        """Wait for the end; returns the exit status."""
        self.finished.wait(seconds)
        return self.exit_status

    def _do(self, verb: Callable[[Session], Coroutine[Any, Any, None] | None]) -> None:
        def call() -> None:
            if self._session:
                work = verb(self._session)
                if work is not None:
                    self._keep(asyncio.ensure_future(work))

        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call)

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # the session's thread

    def _run(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            asyncio.run(self._live())
        except HelperError as error:
            self._failed(str(error), status=error.exit_status)
        except Exception:
            log.exception("stopped by an error of its own")
            self._failed("The helper stopped because of an error. Please start it again.", status=1)
        finally:
            self.finished.set()

    def _failed(self, sentence: str, *, status: int) -> None:
        self.exit_status = status
        log.error("%s", sentence)
        self.board.update(
            phase="failed", status=sentence, online=False, technicians=(), rights=frozenset(), question=None
        )

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._main = asyncio.current_task()
        try:
            async with http_session() as http:
                await self._serve(http)
        except asyncio.CancelledError:
            log.info("ended by the customer")

    async def _serve(self, http: Any) -> None:
        settings = self._settings
        signer = await asyncio.to_thread(integrity.check, settings.package_dir)
        tune()
        api = Api(http, url=settings.server_url, device_id=settings.device_id or self._store.own_id())
        link = Link(http, url=settings.server_url, auth=lambda: {
            "deviceId": api.device_id, "deviceSecret": api.device_secret,
        }, about=self._about)
        with Machine() as machine:
            session, seat = self._build(api, link, machine)
            await enroll(api, settings=settings, store=self._store, signer=signer, told=self._enrolling)
            self._agent = self._join_fleet(api, link, session, seat)
            self._session = session
            connected = asyncio.ensure_future(link.run())
            updates = asyncio.ensure_future(self._look_for_updates(api))
            try:
                await self._until_removed(connected, seat)
            finally:
                updates.cancel()
                self._agent.stop()
                await self._leave(session, link)
                connected.cancel()

    async def _look_for_updates(self, api: Api) -> None:
        """Offer newer versions; whatever goes wrong with them, the session goes on."""
        settings = self._settings
        try:
            self._updates = Updates(api=api, board=self.board, own=succession.own(settings.package_dir),
                                    state_dir=settings.state_dir, restart=self.restart)
            await self._updates.run()
        except Exception:
            log.exception("no updates any more")

    def _build(self, api: Api, link: Link, machine: Machine) -> tuple[Session, Seating]:
        settings = self._settings
        session = Session(
            link=link, board=self.board, customer=settings.customer_name, answer=settings.own_answer,
            allow_unattended=settings.allow_unattended,
            **({"idle": "Nobody is connected to this computer"} if settings.fleet else {}),
        )
        controls = Controls(
            allows=session.may_act, worker=machine.worker, display=lambda: machine.camera.display,
            on_clipboard=machine.paste, on_pointer=machine.pointed,
        )
        session.viewers = Viewers(
            camera=machine.camera, controls=controls, send=session.send, codec=settings.codec,
            relays=Relays(api.ice_servers, only=settings.relay_only),
        )
        session.transfers = Transfers(
            api=api, board=self.board, folder=self.folder, send=session.send, allows=session.allows
        )
        seat = Seating(
            api=api, link=link, session=session, machine=machine, allow_unattended=settings.allow_unattended,
            is_called=settings.fleet,
        )
        listen(link, session=session, controls=controls, seat=seat)
        link.on_down = lambda why: self._down(session, why)
        link.on_refused = seat.refused
        machine.camera.on_displays = lambda _: self._do(lambda __: seat.capabilities())
        machine.warm_up(session.viewers.warm_up)
        return session, seat

    def _join_fleet(self, api: Api, link: Link, session: Session, seat: Seating) -> Agent:
        """Be a device of the fleet beside whatever session there is."""
        agent = Agent(link=link, board=self.board, settings=self._settings, device_id=api.device_id,
                      allows=session.allows)

        async def both() -> None:
            if self._calls:
                self._calls.wake()
            await asyncio.gather(seat.take(), agent.line.live())

        link.on_up = both
        agent.start()
        if self._settings.fleet:
            agent.take_commands(Gateway(api), journal=Journal(self._store.folder))
            self._calls = Calls(api, board=self.board, outbox=self._outbox, server=self._settings.server_url)
            agent.keep(self._calls.live())
        return agent

    def _about(self) -> dict[str, str]:
        """What the socket's address says of this computer; no secret among it."""
        if self._agent is None:
            return {}
        known = about_machine()
        return self._agent.about(exe_hash=integrity.executable_hash(self._settings.package_dir),
                                 username=known["username"], hostname=known["hostname"])

    async def _until_removed(self, connected: asyncio.Future[None], seat: Seating) -> None:
        """Serve until the server no longer knows this device. Raises Removed."""
        removed = asyncio.ensure_future(seat.removed.wait())
        try:
            await asyncio.wait([connected, removed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            removed.cancel()
        if connected.done():
            connected.result()
        self._store.forget_device()
        raise Removed("The server no longer knows this device. Please download a new helper.")

    async def _leave(self, session: Session, link: Link) -> None:
        """Go without leaving a picture, a key or a seat behind."""
        if session.id and session.consent.given:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(session.stop(), _GOODBYE_SECONDS)
        elif session.id:
            await link.send("leave-session", {"sessionId": session.id})
            session.leave()
        await session.viewers.close()
        await link.close()

    def _enrolling(self, trouble: str) -> None:
        if trouble:
            self._down(None, trouble)
        else:
            self.board.update(phase="connecting", status="Connecting to the server…")

    def _down(self, session: Session | None, why: str) -> None:
        log.info("no connection: %s", why)
        if session:
            session.questions.close_all()
            session.joined = False
            session.show()
        self.board.update(online=False)
        if not (session and (session.id and self.board.read().technicians)):
            self.board.update(phase="connecting", status=f"Connecting to the server… ({printable(why, limit=90)})")
