"""The worker process: its two ways of speaking, its limits, and how it is replaced."""

import fcntl
import json
import os
import signal
import struct
import subprocess
import sys
import termios
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from builder.pdf import OrderRefused, PdfFailed, PdfTimeout, PdfUnavailable, limits
from builder.pdf_worker import ROOT, PdfWorker, _error


@pytest.fixture
def run(font_cache):
    def run_worker(data: bytes, *options: str, program: tuple[str, ...] = ("-m", "builder.pdf")):
        command = [sys.executable, *program, "--cache", str(font_cache), *options]
        return subprocess.run(command, input=data, capture_output=True, cwd=ROOT, timeout=60, check=False)

    return run_worker


def wait_until_asked(worker: PdfWorker) -> None:
    """Wait until a request lies unread before a stopped worker."""
    unread, pause = bytearray(4), threading.Event()
    while not int.from_bytes(unread, sys.byteorder):
        pause.wait(0.01)
        fcntl.ioctl(worker._process._ours.fileno(), termios.TIOCOUTQ, unread)


def test_one_order_on_stdin_gives_one_pdf_on_stdout(run, order):
    done = run(json.dumps(order).encode(), "--page-size", "Letter")
    assert done.returncode == 0
    assert done.stdout.startswith(b"%PDF-")
    assert done.stderr == b""


def test_one_order_gives_the_same_bytes_every_time(run, order, worker):
    assert run(json.dumps(order).encode()).stdout == worker.render(order) == worker.render(order)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'"\n\x1b[31m"'])
def test_what_is_no_order_gives_one_line_and_status_1(run, data):
    done = run(data)
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr


def test_serving_answers_each_request_in_its_frame(run, order):
    asked = [{"page_size": "A4", "order": order}, {"page_size": "A0", "order": order}, {"order": order}]
    frames = b"".join(struct.pack(">I", len(data)) + data for data in (json.dumps(a).encode() for a in asked))
    done = run(frames, "--serve")
    answers, rest = [], done.stdout
    while rest:
        length = struct.unpack(">I", rest[:4])[0]
        answers.append((rest[4], rest[5:4 + length]))
        rest = rest[4 + length:]
    assert done.returncode == 0
    assert [status for status, _ in answers] == [0, 1, 0]
    assert answers[0] == answers[2]
    assert answers[1][1].decode() == "The paper must be one of A4, Letter."


def test_a_missing_text_library_is_said_in_one_sentence(run, order):
    without = ("import ctypes, sys, types\n"
               "class Missing:\n"
               "    def find_spec(self, name, *_):\n"
               "        if name == 'weasyprint': raise OSError('cannot load library libpango-1.0.so.0')\n"
               "sys.meta_path.insert(0, Missing())\n"
               "from builder.pdf.__main__ import main\n"
               "sys.exit(main())")
    done = run(json.dumps(order).encode(), program=("-c", without))
    assert done.returncode == 1
    assert b"apt install libpango-1.0-0" in done.stderr
    assert done.stdout == b""
    assert isinstance(_error(2, "sentence"), PdfUnavailable)
    assert str(_error(2, "sentence")) == "sentence"


def test_a_worker_that_was_killed_is_replaced(font_cache, order):
    with PdfWorker(cache=font_cache) as worker:
        worker.start()
        first = worker.pid
        os.kill(first, signal.SIGSTOP)
        with pytest.raises(PdfTimeout, match=r"0\.3 seconds"):
            worker.render(order, timeout=0.3)
        assert worker.pid is None
        assert worker.render(order).startswith(b"%PDF-")
        second = worker.pid
        assert second != first
        os.kill(second, signal.SIGKILL)
        os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)
        assert worker.render(order).startswith(b"%PDF-")
        assert worker.pid not in (first, second)


def test_a_worker_that_dies_at_work_fails_that_case_only(font_cache, order):
    with PdfWorker(cache=font_cache) as worker, ThreadPoolExecutor(1) as pool:
        worker.start()
        os.kill(worker.pid, signal.SIGSTOP)
        job = pool.submit(worker.render, order)
        wait_until_asked(worker)
        os.kill(worker.pid, signal.SIGKILL)
        with pytest.raises(PdfFailed, match="stopped before"):
            job.result(30)
        assert worker.render(order).startswith(b"%PDF-")


def test_a_worker_is_recycled_and_ended(font_cache, order):
    with PdfWorker(cache=font_cache, recycle_after=2) as worker:
        worker.render(order)
        first = worker.pid
        worker.render(order)
        assert worker.pid is None
        worker.render(order)
        assert worker.pid not in (None, first)
    assert worker.pid is None


def test_refusals_keep_the_worker(worker, order):
    worker.start()
    before = worker.pid
    with pytest.raises(OrderRefused, match="JSON object"):
        worker.render([])
    with pytest.raises(OrderRefused, match="as JSON"):
        worker.render({"case": {"problem": b"bytes"}})
    with pytest.raises(OrderRefused, match="larger than 16 MB"):
        worker.render({"case": {"problem": "x" * 17_000_000}})
    assert worker.render(order).startswith(b"%PDF-")
    assert worker.pid == before


def test_ctrl_c_is_left_to_the_server(font_cache, order):
    with PdfWorker(cache=font_cache) as worker:
        worker.render(order)
        before = worker.pid
        os.kill(before, signal.SIGINT)
        assert worker.render(order).startswith(b"%PDF-")
        assert worker.pid == before


def test_threads_share_a_worker_and_get_their_own_case(worker, order, text_of):
    orders = [{**order, "case": {"number": f"N{at}"}} for at in range(6)]
    with ThreadPoolExecutor(6) as pool:
        for at, pdf in enumerate(pool.map(worker.render, orders)):
            assert f"Case number N{at} " in text_of(pdf)


def test_cpu_time_and_memory_are_bounded():
    greedy = ("from builder.pdf import limits\n"
              "limits.confine(); {}")
    spin = subprocess.run([sys.executable, "-c", greedy.format("limits.allow_cpu(seconds=1)\nwhile True: pass")],
                          cwd=ROOT, timeout=60, check=False)
    assert spin.returncode == -signal.SIGXCPU
    hoard = subprocess.run([sys.executable, "-c", greedy.format(f"bytearray({limits.ADDRESS_SPACE})")],
                           cwd=ROOT, timeout=60, check=False, capture_output=True)
    assert b"MemoryError" in hoard.stderr


@pytest.mark.parametrize("patched", [
    "import eventlet; eventlet.monkey_patch(); from eventlet import tpool; from eventlet import GreenPool as Pool;"
    "run = tpool.execute",
    "from gevent import monkey; monkey.patch_all(); from gevent import get_hub; from gevent.pool import Pool;"
    "run = lambda call, *given: get_hub().threadpool.apply(call, given)",
], ids=["eventlet", "gevent"])
def test_real_threads_of_a_patched_server_can_print(font_cache, order, patched):
    program = f"""{patched}
import os, pathlib, signal
from builder.pdf import PdfTimeout
from builder.pdf_worker import PdfWorker
worker, order = PdfWorker(cache=pathlib.Path({str(font_cache)!r})), {order!r}
print([pdf[:5] for pdf in Pool(3).imap(lambda _: run(worker.render, order), range(3))])
os.kill(worker.pid, signal.SIGSTOP)
try:
    run(worker.render, order, "A4", 0.5)
except PdfTimeout:
    print("late")
print(run(worker.render, order)[:5])
worker.close()"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=50,
                          check=False)
    assert done.stdout.splitlines() == ["[b'%PDF-', b'%PDF-', b'%PDF-']", "late", "b'%PDF-'"], done.stderr
