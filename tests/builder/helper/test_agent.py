"""A device on `/agent`: what it answers, what it refuses, and what only the person at the computer decides."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from builder.helper.agent import Agent, approvals, examiner, line
from builder.helper.board import Board
from builder.helper.link import Link, http_session
from builder.helper.settings import Settings
from tests.builder.helper.fleet_desk import FleetDesk
from tests.live import apart

PATIENCE = 40


class Device:
    """One device in this process: the desk, the agent, and what its user sees."""

    def __init__(self, desk: FleetDesk, agent: Agent, board: Board, rights: set[str]) -> None:
        self.desk, self.agent, self.board, self.rights = desk, agent, board, rights

    async def shows(self, what: Callable[[Any], Any]) -> Any:
        """Wait until the board shows something."""
        async with asyncio.timeout(PATIENCE):
            while not (found := what(self.board.read())):
                await asyncio.sleep(0.01)
        return found

    async def approves(self, yes: bool) -> None:
        asked = await self.shows(lambda now: now.approval)
        self.agent.approvals.answer(asked.request_id, yes)


@asynccontextmanager
async def device(*, fleet: bool = True, unattended: bool = False, ui: str = "tk", lets_in: bool = True,
                 minutes: float = 60, rights: tuple[str, ...] = ()) -> AsyncIterator[Device]:
    desk = FleetDesk(lets_in=lets_in)
    await desk.start()
    board, held = Board(), set(rights)
    settings = Settings(package_dir=Path("."), state_dir=Path("."), shared_dir=Path("."), server_url=desk.url, token="",
                        device_id="DEV-1", fleet=fleet, allow_unattended=unattended, ui=ui, report_minutes=minutes)
    http = http_session()
    link = Link(http, url=desk.url, auth=lambda: {"deviceId": "DEV-1", "deviceSecret": desk.secret},
                about=lambda: {"hostname": "pc", "lastSeenChat": "2026-01-01 00:00:00"})
    agent = Agent(link=link, board=board, settings=settings, device_id="DEV-1", allows=held.__contains__)
    link.on_up = agent.line.live
    agent.start()
    running = asyncio.ensure_future(link.run())
    try:
        await desk.had("heartbeat" if lets_in else "agent", PATIENCE)
        yield Device(desk, agent, board, held)
    finally:
        agent.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await link.close()
        await http.close()
        await desk.stop()


def play(script: Callable[[Device], Any], **how: Any) -> None:
    async def scene() -> None:
        async with device(**how) as one:
            await script(one)

    apart.run(scene())


def test_a_managed_computer_introduces_itself_and_answers():
    async def script(one: Device) -> None:
        assert (await one.desk.had("heartbeat", PATIENCE))["deviceId"] == "DEV-1"
        assert (await one.desk.had("system_profile", PATIENCE))["hostname"]
        assert "hostname=pc" in one.desk.query and "lastSeenChat=2026-01-01" in one.desk.query
        assert "secret" not in one.desk.query.lower()
        found = await one.desk.answer_to("diagnostic_result", ask="diagnostic_request", checkType="memory",
                                         requestId="d1")
        assert (found["checkType"], found["requestId"], found["silent"]) == ("memory", "d1", False)
        assert found["results"]["totalGB"] > 0
        told = await one.desk.answer_to("system_tool_result", ask="system_tool_request", tool="process_list",
                                        params={}, requestId="t1")
        assert told["success"] and told["data"]["processes"] and told["requestId"] == "t1"
        wrong = await one.desk.answer_to("system_tool_result", ask="system_tool_request", tool="format_disk",
                                         params=None, requestId="t2")
        assert wrong["success"] is False and wrong["error"]
        unknown = await one.desk.answer_to("diagnostic_refused", ask="diagnostic_request", checkType="nonsense",
                                           requestId="d2")
        assert unknown["requestId"] == "d2" and unknown["message"]
        said = await one.desk.answer_to("settings_result", ask="settings_request", requestId="s1")
        assert said["settings"]["fleetEnabled"] is True

    play(script)


def test_a_customer_of_quick_support_is_left_alone_until_commands_are_granted():
    async def script(one: Device) -> None:
        await one.desk.had("heartbeat", PATIENCE)
        refused = await one.desk.answer_to("diagnostic_refused", ask="diagnostic_request", checkType="cpu",
                                           requestId="d1")
        assert "not allowed" in refused["message"] and refused["checkType"] == "cpu"
        told = await one.desk.answer_to("system_tool_result", ask="system_tool_request", tool="process_list",
                                        params={}, requestId="t1")
        assert told["success"] is False and "not allowed" in told["error"] and told["data"] is None
        result = await one.desk.answer_to("remediation_result", ask="remediation_request", actionId="flush_dns",
                                          requestId="r1", parameter=None, autoApprove=True)
        assert result["success"] is False and result["declined"] is True
        assert not one.desk.seen["system_profile"] and one.board.read().approval is None

        one.rights.add("commands")
        one.board.update(rights=frozenset({"commands"}))
        assert (await one.desk.had("system_profile", PATIENCE))["hostname"]
        found = await one.desk.answer_to("diagnostic_result", ask="diagnostic_request", checkType="memory",
                                         requestId="d2")
        assert found["status"] in ("ok", "warning", "error")

    play(script, fleet=False)


def test_a_server_that_shuts_only_this_door_disturbs_nothing_else(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(line, "FIRST_PAUSE", 0.2)

    async def script(one: Device) -> None:
        await one.desk.had("agent-gone", PATIENCE)
        link = one.agent.line._link
        assert link.is_up and (await link.ask("anything", {}))["ok"]
        one.desk.lets_in = True
        await one.desk.next("heartbeat", PATIENCE)
        assert link.is_up and len(one.desk.seen["connect"]) == 1

    play(script, lets_in=False)


def test_a_flood_is_not_answered_for_ever():
    async def script(one: Device) -> None:
        await one.desk.had("heartbeat", PATIENCE)
        asked = 4 * examiner.REQUESTS_PER_MINUTE
        for number in range(asked):
            await one.desk.tell("system_tool_request", tool="process_list", params={}, requestId=str(number))
        await one.desk.answer_to("settings_result", ask="settings_request", requestId="after")
        answers = one.desk.seen["system_tool_result"]
        assert examiner.REQUESTS_PER_MINUTE <= len(answers) < asked

    play(script, fleet=False)


def test_what_does_not_fit_into_the_line_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(examiner, "WAITING", 2)

    async def script(one: Device) -> None:
        await one.desk.had("system_profile", PATIENCE)
        for number in range(examiner.WAITING + 6):
            await one.desk.tell("system_tool_request", tool="process_list", params={}, requestId=str(number))
        async with asyncio.timeout(PATIENCE):
            while len(one.desk.seen["system_tool_result"]) < examiner.WAITING + 6:
                await one.desk.next("system_tool_result", PATIENCE)
        busy = [each for each in one.desk.seen["system_tool_result"] if not each["success"]]
        assert busy and all("busy" in each["error"] for each in busy)

    play(script)


def test_a_repair_is_done_after_a_yes_and_only_then():
    async def script(one: Device) -> None:
        ask = {"ask": "remediation_request", "actionId": "flush_dns", "parameter": None,
               "technicianName": "Tina\x1b[2J"}
        answered = asyncio.ensure_future(one.desk.answer_to("remediation_result", requestId="r1", autoApprove=True,
                                                            **ask))
        asked = await one.shows(lambda now: now.approval)
        assert (asked.title, asked.by) == ("Empty the DNS cache", "Tina[2J") and one.board.read().asks
        one.agent.approvals.answer("r1", False)
        told = await answered
        assert (told["success"], told["declined"], told["actionId"]) == (False, True, "flush_dns")
        assert told["before"] is None and told["deviceId"] == "DEV-1"

        answered = asyncio.ensure_future(one.desk.answer_to("remediation_result", requestId="r2", **ask))
        await one.approves(True)
        told = await answered
        assert "declined" not in told and told["before"] and told["after"]
        assert one.desk.seen["remediation_started"] == [{"requestId": "r2", "actionId": "flush_dns"}]
        await one.desk.tell("remediation_request", actionId="flush_dns", requestId="r2", parameter=None)
        await one.desk.answer_to("settings_result", ask="settings_request", requestId="after")
        assert one.board.read().approval is None and len(one.desk.seen["remediation_result"]) == 2

    play(script)


def test_a_right_that_is_taken_back_takes_the_question_with_it():
    async def script(one: Device) -> None:
        one.board.update(rights=frozenset({"commands"}))
        answered = asyncio.ensure_future(one.desk.answer_to("remediation_result", ask="remediation_request",
                                                            actionId="flush_dns", requestId="r1", parameter=None))
        await one.shows(lambda now: now.approval)
        one.rights.clear()
        one.board.update(rights=frozenset())
        assert (await answered)["declined"] is True and one.board.read().approval is None

    play(script, fleet=False, rights=("commands",))


def test_silence_is_a_no(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(approvals, "APPROVAL_SECONDS", 0.3)

    async def script(one: Device) -> None:
        told = await one.desk.answer_to("remediation_result", ask="remediation_request", actionId="flush_dns",
                                        requestId="r1", parameter=None)
        assert told["declined"] is True and "answered" in told["message"]

    play(script)


@pytest.mark.parametrize(("action", "parameter"), [
    ("format_disk", None), ("kill_process", None), ("kill_process", "1; rm -rf /"), ("restart_service", "--now"),
    ("flush_dns", "x"), ("kill_process", "1"), ("restart_service", "systemd-logind"),
    ("reset_network_adapter", "$(id)"),
])
def test_what_is_not_on_the_helpers_own_list_is_never_even_asked(action: str, parameter: str | None):
    async def script(one: Device) -> None:
        told = await one.desk.answer_to("remediation_result", ask="remediation_request", actionId=action,
                                        requestId="r1", parameter=parameter, autoApprove=True)
        assert told["success"] is False and told["message"] and one.board.read().approval is None

    play(script, unattended=True)


def test_nobody_need_be_asked_only_where_the_package_says_so():
    async def script(one: Device) -> None:
        told = await one.desk.answer_to("remediation_result", ask="remediation_request", actionId="flush_dns",
                                        requestId="r1", parameter=None, autoApprove=True)
        assert told["success"] and told["after"]

    play(script, unattended=True)


def test_a_service_whose_package_allows_nothing_declines_at_once():
    async def script(one: Device) -> None:
        told = await one.desk.answer_to("remediation_result", ask="remediation_request", actionId="flush_dns",
                                        requestId="r1", parameter=None, autoApprove=True)
        assert told["declined"] is True

    play(script, ui="none")


def test_the_end_of_a_repair_is_told_although_it_cut_the_line():
    async def script(one: Device) -> None:
        await one.desk.tell("remediation_request", actionId="flush_dns", requestId="r1", parameter=None)
        asked = await one.shows(lambda now: now.approval)
        await one.desk.sio.disconnect(one.desk.helper)
        await one.desk.sio.disconnect(one.desk.agent, namespace="/agent")
        async with asyncio.timeout(PATIENCE):
            while one.agent.line.is_up:
                await asyncio.sleep(0.01)
        one.agent.approvals.answer(asked.request_id, True)
        told = await one.desk.had("remediation_result", PATIENCE)
        assert told["requestId"] == "r1" and told["after"]

    play(script)


def test_reports_come_by_themselves_but_not_while_somebody_watches(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("builder.helper.agent.FIRST_REPORT_SECONDS", 0.1)
    ran: list[str] = []
    monkeypatch.setattr(examiner.checks, "run", lambda check, **_: ran.append(check) or [
        {"checkType": "cpu", "status": "ok", "results": {}, "label": "Processor", "value": "1 %"}])

    async def script(one: Device) -> None:
        await asyncio.sleep(0.5)  # the first report would have come
        assert not ran
        one.rights.clear()
        everything, usual = list(examiner.checks.names("all")), list(examiner.checks.SCORED)
        async with asyncio.timeout(PATIENCE):
            while len(one.desk.seen["diagnostic_result"]) < len(everything) + len(usual):
                await asyncio.sleep(0.02)
        assert ran[:len(everything)] == everything and ran[len(everything):][:len(usual)] == usual
        assert all(told["silent"] is True for told in one.desk.seen["diagnostic_result"])

    play(script, minutes=0.002, rights=("view",))


def test_the_chat_with_the_desk():
    async def script(one: Device) -> None:
        await one.agent.chat.write("My printer\x00 is gone")
        assert (await one.desk.had("chat_message", PATIENCE))["content"].startswith("My printer")
        await one.desk.tell("agent_info", agentName="Nova")
        await one.desk.tell("chat_response", text="<b>Hi</b>\x1b[31m\u202e", sender="ai", messageId=7,
                            createdAt="2026-01-01T10:00:00.000Z", action={"type": "diagnose", "checkType": "network"})
        await one.desk.tell("chat_response", text="I am Tina", sender="it_tech", senderName="Tina", messageId=8,
                            action={"type": "run_script", "scriptId": 1})
        await one.desk.tell("ai_status", enabled=False, reason="it_active")
        await one.shows(lambda now: now.desk_note)
        own, assistant, tina = one.board.read().desk
        assert (own.own, own.message) == (True, "My printer is gone")
        assert (assistant.sender, assistant.message) == ("Nova, the assistant", "<b>Hi</b>[31m")
        assert assistant.proposal.button == "Run this check" and tina.sender == "Tina" and tina.proposal is None

        one.desk.answers["action_accept"] = {"ok": False, "error": "This was proposed too long ago", "error_code": "X"}
        await one.agent.chat.accept("7")
        assert one.desk.seen["action_accept"] == [{"messageId": 7}]
        assert "too long ago" in one.board.read().notice and not one.board.read().desk[1].proposal.taken
        one.desk.answers.clear()
        await one.agent.chat.accept("7")
        await one.agent.chat.accept("7")
        assert len(one.desk.seen["action_accept"]) == 2 and one.board.read().desk[1].proposal.taken

        await one.desk.tell("chat_history", messages=[
            {"sender": "user", "content": "My printer is gone", "created_at": "2026-01-01T09:59:00.000Z"},
            {"sender": "ai", "content": "<b>Hi</b>", "created_at": "2026-01-01T10:00:00.000Z", "messageId": 7},
            {"sender": "it_tech", "senderName": "Tina", "content": "Are you there?", "messageId": 9,
             "created_at": "2026-01-01T11:00:00.000Z"}, "nonsense", {"sender": 1, "content": None}])
        await one.shows(lambda now: len(now.desk) == 4)
        assert one.board.read().desk[-1].message == "Are you there?"
        assert one.agent.chat.last_seen == "2026-01-01 11:00:00"

    play(script)
