"""What the IT desk is worth beside others: finding answers, guessing categories, lists and searches, live news.

`python bench/desk.py [--engine gevent] [--quick]`. Ours and the peers do the same work in turn, in one run:

- answers: the questions held out (docs/faq.md), over the product's entries and over 2,000. The peers are `rank_bm25`
  over words in small letters, and scikit-learn's TF-IDF with the cosine. They get the same texts, other languages too.
- categories: the lines held out (docs/categorising.md). The peer is scikit-learn's own pipeline, which trained our
  model, in a process of its own; and counting keywords, as contract 004's first server did.
- tickets: 100,000 over HTTP. The peer is a tiny Flask app under the same server on the same rows, with LIKE and with
  FTS5's trigrams. It asks nobody who they are and holds everybody up while it looks.
- live news: 500 open lines, 100 changes of tickets. The peer is Node's `ws` with tickets in memory.

A ratio is ours by theirs: of hits more is better, of milliseconds and megabytes less. Times are the quickest of a few
tries where that makes sense, since the machine does other things too. docs/desk.md says how to read the figures.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import heapq
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

import click
import requests

from bench import _desk_data
from bench._desk_lines import Lines
from bench._desk_servers import Flask, Node, Ours, Queue
from bench._queue_load import quantile
from bench.relay.servers import prepare
from connectassist.features.assistant.knowledge import Document
from connectassist.features.assistant.service import Finder
from connectassist.features.categorising import baselines, evaluation, examples, training
from connectassist.features.chatbot import evaluating

Search = Callable[[str], list[str | None]]
SEARCHES = {"everything": "", "a common word": "printer", "a rare word": _desk_data.RARE, "found nowhere": "xyzzyq",
            "two words": "printer hall", "unicode": "zürich 東京"}


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    entries: int = 2000
    tries: int = 5
    lines_learnt: int = 1
    tickets: int = 100_000
    calls: int = 40
    lines: int = 500
    changes: int = 100


SIZES = {"whole": Size(), "quick": Size(tries=2, calls=12, changes=40),
         "tiny": Size(entries=100, tries=1, lines_learnt=12, tickets=500, calls=2, lines=6, changes=3)}


def title(text: str, *peers: str) -> None:
    print(f"\n{text:42} {'ours':>10}" + "".join(f"{name:>18} {'ratio':>7}" for name in peers), flush=True)


def row(what: str, ours: float, *peers: float, form: str = "{:,.2f}") -> None:
    beside = "".join(f"{form.format(peer):>18} {ours / peer if peer else float('nan'):7.2f}" for peer in peers)
    print(f"  {what:40} {form.format(ours):>10}{beside}", flush=True)


# -- answers ----------------------------------------------------------------------------------------------

def whole(document: Document) -> str:
    """All that ours is found by."""
    return " ".join((document.title, document.text, document.keywords, document.hidden, *document.questions.values()))


def by_ours(documents: list[Document]) -> Search:
    finder = Finder(documents)
    return lambda text: [found.document.key for found in finder.search(text)[:3]]


def by_bm25(documents: list[Document]) -> Search:
    from rank_bm25 import BM25Okapi
    index = BM25Okapi([whole(each).lower().split() for each in documents])

    def search(text: str) -> list[str | None]:
        scores = index.get_scores(text.lower().split())
        return [documents[at].key for at in heapq.nlargest(3, range(len(scores)), key=scores.__getitem__)]
    return search


def by_cosine(documents: list[Document]) -> Search:
    from sklearn.feature_extraction.text import TfidfVectorizer
    vectors = TfidfVectorizer(sublinear_tf=True)
    matrix = vectors.fit_transform([whole(each) for each in documents])

    def search(text: str) -> list[str | None]:
        scores = (matrix @ vectors.transform([text]).T).toarray().ravel()
        return [documents[at].key for at in scores.argsort()[::-1][:3]]
    return search


def answers(size: Size) -> None:
    """How often the right entry comes first or among the first three, and how long a question takes."""
    cases = [each for each in evaluating.questions() if each.kind in evaluating.KINDS]
    for number in (0, size.entries):
        documents = _desk_data.knowledge(number)
        ways, ready = [], []
        for make in (by_ours, by_bm25, by_cosine):
            begun = time.process_time()
            ways.append(make(documents))
            ready.append((time.process_time() - begun) * 1000)
        title(f"{len(cases)} questions, {len(documents):,} entries", "rank_bm25", "TF-IDF cosine")
        places = [[_place(way(case.text), case.key) for case in cases] for way in ways]
        for most, name in ((1, "the first is right, %"), (3, "among the first three, %")):
            row(name, *(percent([0 < place <= most for place in found]) for found in places), form="{:.1f}")
        hard = [at for at, case in enumerate(cases) if case.kind != "en"]
        row("misspelled or in other languages, first", *(percent([found[at] == 1 for at in hard]) for found in places),
            form="{:.1f}")
        took = [[quickest(lambda way=way, case=case: way(case.text), size.tries) for case in cases] for way in ways]
        for share, name in ((0.5, "p50"), (0.99, "p99")):
            row(f"a question, {name}, ms", *(quantile(each, share) for each in took))
        row("making the index, ms of the processor", *ready, form="{:,.0f}")


def _place(found: list[str | None], key: str) -> int:
    return found.index(key) + 1 if key in found else 0


def percent(found: list[bool]) -> float:
    return sum(found) / len(found) * 100


def quickest(work: Callable[[], object], tries: int) -> float:
    """Milliseconds of the quickest try."""
    spans = []
    for _ in range(tries):
        begun = time.perf_counter()
        work()
        spans.append((time.perf_counter() - begun) * 1000)
    return min(spans)


# -- categories -------------------------------------------------------------------------------------------

def categories(size: Size) -> None:
    """How quick and how right guesses are, and what it takes to be able to make them."""
    import joblib
    learnt = training.train(examples.training()[::size.lines_learnt])
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        model, pipeline = Path(folder) / "categories.json", Path(folder) / "pipeline"
        learnt.write(model, made_from="bench")
        joblib.dump(learnt.category, pipeline)
        ours, theirs = (_guesses(who, path) for who, path in (("ours", model), ("scikit-learn", pipeline)))
    judged = evaluation.judge(baselines.keywords, examples.held_out())
    title(f"guessing the category of {len(judged.lines)} tickets", "scikit-learn")
    row("right, %", ours["right"] * 100, theirs["right"] * 100, form="{:.1f}")
    row("counting keywords is right, %", evaluation.accuracy(judged.categories) * 100, form="{:.1f}")
    row("a guess, p50, ms", ours["p50"], theirs["p50"])
    row("a guess, p99, ms", ours["p99"], theirs["p99"])
    row("import and reading, ms of the processor", ours["ready"], theirs["ready"], form="{:,.0f}")
    row("memory for it, MB", ours["memory"], theirs["memory"], form="{:.1f}")
    same = sum(one == other for one, other in zip(ours["said"], theirs["said"], strict=True))
    print(f"  both say the same of {same} of {len(ours['said'])}")


def _guesses(who: str, path: Path) -> dict:
    told = subprocess.run([sys.executable, str(Path(__file__).with_name("_desk_guess.py")), who, str(path)],
                          check=True, capture_output=True, text=True, timeout=300).stdout
    return json.loads(told)


# -- tickets ----------------------------------------------------------------------------------------------

def calls(url: str, count: int, **headers: str) -> tuple[list[float], int]:
    """The milliseconds of so many calls, one after the other; and how many tickets were found."""
    session, took, total = requests.Session(), [], 0
    session.headers.update(headers)
    for _ in range(count + 1):
        begun = time.perf_counter()
        answer = session.get(url, timeout=120)
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.text
        total = answer.json()["total"]
    return took[1:], total


def tickets(ours: Ours, peer: Flask, size: Size) -> None:
    """Lists and searches: fifty tickets and how many there are in all."""
    title(f"{size.tickets:,} tickets: 50 and their number, ms", "LIKE", "FTS5 trigram")
    whose = {name: (ours.token(), "") for name in SEARCHES}
    wanted = [*SEARCHES.items(), ("a customer's own: a common word", "printer")]
    for name, text in wanted:
        token, mine = whose.get(name, (ours.customer, f"&created_by_id={ours.customer_id}"))
        found = [calls(f"http://127.0.0.1:{ours.port}/api/tickets/page?limit=50&search={quote(text)}", size.calls,
                       Authorization=f"Bearer {token}")]
        for way in ("like", "fts") if text else ("like",):
            found.append(calls(f"http://127.0.0.1:{peer.port}/{way}?search={quote(text)}{mine}", size.calls))
        assert len({total for _, total in found}) == 1, (name, [total for _, total in found])
        for share, which in ((0.5, "p50"), (0.99, "p99")):
            row(f"{name} ({found[0][1]:,}), {which}", *(quantile(took, share) for took, _ in found), form="{:,.1f}")
    title("meanwhile, somebody else's /healthz, ms", "LIKE")
    waits = [_beside(server, path, size) for server, path in (
        (ours, "/api/tickets/page?limit=50&search=xyzzyq"), (peer, "/like?search=xyzzyq"))]
    row("p50", *(quantile(each, 0.5) for each in waits))
    row("longest", *(max(each) for each in waits))


def _beside(server: Queue, path: str, size: Size) -> list[float]:
    """What small calls take while four others search without a pause."""
    token = server.token() if isinstance(server, Ours) else ""
    probe = "/healthz" if isinstance(server, Ours) else "/login"
    script = ("import requests, sys\ns = requests.Session()\ns.headers['Authorization'] = sys.argv[2]\n"
              "while True:\n    s.get(sys.argv[1], timeout=120)")
    searchers = [subprocess.Popen([sys.executable, "-c", script, f"http://127.0.0.1:{server.port}{path}",
                                   f"Bearer {token}"], stderr=subprocess.DEVNULL) for _ in range(4)]
    try:
        time.sleep(1.5)
        session, took, end = requests.Session(), [], time.monotonic() + size.calls / 8
        while time.monotonic() < end or len(took) < 5:
            took.append(quickest(lambda: session.get(f"http://127.0.0.1:{server.port}{probe}", timeout=60), 1))
            time.sleep(0.01)
        return took
    finally:
        for each in searchers:
            each.kill()
            each.wait(10)


# -- live news --------------------------------------------------------------------------------------------

def news(ours: Ours, peer: Node, size: Size) -> None:
    """From a change's first byte to the last line that hears of it; all changes one after the other."""
    found = []
    for server, path, tokens, token in (
            (ours, "/api/tickets/", ours.staff(max(1, size.lines // 40)), ours.token()), (peer, "/", [""], "")):
        before = server.memory()
        lines = Lines(server.port, [tokens[at % len(tokens)] for at in range(size.lines)])
        time.sleep(2)
        each, session, took = (server.memory() - before) / size.lines, requests.Session(), []
        session.headers["Authorization"] = f"Bearer {token}"
        used = server.processor()
        for change in range(size.changes):
            begun, known = time.perf_counter(), lines.heard
            answer = session.put(f"http://127.0.0.1:{server.port}{path}{change + 1}", timeout=60, json={
                "title": f"Printer {change}", "description": "It is mute again. " * 12, "category": "hardware_issue"})
            assert answer.status_code == 200, answer.text
            lines.wait(known + size.lines)
            took.append((time.perf_counter() - begun) * 1000)
        found.append((took, (server.processor() - used) / size.changes * 1000, each))
        lines.close()
    title(f"{size.lines} lines, {size.changes} changes of tickets", "Node's ws")
    for share, name in ((0.5, "p50"), (0.99, "p99")):
        row(f"until everybody has it, {name}, ms", *(quantile(took, share) for took, _, _ in found))
    row("a change, ms of the processor", *(cost for _, cost, _ in found))
    row("memory for each line, KB", *(each for _, _, each in found), form="{:.1f}")


@click.command()
@click.option("--engine", default="eventlet", show_default=True, type=click.Choice(["eventlet", "gevent"]))
@click.option("--only", default="", help="answers, categories, tickets or news alone.")
@click.option("--quick", "size", flag_value="quick", help="Fewer tries and calls.")
@click.option("--tiny", "size", flag_value="tiny", help="So little that it only proves that all of it runs.")
@click.option("--whole", "size", flag_value="whole", default="whole", hidden=True)
def main(engine: str, only: str, size: str) -> None:
    """Measure ours and the peers on the same core in turn."""
    chosen, cores = SIZES[size], sorted(os.sched_getaffinity(0))
    prepare(cores[-1] if len(cores) > 1 else None)
    core = cores[0] if len(cores) > 1 else None
    print(f"{engine}; servers on core {core}, load and what needs no server on core {cores[-1]}; "
          f"load average {os.getloadavg()[0]:.1f}")
    if only in ("", "answers"):
        answers(chosen)
    if only in ("", "categories"):
        categories(chosen)
    if only in ("", "tickets", "news"):
        served(core, engine, only, chosen)


def served(core: int | None, engine: str, only: str, size: Size) -> None:
    """What needs servers."""
    started: list[Queue] = []
    try:
        started.append(ours := Ours(core, engine=engine, tickets=size.tickets))
        if only in ("", "tickets"):
            started.append(peer := Flask(core, ours))
            tickets(ours, peer, size)
        if only in ("", "news"):
            started.append(node := Node(core))
            news(ours, node, size)
    finally:
        for server in started:
            server.close()


if __name__ == "__main__":
    main()
