"""A managed computer and the queue: claimed one by one, done under the usual rules, told of until the server has it,
and nothing done twice."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from builder.helper.agent import Agent, commands, journal
from builder.helper.agent.journal import CUT_SHORT, Journal
from builder.helper.api import Api
from builder.helper.board import Board
from builder.helper.gateway import Gateway, Result
from builder.helper.link import Link, http_session
from builder.helper.settings import Settings
from tests.builder.helper.queue_desk import QueueDesk
from tests.live import apart

PATIENCE = 40


class Computer:
    """One managed computer in this process, its desk, and the person in front of it."""

    def __init__(self, desk: QueueDesk, agent: Agent, board: Board) -> None:
        self.desk, self.agent, self.board = desk, agent, board

    async def until(self, what: Callable[[], Any]) -> Any:
        async with asyncio.timeout(PATIENCE):
            while not (found := what()):
                await asyncio.sleep(0.01)
        return found

    async def asked(self) -> Any:
        """The repair that the person is asked to allow."""
        return await self.until(lambda: self.board.read().approval)

    async def answers(self, yes: bool) -> None:
        self.agent.approvals.answer((await self.asked()).request_id, yes)


@asynccontextmanager
async def computer(folder: Path, *, unattended: bool = False, ui: str = "tk") -> AsyncIterator[Computer]:
    desk, board, http = QueueDesk(), Board(), http_session()
    await desk.start()
    settings = Settings(package_dir=folder, state_dir=folder, shared_dir=folder, server_url=desk.url, token="",
                        device_id="DEV-1", fleet=True, allow_unattended=unattended, ui=ui, report_minutes=60)
    link = Link(http, url=desk.url, auth=lambda: {"deviceId": "DEV-1", "deviceSecret": desk.secret})
    agent = Agent(link=link, board=board, settings=settings, device_id="DEV-1", allows=lambda _: False)
    api = Api(http, url=desk.url, device_id="DEV-1")
    api.device_secret = desk.secret
    agent.start()
    agent.take_commands(Gateway(api), journal=Journal(folder))
    link.on_up = agent.line.live
    running = asyncio.ensure_future(link.run())
    try:
        await desk.had("heartbeat", PATIENCE)
        yield Computer(desk, agent, board)
    finally:
        agent.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await link.close()
        await http.close()
        await desk.stop()


def play(folder: Path, script: Callable[[Computer], Any], **how: Any) -> None:
    async def scene() -> None:
        async with computer(folder, **how) as one:
            await script(one)

    apart.run(scene())


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are short here; nobody looks into the queue untold."""
    monkeypatch.setattr(commands, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(commands, "FIRST_POLL_SECONDS", 600.0)


def test_what_only_looks_is_done_and_told(tmp_path: Path):
    async def script(one: Computer) -> None:
        found = await one.desk.has("c1", "check", checkType="memory")
        (check,) = json.loads(found["output"])["checks"]
        assert (found["status"], check["checkType"], check["status"] in ("ok", "warning", "error")) == (
            "success", "memory", True)
        assert found["claimToken"] == "claim-1" and found["duration"] >= 0 and found["executedAt"].endswith("Z")
        assert (await one.desk.had("diagnostic_result"))["silent"] is True
        tool = json.loads((await one.desk.has("c2", "tool", tool="process_list", params={}))["output"])
        assert tool["data"]["processes"]
        assert json.loads((await one.desk.has("c3", "profile"))["output"])["profile"]["hostname"]
        assert one.board.read().activity.endswith("Told what kind of computer this is, for your support desk")
        assert one.desk.seen["claim"][0] == {"limit": 1, "visibilityTimeout": commands.HOLD_MS}
        assert len(one.desk.seen["auth"]) == 1 and not (tmp_path / "commands.json").exists()

    play(tmp_path, script)


@pytest.mark.parametrize(("kind", "parameters", "words"), [
    ("format.disk", {}, "no command of the type 'format.disk'"), ("check", {"checkType": "nonsense"}, "no check named"),
    ("tool", {"tool": "shell"}, "no tool named"), ("repair", {"actionId": "x"}, "no such repair"),
    ("message", {"text": ""}, "nothing in this message"), ("\x1b[2J", {}, "no command of the type '[2J'")])
def test_what_is_not_known_fails_with_a_sentence(tmp_path: Path, kind: str, parameters: dict[str, Any], words: str):
    async def script(one: Computer) -> None:
        told = await one.desk.has("c1", kind, **parameters)
        assert told["status"] == "failure" and words in told["error"] and one.board.read().approval is None

    play(tmp_path, script)


def test_a_repair_wants_the_persons_yes(tmp_path: Path):
    async def script(one: Computer) -> None:
        waits = asyncio.ensure_future(one.desk.has("c1", "repair", actionId="flush_dns"))
        await one.answers(False)
        told = await waits
        assert (told["status"], told["error"]) == ("failure", "Declined at the computer.")
        assert json.loads(told["output"])["declined"] is True and "declined" in one.board.read().activity
        waits = asyncio.ensure_future(one.desk.has("c2", "repair", actionId="flush_dns"))
        await one.answers(True)
        assert json.loads((await waits)["output"])["after"] and Journal(tmp_path).result_of("c2")

    play(tmp_path, script)


def test_nobody_is_asked_where_the_package_says_so(tmp_path: Path):
    async def script(one: Computer) -> None:
        told = await one.desk.has("c1", "repair", actionId="flush_dns")
        assert json.loads(told["output"])["declined"] is False and one.board.read().approval is None
        message = await one.desk.has("c2", "message", text="Hello")
        assert message["status"] == "failure" and "without a window" in message["error"]

    play(tmp_path, script, unattended=True, ui="none")


def test_a_message_is_shown(tmp_path: Path):
    async def script(one: Computer) -> None:
        assert (await one.desk.has("c1", "message", text="Please restart\x1b[2J tonight"))["status"] == "success"
        assert one.board.read().desk[-1].message == "Please restart[2J tonight"

    play(tmp_path, script)


def test_a_result_is_told_until_the_server_has_it_and_a_no_is_final(tmp_path: Path):
    async def script(one: Computer) -> None:
        one.desk.says = {"result": [500, 503, 429, 401], "claim": [401]}
        await one.desk.has("c1", "message", text="One")
        assert len(one.desk.seen["tried"]) == 5 and len(one.desk.seen["auth"]) == 3, "signed in again after each 401"
        one.desk.says = {"result": [403]}
        one.desk.puts("c2", "message", text="Two")
        await one.desk.has("c3", "message", text="Three")
        assert "c2" not in one.desk.results and [each["id"] for each in one.desk.seen["tried"]].count("c2") == 1

    play(tmp_path, script)


def test_a_queue_that_cannot_be_asked_is_asked_again(tmp_path: Path):
    async def script(one: Computer) -> None:
        one.desk.says = {"claim": [502, 500, 429]}
        await one.desk.has("c1", "message", text="One")
        assert len(one.desk.seen["claim"]) >= 4

    play(tmp_path, script)


def test_what_was_done_is_not_done_twice(tmp_path: Path):
    async def script(one: Computer) -> None:
        first = await one.desk.has("c1", "message", text="Hello")
        again = await one.desk.has("c1", "message", text="Hello")
        assert len(one.board.read().desk) == 1
        assert {**first, **when(again)} == {**again, **when(again)}
        Journal(tmp_path).begin("c2")

    def when(told: dict[str, Any]) -> dict[str, Any]:
        return {name: told[name] for name in ("claimToken", "executedAt", "duration")}

    play(tmp_path, script)

    async def after_a_power_cut(one: Computer) -> None:
        told = await one.desk.has("c2", "message", text="Hello")
        assert (told["status"], told["error"]) == ("failure", CUT_SHORT.error) and not one.board.read().desk

    play(tmp_path, after_a_power_cut)


def test_the_claim_lasts_while_the_person_thinks_and_a_lost_one_takes_the_question_away(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "EXTEND_SECONDS", 0.05)

    async def script(one: Computer) -> None:
        waits = asyncio.ensure_future(one.desk.has("c1", "repair", actionId="flush_dns"))
        await one.asked()
        await one.until(lambda: len(one.desk.seen["extend"]) >= 2)
        assert one.desk.seen["extend"][0] == {"claimToken": "claim-1", "extensionMs": commands.HOLD_MS}
        one.desk.says = {"extend": [503, 403]}
        await one.until(lambda: one.board.read().approval is None)
        waits.cancel()
        await one.desk.has("c2", "message", text="Next")
        assert "c1" not in one.desk.results and not one.agent.approvals.is_full

    play(tmp_path, script)


def test_the_queue_is_looked_into_untold_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(commands, "FIRST_POLL_SECONDS", 0.1)
    monkeypatch.setattr(commands, "POLL_SECONDS", 0.1)

    async def script(one: Computer) -> None:
        one.desk.puts("c1", "message", text="One")
        await one.desk.had("result c1")
        one.desk.says = {"claim": [403]}
        one.desk.puts("c2", "message", text="Two")
        await one.desk.had("result c2")
        assert not one.desk.says["claim"], "a closed queue is tried again later"

    play(tmp_path, script)


def test_the_journal_is_whole_private_and_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(journal, "REMEMBERED", 3)
    kept = Journal(tmp_path)
    for number in range(5):
        kept.begin(f"c{number}")
        kept.finish(f"c{number}", Result("success", output=f"{number}"))
    assert [Journal(tmp_path).result_of(f"c{number}") for number in range(5)] == [
        None, None, *(Result("success", output=f"{number}") for number in (2, 3, 4))]
    assert os.stat(tmp_path / "commands.json").st_mode & 0o077 == 0
    for broken in ("", "[]", '{"c1": 7}', "{"):
        (tmp_path / "commands.json").write_text(broken)
        assert Journal(tmp_path).result_of("c1") is None
