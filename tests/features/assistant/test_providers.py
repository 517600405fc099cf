"""Each provider against a server that speaks its format, well and badly."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from connectassist.core.settings import BadSetting, Settings, load
from connectassist.features.assistant import asking
from connectassist.features.assistant.asking import Line
from connectassist.features.assistant.providers import ProviderTrouble, configured, program, wire
from connectassist.realtime.gateway import GATEWAY
from tests.features.assistant import models

KINDS = list(models.FORMATS)
KEY = "sk-very-secret"
SAID = 'Grüß Gott, {"text": "…"} – tab\tand "quotes"'


def provider(kind: str, url: str = "", **more: str) -> Any:
    return configured(Settings(llm_provider=kind, llm_url=url, llm_api_key=KEY, **more))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited between tries; no test waits."""
    waited: list[float] = []
    monkeypatch.setattr(GATEWAY.socketio, "sleep", waited.append)
    return waited


@pytest.mark.parametrize("kind", KINDS)
def test_a_streamed_answer_is_put_together(kind: str) -> None:
    with models.running(kind, models.says(SAID)) as (model, url):
        assert provider(kind, url).complete("the rules", "the document") == SAID
    assert model.paths == [models.PATHS[kind]]
    assert model.told() == ("the rules", "the document")
    assert model.asked[0]["stream"] is True
    assert model.asked[0]["model"] == configured(Settings(llm_provider=kind)).model


def test_each_proves_itself_its_own_way() -> None:
    for kind, header, value in (("openai", "authorization", f"Bearer {KEY}"), ("anthropic", "x-api-key", KEY),
                                ("anthropic", "anthropic-version", "2023-06-01"),
                                ("ollama", "authorization", f"Bearer {KEY}")):
        with models.running(kind, models.says("hi")) as (model, url):
            provider(kind, url).complete("r", "d")
        assert model.headers[0][header] == value


def test_what_each_is_asked_is_what_its_document_wants() -> None:
    with models.running("anthropic", models.says("hi")) as (model, url):
        provider("anthropic", url, llm_model="claude-x").complete("r", "d")
    assert model.asked[0] == {"model": "claude-x", "max_tokens": 1024, "stream": True, "system": "r",
                              "messages": [{"role": "user", "content": "d"}]}
    with models.running("ollama", models.says("hi")) as (model, url):
        provider("ollama", url).complete("r", "d")
    assert model.asked[0]["format"]["required"] == ["text", "action"]


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
def test_the_address_may_name_the_version(suffix: str) -> None:
    with models.running("openai", models.says("hi")) as (model, url):
        assert provider("openai", url + suffix).complete("r", "d") == "hi"
    assert model.paths == ["/v1/chat/completions"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("script", [models.breaks_off, models.ends_early], ids=lambda script: script.__name__)
def test_half_an_answer_is_none(kind: str, script: models.Script) -> None:
    with models.running(kind, script) as (_, url), pytest.raises(ProviderTrouble) as trouble:
        provider(kind, url).complete("r", "d")
    assert trouble.value.is_passing


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_is_no_answer(kind: str) -> None:
    with models.running(kind, models.garbage) as (_, url), pytest.raises(ProviderTrouble, match="can't be read"):
        provider(kind, url).complete("r", "d")


@pytest.mark.parametrize("kind", KINDS)
def test_an_endless_answer_is_cut(kind: str) -> None:
    with models.running(kind, models.endless) as (_, url):
        assert len(provider(kind, url).complete("r", "d")) == wire.LONGEST_ANSWER


@pytest.mark.parametrize("kind", KINDS)
def test_an_endless_line_is_dropped(kind: str) -> None:
    with models.running(kind, models.one_line_without_end) as (_, url), pytest.raises(ProviderTrouble):
        provider(kind, url).complete("r", "d")


def test_one_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "IDLE_SECONDS", 0.2)
    with models.running("ollama", models.waits_then(models.says("hi"))) as (_, url), \
            pytest.raises(ProviderTrouble) as trouble:
        provider("ollama", url).complete("r", "d")
    assert trouble.value.is_passing


def test_one_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "TOTAL_SECONDS", 0.0)
    with models.running("ollama", models.says("hi")) as (_, url), pytest.raises(ProviderTrouble, match="too long"):
        provider("ollama", url).complete("r", "d")


@pytest.mark.parametrize(("code", "is_passing"), [(429, True), (500, True), (529, True), (400, False), (401, False),
                                                  (404, False)])
def test_a_status_tells_whether_to_ask_again(code: int, is_passing: bool) -> None:
    with models.running("openai", models.status(code)) as (_, url), pytest.raises(ProviderTrouble) as trouble:
        provider("openai", url).complete("r", "d")
    assert trouble.value.is_passing is is_passing
    assert str(trouble.value) == f"it answered with status {code}"


def test_a_redirect_is_not_followed() -> None:
    with models.running("openai", models.says("stolen")) as (thief, elsewhere), \
            models.running("openai", models.status(307, Location=elsewhere + "/v1/chat/completions")) as (_, url):
        with pytest.raises(ProviderTrouble, match="307"):
            provider("openai", url).complete("r", "d")
        assert thief.asked == []


@pytest.mark.parametrize(("troubles", "waits"), [
    ((models.status(429, Retry_After="3"),), [3.0]), ((models.status(503), models.status(500)), [1.0, 2.0]),
    ((models.breaks_off,), [1.0]), ((models.status(429, Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"),), [1.0]),
], ids=["429", "5xx", "cut", "date"])
def test_it_is_asked_again_when_that_may_help(pauses: list[float], troubles: tuple[models.Script, ...],
                                              waits: list[float]) -> None:
    with models.running("anthropic", *troubles, models.says("at last")) as (model, url):
        assert Line(provider("anthropic", url)).ask("r", "d") == "at last"
    assert len(model.asked) == len(troubles) + 1
    assert pauses == waits


def test_what_it_wants_us_to_wait_is_bounded(pauses: list[float]) -> None:
    with models.running("openai", models.status(429, Retry_After="86400"), models.says("ok")) as (_, url):
        assert Line(provider("openai", url)).ask("r", "d") == "ok"
    assert pauses == [wire.LONGEST_WAIT]


def test_after_a_failure_it_is_left_alone_for_a_while(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    with models.running("openai", models.status(500)) as (model, url):
        line = Line(provider("openai", url))
        for _ in range(3):
            with pytest.raises(ProviderTrouble):
                line.ask("r", "d")
        assert len(model.asked) == asking.TRIES
        monkeypatch.setattr(asking, "REST_AFTER_FAILURE", 0.0)
        line._rests_until = 0.0
        model.scripts = models.deque([models.says("back")])
        assert line.ask("r", "d") == "back"


def test_what_will_not_help_is_not_tried_again(pauses: list[float]) -> None:
    with models.running("openai", models.status(401)) as (model, url):
        with pytest.raises(ProviderTrouble):
            Line(provider("openai", url)).ask("r", "d")
        assert len(model.asked) == 1


def test_nobody_there(pauses: list[float]) -> None:
    with models.running("ollama", models.says("")) as (_, url):
        pass
    with pytest.raises(ProviderTrouble, match="connection failed") as trouble:
        Line(provider("ollama", url)).ask("r", "d")
    assert KEY not in str(trouble.value)
    assert pauses == [1.0, 2.0]


def test_an_overloaded_model_says_so_in_the_stream(pauses: list[float]) -> None:
    def overloaded(model: models.Model, handler: models.Handler) -> None:
        models.begin(handler)
        models.send(handler, [b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error",'
                              b'"message":"Overloaded"}}\n\n'])
        models.end(handler)

    with models.running("anthropic", overloaded, models.says("ok")) as (_, url):
        assert Line(provider("anthropic", url)).ask("r", "d") == "ok"
    assert pauses == [1.0]


# -- the program ------------------------------------------------------------------------------------------

@pytest.fixture
def with_claude(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Puts a `claude` on PATH: `with_claude(text="…")`."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CONNECTASSIST_SECRET_KEY", "the server's secret")
    yield lambda *args, **more: models.claude(tmp_path, *args, **more).parent


def has_ended(process_id: int) -> bool:
    try:
        os.kill(process_id, signal.SIG_DFL)
    except ProcessLookupError:
        return True
    return False


def test_claude_answers_without_tools_and_is_over_then(with_claude: Callable[..., Path]) -> None:
    folder = with_claude(text=SAID)
    assert provider("claude-cli", llm_model="haiku").complete("the rules", "x" * 300_000) == SAID
    run = json.loads((folder / "run.json").read_text())
    args = run["args"]
    assert args[:4] == ["-p", "--output-format", "stream-json", "--verbose"]
    for name, value in (("--tools", ""), ("--mcp-config", '{"mcpServers":{}}'), ("--setting-sources", ""),
                        ("--system-prompt", "the rules"), ("--model", "haiku"), ("--max-turns", "1")):
        assert args[args.index(name) + 1] == value
    assert {"--strict-mcp-config", "--no-session-persistence", "--disable-slash-commands"} <= set(args)
    assert len(run["stdin"]) == 300_000
    assert run["files"] == []
    assert not Path(run["cwd"]).exists()
    assert run["env"]["ANTHROPIC_API_KEY"] == KEY
    assert not [name for name in run["env"] if name.startswith("CONNECTASSIST_")]
    assert has_ended(run["pid"])


@pytest.mark.parametrize("script", ["sys.exit(3)", "print('garbage')", 'print("{]")',
                                    'say(type="result", subtype="error_during_execution", is_error=True)',
                                    "sys.stdout.write('x' * 3_000_000)"],
                         ids=["exit", "garbage", "broken", "error", "long"])
def test_a_claude_that_fails_is_no_answer(with_claude: Callable[..., Path], script: str) -> None:
    with_claude(script)
    with pytest.raises(ProviderTrouble):
        provider("claude-cli").complete("r", "d")


def test_a_claude_that_says_nothing_is_ended(with_claude: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = with_claude("time.sleep(600)")
    run = program.Program(["claude"], folder=str(folder), environment={"PATH": os.environ["PATH"]}, seconds=2)
    with pytest.raises(ProviderTrouble, match="too long"), run:
        run.tell("d")
        list(run.lines(longest=100, most=100))
    assert has_ended(run._pid)


def test_without_the_program_there_is_no_answer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProviderTrouble, match="isn't there"):
        provider("claude-cli").complete("r", "d")


# -- settings ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("given", [{"LLM_PROVIDER": "gpt"}, {"LLM_URL": "file:///etc/passwd"},
                                   {"LLM_PROVIDER": "OpenAI"}], ids=repr)
def test_a_setting_that_cannot_be_meant_stops_the_start(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="LLM_"):
        load({"CONNECTASSIST_INSTANCE": str(tmp_path), "CONNECTASSIST_DOWNLOADS": str(tmp_path),
              **{f"CONNECTASSIST_{name}": value for name, value in given.items()}})


def test_the_builtin_assistant_needs_no_provider() -> None:
    assert configured(Settings()) is None
