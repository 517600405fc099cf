"""What happens at one process of a site, for whoever is connected to another: commands, tools, terminals, watchers,
chats, tickets, knowledge. Devices are at process 0 and people at process 1, unless a test says otherwise."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing

import orjson
import pytest
from click.testing import CliRunner

from connectassist.features.categorising import shelf
from connectassist.features.categorising.commands import categories
from tests.cast import ACME, BETA, Member
from tests.conftest import PostgresTemplate
from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.redis import Redis
from tests.live.server import Http, Server
from tests.live.site import Site
from tests.live.sockets import PATIENCE, Socket


@pytest.fixture(scope="module")
def site(postgres_template: PostgresTemplate, redis_server: Redis,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    made = postgres_template.copy_to(folder)
    started = Site(folder, cast=postgres_template.cast, redis_url=redis_server.url, **made).start()
    yield started
    started.stop()
    postgres_template.drop(made)


@pytest.fixture
def here(site: Site) -> Server:
    """Where the devices are."""
    return site.at(0)


@pytest.fixture
def there(site: Site) -> Server:
    """Where the people are."""
    return site.at(1)


@pytest.fixture
def device_id(site: Site) -> str:
    return site.cast["device"].device_id


@pytest.fixture
def agent(here: Server) -> Iterator[Socket]:
    with here.socket("device", namespace="/agent") as socket:
        yield socket


@pytest.fixture
def dashboard(there: Server, agent: Socket, device_id: str) -> Iterator[Socket]:
    """A technician's, once the device is known to be online there."""
    eventually(lambda: is_online(there, device_id))
    with there.socket("technician_a", namespace="/it") as socket:
        yield socket


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.05)


def is_online(server: Server, device_id: str) -> bool:
    return server.http("admin").get(f"/api/devices/{device_id}").json()["status"] == "online"


def queued(server: Server, device: Member, type: str = "ping") -> str:
    """A command that staff at this server queue."""
    made = server.http("technician_a").post(f"/api/devices/{device.device_id}/commands", json={"type": type})
    assert made.status_code == 201, made.text
    return made.json()["command"]["id"]


def line_of(server: Server, device: Member) -> JsonSocket:
    return JsonSocket(server, in_query(device))


# -- commands -------------------------------------------------------------------------------------------

def test_a_command_reaches_the_devices_line_and_its_result_everybody(here: Server, there: Server) -> None:
    device = registered_device(here)
    with closing(line_of(here, device)) as line, there.socket("technician_a") as page, \
            closing(JsonSocket(there, f"/ws/customer?token={there.cast['customer'].token}")) as customer:
        customer.hears("auth_success")
        eventually(lambda: is_online(there, device.device_id))
        command_id = queued(there, device)
        came = line.hears("command", id=command_id)
        assert page.heard("command-changed", where=lambda said: said["commandId"] == command_id)
        line.say("command_result", commandId=command_id, claimToken=came["claimToken"], status="success", output="pong")
        told = customer.hears("command_completed", commandId=command_id)
        assert told["success"] and told["result"]["output"] == "pong"
        assert page.heard("command-changed", where=lambda said: said["state"] == "done")["commandId"] == command_id


def test_commands_go_to_the_newest_line_wherever_it_is(here: Server, there: Server) -> None:
    device = registered_device(here)
    with closing(line_of(here, device)) as older:
        older.hears("command", id=queued(there, device))
        newer = line_of(there, device)
        newer.asks("ping")
        second = queued(here, device)
        newer.hears("command", id=second)
        older.asks("ping")
        assert not [said for said in older.kept if said["type"] == "command"]
        there.http("technician_a").post(f"/api/commands/{second}/cancel", json={})
        newer.hears("config_update", cancelledCommands=[second])
        newer.close()
        older.hears("command", id=queued(there, device))


def test_what_a_device_finished_elsewhere_makes_room_on_its_line(here: Server, there: Server) -> None:
    device = registered_device(here)
    with closing(line_of(here, device)) as line:
        ids = [queued(there, device) for _ in range(11)]
        first = line.hears("command", id=ids[0])
        for each in ids[1:10]:
            line.hears("command", id=each)
        line.asks("ping")
        assert not line.kept, "ten are under way, and no more"
        Http(there.url, device).post(f"/api/v1/device/commands/{ids[0]}/result", json={
            "claimToken": first["claimToken"], "status": "success"}).raise_for_status()
        line.hears("command", id=ids[10])


def test_an_agent_is_told_that_commands_wait(there: Server, agent: Socket, dashboard: Socket, device_id: str) -> None:
    agent.forget()
    queued(there, there.cast["device"])
    assert agent.heard("commands_waiting")["count"] >= 1


# -- what devices are asked -----------------------------------------------------------------------------

def test_a_tools_result_comes_back_once_and_to_whoever_asked(there: Server, agent: Socket, dashboard: Socket,
                                                            device_id: str) -> None:
    wanted = {"deviceId": device_id, "requestId": uuid.uuid4().hex, "tool": "process_list"}
    with there.socket("admin", namespace="/it") as colleague:
        assert dashboard.call("system_tool_request", wanted)["ok"]
        asked = agent.heard("system_tool_request")
        assert asked["requestId"] == wanted["requestId"]
        agent.call("system_tool_result", {"requestId": "made-up", "success": True, "data": {}})
        for _ in range(2):
            agent.call("system_tool_result", {"requestId": asked["requestId"], "success": True, "data": {"n": "\x1b1"}})
        told = dashboard.heard("system_tool_result")
        assert (told["requestId"], told["success"], told["data"]) == (wanted["requestId"], True, {"n": "1"})
        assert dashboard.heard_nothing_of("system_tool_result")
        assert colleague.heard_nothing_of("system_tool_result")


def test_whoever_waits_for_a_device_that_leaves_hears_so(agent: Socket, dashboard: Socket, device_id: str) -> None:
    dashboard.call("system_tool_request", {"deviceId": device_id, "requestId": "gone", "tool": "service_list"})
    dashboard.call("start_terminal", {"deviceId": device_id})
    agent.heard("terminal_start_request")
    agent.close()
    assert "offline" in dashboard.heard("system_tool_result", where=lambda said: said["requestId"] == "gone")["error"]
    assert "offline" in dashboard.heard("terminal_stopped")["reason"]


def test_a_terminal_goes_through(here: Server, agent: Socket, dashboard: Socket, device_id: str) -> None:
    assert dashboard.call("start_terminal", {"deviceId": device_id})["ok"]
    agent.heard("terminal_start_request")
    with here.socket("admin", namespace="/it") as colleague:
        refused = colleague.call("start_terminal", {"deviceId": device_id})
        assert refused["error_code"] == "CONFLICT" and "Tina Acme" in refused["error"]
    agent.call("terminal_output", {"output": "too early"})
    agent.call("terminal_started", {})
    assert dashboard.heard("terminal_started")["deviceId"] == device_id
    assert dashboard.call("terminal_input", {"deviceId": device_id, "input": "dir\n"})["ok"]
    assert agent.heard("terminal_input") == {"input": "dir\n"}
    for number in range(50):
        agent.emit("terminal_output", {"output": f"line {number}", "raw": bytes([number])})
    heard = [dashboard.heard("terminal_output") for _ in range(50)]
    assert heard == [{"deviceId": device_id, "output": f"line {n}", "raw": bytes([n])} for n in range(50)]
    dashboard.call("stop_terminal", {"deviceId": device_id})
    agent.heard("terminal_stop_request")
    assert dashboard.call("terminal_input", {"deviceId": device_id, "input": "x"})["error_code"] == "NOT_CONSENTED"


def test_a_picture_comes_to_whoever_asked(agent: Socket, dashboard: Socket, device_id: str) -> None:
    asked = dashboard.call("request_screenshot", {"deviceId": device_id})
    agent.heard("screenshot_request")
    agent.call("screenshot_result", {"requestId": asked["requestId"], "imageData": b"\x00\xff" * 100_000})
    told = dashboard.heard("device_screenshot_update")
    assert (told["deviceId"], told["imageData"]) == (device_id, b"\x00\xff" * 100_000)


def test_a_device_that_changes_hands_takes_nothing_along(here: Server, agent: Socket, dashboard: Socket,
                                                         device_id: str) -> None:
    dashboard.call("system_tool_request", {"deviceId": device_id, "requestId": "moved", "tool": "service_list"})
    dashboard.call("watch_device", {"deviceId": device_id})
    agent.heard("system_tool_request")
    admin = here.http("admin")
    try:
        assert admin.patch(f"/api/devices/{device_id}/client", json={"client_id": BETA}).status_code == 200
        assert "another client's" in dashboard.heard("system_tool_result")["error"]
        agent.call("system_tool_result", {"requestId": "moved", "success": True, "data": {}})
        assert dashboard.heard_nothing_of("system_tool_result")
    finally:
        admin.patch(f"/api/devices/{device_id}/client", json={"client_id": ACME})


# -- what people see of each other, and what is said ----------------------------------------------------

def test_watchers_hear_of_each_other(here: Server, dashboard: Socket, device_id: str) -> None:
    def are(*names: str) -> dict:
        return {"where": lambda said: said["watchers"] == [*names]}

    dashboard.emit("watch_device", {"deviceId": device_id})
    dashboard.heard("device_watchers_changed", **are("Tina Acme"))
    with here.socket("viewer_a", namespace="/it") as viewer:
        viewer.emit("watch_device", {"deviceId": device_id})
        viewer.heard("device_watchers_changed", **are("Tina Acme", "Vera Acme"))
        dashboard.heard("device_watchers_changed", **are("Tina Acme", "Vera Acme"))
    dashboard.heard("device_watchers_changed", **are("Tina Acme"))


def test_a_devices_user_and_a_technician_write_to_each_other(agent: Socket, dashboard: Socket, device_id: str) -> None:
    agent.heard("ai_status")
    assert dashboard.call("chat_to_device", {"deviceId": device_id, "content": "Hello there"})["ok"]
    assert agent.heard("chat_response", where=lambda said: said["sender"] == "it_tech")["text"] == "Hello there"
    assert agent.heard("ai_status", where=lambda said: not said["enabled"])
    agent.call("chat_message", {"content": "Hello yourself"})
    assert dashboard.heard("device_chat_update", where=lambda said: said["message"]["content"] == "Hello yourself")


def test_the_live_line_tells_what_happens_elsewhere_and_what_was_missed(here: Server, there: Server) -> None:
    def opened(server: Server) -> dict:
        made = server.http("customer").post("/api/tickets", json={
            "title": f"Ticket {uuid.uuid4()}", "description": "It beeps", "priority": "low", "category": "other"})
        assert made.status_code in (200, 201), made.text
        return made.json()

    def line(server: Server, name: str, since: str = "") -> JsonSocket:
        return JsonSocket(server, f"/ws?token={server.cast[name].token}&since={since}")

    staff, customer = line(there, "technician_a"), line(there, "customer")
    staff.hears("snapshot")
    customer.hears("snapshot")
    ticket = opened(here)
    assert customer.hears("ticket_created")["ticket"]["id"] == ticket["id"]
    cursor = staff.hears("ticket_created")["cursor"]
    staff.close()
    missed = [opened(server)["id"] for server in (there, here, there)]
    for _ in missed:
        customer.hears("ticket_created")
    with closing(line(here, "technician_a", cursor)) as back:
        found = [back.hears("ticket_created")["ticket"]["id"] for _ in missed]
        assert sorted(found) == sorted(missed) and back.hears("resynced")["missed"] == 3
        there.http("admin").delete(f"/api/tickets/{ticket['id']}")
        assert back.hears("ticket_deleted")["ticket_id"] == ticket["id"]
    customer.close()


def test_a_customer_hears_of_their_ticket(here: Server, there: Server) -> None:
    with closing(JsonSocket(there, f"/ws/customer?token={there.cast['customer'].token}")) as customer:
        customer.hears("auth_success")
        made = there.http("customer").post("/api/tickets", json={"title": "It beeps", "description": "Always"}).json()
        customer.hears("ticket_update", ticketId=made["id"], status="open")
        here.http("technician_a").patch(f"/api/tickets/{made['id']}", json={"status": "in_progress"})
        customer.hears("ticket_update", ticketId=made["id"], status="in_progress")


def test_what_is_changed_in_the_knowledge_base_is_known_everywhere_at_once(here: Server, there: Server) -> None:
    def answer(server: Server) -> str:
        told = server.http("customer").post("/api/chatbot/chat", json={"message": "Where is the zebra printer?"})
        assert told.status_code == 200, told.text
        return told.json()["response"]

    made = here.http("admin").post("/api/chatbot/faqs", json={
        "question": "Where is the zebra printer?", "answer": "In the cellar"}).json()
    assert "cellar" in answer(there)
    there.http("admin").put(f"/api/chatbot/faqs/{made['id']}", json={"answer": "In the attic"})
    assert "attic" in answer(here)


def test_a_model_that_is_undone_is_gone_everywhere(site: Site, here: Server, there: Server) -> None:
    def guess(server: Server) -> str:
        made = server.http("customer").post("/api/tickets", json={
            "title": "I forgot my password", "description": "I can't sign in, my password is wrong"})
        return made.json()["category"]

    assert CliRunner().invoke(categories, ["train"]).exit_code == 0
    instance, told = site.folder / "instance", orjson.loads(shelf.SHIPPED.read_bytes())
    told["category"]["answers"].append(told["category"]["answers"].pop(0))
    (instance / "candidate.json").write_bytes(orjson.dumps(told))
    usual = guess(here)
    shelf.put(instance / "candidate.json", instance)
    assert guess(here) == guess(there) != usual == "password_reset"
    shelf.undo(instance)
    assert guess(here) == guess(there) == usual


# -- who may do nothing any more ------------------------------------------------------------------------

def test_a_devices_token_ends_everywhere(here: Server, there: Server) -> None:
    device = registered_device(here)
    token = here.http().post("/api/v1/device/auth", json={
        "deviceId": device.device_id, "deviceSecret": device.device_secret}).json()["token"]

    def beats(server: Server) -> int:
        return Http(server.url, Member("token", {"Authorization": f"Bearer {token}"})).post(
            "/api/v1/device/heartbeat", json={"status": "online"}).status_code

    with closing(line_of(there, device)) as line:
        line.asks("ping")
        assert beats(here) == beats(there) == 200
        here.http("technician_a").post(f"/api/devices/{device.device_id}/suspend", json={})
        eventually(lambda: beats(there) in (401, 403))
        assert beats(here) in (401, 403)
        assert line.is_closed()[0] == 1008


def test_a_beat_that_says_good_bye_is_heard_where_the_last_one_came(here: Server, there: Server) -> None:
    device = registered_device(here)
    Http(here.url, device).post("/api/v1/device/heartbeat", json={"status": "online"})
    eventually(lambda: is_online(there, device.device_id))
    Http(there.url, device).post("/api/v1/device/heartbeat", json={"status": "offline"})
    eventually(lambda: not is_online(here, device.device_id) and not is_online(there, device.device_id))


# -- Redis is away --------------------------------------------------------------------------------------

def test_what_went_over_redis_ends_with_a_word_and_is_back_with_it(
        here: Server, there: Server, agent: Socket, dashboard: Socket, device_id: str, redis_server: Redis) -> None:
    def asks(request_id: str) -> dict:
        return dashboard.call("system_tool_request", {
            "deviceId": device_id, "requestId": request_id, "tool": "service_list"})

    dashboard.call("start_terminal", {"deviceId": device_id})
    agent.heard("terminal_start_request")
    with closing(JsonSocket(there, f"/ws?token={there.cast['technician_a'].token}")) as line:
        line.hears("snapshot")
        redis_server.stop()
        try:
            assert "offline" in dashboard.heard("terminal_stopped")["reason"]
            agent.heard("terminal_stop_request")
            assert asks("cut off")["error_code"] == "DEVICE_OFFLINE"
            made = here.http("technician_a").post("/api/tickets", json={
                "title": "It beeps", "description": "Always"}).json()
        finally:
            redis_server.start()
        assert made["id"] in [ticket["id"] for ticket in line.hears("snapshot")["tickets"]]
    eventually(lambda: asks(uuid.uuid4().hex)["ok"])
    agent.call("system_tool_result", {"requestId": agent.heard("system_tool_request")["requestId"], "success": True})
    assert dashboard.heard("system_tool_result", where=lambda said: said["success"])


# -- the end of a process -------------------------------------------------------------------------------

def test_nobody_waits_for_a_process_that_is_gone(site: Site, agent: Socket, dashboard: Socket, there: Server,
                                                 device_id: str) -> None:
    device = registered_device(there)
    dashboard.call("system_tool_request", {"deviceId": device_id, "requestId": "lost", "tool": "service_list"})
    dashboard.call("start_terminal", {"deviceId": device_id})
    agent.heard("terminal_start_request")
    with closing(line_of(there, device)) as older:
        newer = line_of(site.at(0), device)
        newer.asks("ping")
        newer.hears("command", id=queued(there, device))
        killed = site.kill_one(0)
        assert dashboard.heard("system_tool_result", where=lambda said: said["requestId"] == "lost")["error"]
        assert "offline" in dashboard.heard("terminal_stopped")["reason"]
        older.hears("command", id=queued(there, device))
    site.revived(0, after=killed)
