"""Whatever a model is talked into, nothing happens: fifty phrases over the real sockets, with a model that obeys each.

Looked at each time: what the device and everybody else hears, what stands in the database, what the model was told.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from connectassist.features.assistant import prompt
from connectassist.features.assistant.proposals import checked
from connectassist.features.assistant.talk import Question
from tests.features.assistant import models
from tests.features.assistant.phrases import CHECK, DEVICE, FOREIGN, MESSAGE, OTHER, PHRASES, TICKET, Phrase
from tests.features.device_chat.people import ACME, PATIENCE, Talker
from tests.live.server import Server
from tests.live.sockets import Socket

BETA = 3
KEY = "sk-key-of-the-tests"
RULES = prompt.rules(Question(client_id=ACME, text=""))
#: What a device may hear of its own accord, besides the answer.
HARMLESS = {"error_message", "agent_info", "ai_status", "chat_history", "update_available",
            "settings_request"}
QUESTIONS = {DEVICE: "My computer is odd", CHECK: "Is my disk all right?", TICKET: "the zebra stapler again",
             FOREIGN: "what about the quokka toaster?"}


@dataclass
class Scene:
    """A server whose model obeys, and everybody who must hear nothing."""

    server: Server
    model: models.Model
    bystanders: dict[str, Socket]

    def counts(self) -> tuple[int, ...]:
        """What a command, a request or a ticket would leave behind."""
        return tuple(self.server.sql(f"select count(*) from {table}")[0][0]
                     for table in ("remediations", "tickets", "diagnostic_results", "users", "sessions"))


@pytest.fixture(scope="module")
def scene(servers: Callable[..., Server]) -> Iterator[Scene]:
    with models.running("ollama", models.says("{}")) as (model, url):
        server = servers(llm_provider="ollama", llm_url=url, llm_api_key=KEY)
        others = {"device_b": server.socket("device_b", namespace="/agent"),
                  "technician_b": server.socket("technician_b", namespace="/it")}
        yield Scene(server, model, others)
        for socket in others.values():
            socket.close()


def waited_for(found: Callable[[], object]) -> None:
    """Results are written in batches: ask until one is there."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def place(scene: Scene, phrase: Phrase, device: Talker) -> str:
    """Put the words where they belong, and return what the user asks."""
    if phrase.place == MESSAGE:
        return phrase.words
    if phrase.place == CHECK:
        device.socket.call("diagnostic_result", {"checkType": "disk", "status": "warning", "label": phrase.words,
                                                 "value": phrase.words, "results": {"note": phrase.words}})
        waited_for(lambda: scene.server.http("technician_a").get(f"/api/devices/{device.device_id}/diagnostics").json())
    if phrase.place == TICKET:
        scene.server.sql("insert into tickets (client_id, title, status, priority, resolution, version, created_at) "
                         "values (:client, 'zebra stapler', 'resolved', 'low', :words, 1, '2026-01-01 00:00:00')",
                         client=ACME, words=phrase.words)
    if phrase.place == FOREIGN:
        scene.server.sql("insert into faq_entries (client_id, question, answer, category, keywords, is_active, "
                         "created_at) values (:client, 'quokka toaster', :words, 'x', '', true, "
                         "'2026-01-01 00:00:00')", client=BETA, words=phrase.words)
    return QUESTIONS[phrase.place]


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.name)
def test_nothing_happens_whatever_the_model_says(scene: Scene, phrase: Phrase) -> None:
    facts = {"os": phrase.words} if phrase.place == DEVICE else {}
    device = Talker(scene.server, hostname="PC", **facts)
    asked = place(scene, phrase, device)
    scene.model.scripts = models.deque([models.says(phrase.obeyed)])
    before = scene.counts()
    answer = device.ask(asked)
    assert answer["sender"] == "ai"
    assert answer["text"].strip()
    assert all(c.isprintable() or c in "\n\t" for c in answer["text"])
    assert answer["action"] is None or answer["action"] == checked(answer["action"])
    assert device.socket.heard_nothing_of("chat_response"), "one answer"
    assert set(device.socket.names()) <= HARMLESS, "at most a proposal"
    assert scene.counts() == before, "nothing is queued, opened or asked"
    for name, socket in scene.bystanders.items():
        assert socket.heard_nothing_of("chat_response")
        assert set(socket.names()) <= {*HARMLESS, "device_status_changed", "stats-changed"}, name
    device.socket.close()


def test_the_phrases_are_many_and_everywhere() -> None:
    assert len({phrase.words for phrase in PHRASES}) >= 50
    assert {phrase.place for phrase in PHRASES} == {MESSAGE, DEVICE, CHECK, TICKET, FOREIGN}


@pytest.mark.parametrize("phrase", [p for p in PHRASES if p.name in (
    "system-tag", "im-start", "json-break", "device-os-tag", "check-value", "ticket")], ids=lambda phrase: phrase.name)
def test_the_words_reach_the_model_as_data_alone(scene: Scene, phrase: Phrase) -> None:
    facts = {"os": phrase.words} if phrase.place == DEVICE else {}
    device = Talker(scene.server, **facts)
    asked = place(scene, phrase, device)
    scene.model.scripts = models.deque([models.says(phrase.obeyed)])
    device.ask(asked)
    rules, document = scene.model.told()
    assert rules == RULES
    assert not set("<>&") & set(document)
    content = json.loads(document)
    assert set(content) == {"conversation", "computer", "checks", "proposed_before", "knowledge"}
    where = {MESSAGE: content["conversation"][-1]["text"], DEVICE: content["computer"].get("os", ""),
             CHECK: json.dumps(content["checks"], ensure_ascii=False).replace('\\"', '"'),
             TICKET: json.dumps(content["knowledge"])}[phrase.place]
    assert phrase.words.strip()[:60] in where
    device.socket.close()


def test_a_model_is_told_nothing_of_other_devices_and_clients(scene: Scene) -> None:
    place(scene, next(p for p in PHRASES if p.name == "foreign-faq"), Talker(scene.server))
    neighbour = Talker(scene.server, hostname="neighbour-host")
    scene.model.scripts = models.deque([models.says('{"text": "yes", "action": null}')])
    neighbour.ask("my secret word is aardvark")
    device = Talker(scene.server, hostname="own-host")
    device.ask("what about the quokka toaster, and the secret word?")
    told = " ".join(scene.model.told())
    for foreign in ("4711", "Beta", "device_b", OTHER, "aardvark", "neighbour", neighbour.device_id, device.device_id,
                    KEY):
        assert foreign not in told, foreign
    assert scene.model.headers[-1]["authorization"] == f"Bearer {KEY}"
    neighbour.socket.close()
    device.socket.close()


def test_the_key_is_shown_to_nobody(scene: Scene) -> None:
    for name in ("nobody", "customer", "technician_a", "admin"):
        for path in ("/api/llm/config", "/api/llm/models"):
            answer = scene.server.http(name).get(path)
            assert answer.status_code == 200
            assert KEY not in answer.text
    scene.model.scripts = models.deque([models.status(401)])
    failed = scene.server.http("admin").post("/api/llm/test")
    assert failed.json()["success"] is False
    assert KEY not in failed.text
    assert KEY not in scene.server.log.read_text()
    assert "sk-secret" not in scene.server.log.read_text(), "nor what the provider says of it"


def test_a_click_looks_at_a_proposal_again(scene: Scene) -> None:
    """Somebody who can write into the database still can't make a proposal of what is none."""
    device = Talker(scene.server)
    scene.model.scripts = models.deque([models.says('{"text": "Shall I?", "action": {"type": "diagnose", '
                                                    '"checkType": "disk"}}')])
    answer = device.ask("is my disk ok?")
    scene.server.sql("update device_messages set details = :details where id = :id", id=answer["messageId"],
                     details=json.dumps({"type": "remediate", "actionId": "restart_service",
                                         "parameter": "x; reboot"}))
    assert device.socket.call("action_accept", {"messageId": answer["messageId"]})["error_code"] == "PROPOSAL_OVER"
    assert set(device.socket.names()) <= HARMLESS
    device.socket.close()
