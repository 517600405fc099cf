"""`python -m bench.gateway_client`: play a device, or a few, at a real server."""

from __future__ import annotations

import logging
import random
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import click

from bench.gateway_client import Command, Device, Heart, Line, Outcome, Spool, Worker, register
from bench.gateway_client.answers import FAILURE

BEGUN = time.monotonic()


def play(seconds: float, failures: float) -> Outcome:
    """Pretend to work for a while, and to fail now and then."""
    time.sleep(random.uniform(0, 2 * seconds))
    if random.random() < failures:
        return Outcome(FAILURE, error="It did not work out this time")
    return Outcome(output="Done, as it were")


def feel() -> dict[str, Any]:
    """How the device is, made up."""
    return {"metrics": {"cpu": random.randint(2, 60), "memory": random.randint(30, 70),
                        "uptime": int(time.monotonic() - BEGUN)}}


@click.command()
@click.argument("url")
@click.argument("devices", nargs=-1, required=True)
@click.option("--seconds", default=0.5, show_default=True, help="How long a command takes on average.")
@click.option("--failures", default=0.05, show_default=True, help="The share of commands that fail.")
@click.option("--spool", type=click.Path(path_type=Path), help="A folder for answers that are not confirmed yet.")
def main(url: str, devices: tuple[str, ...], seconds: float, failures: float, spool: Path | None) -> None:
    """Play DEVICES, each given as ID:SECRET, or as ID+CODE to register it first, until Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    def do(command: Command) -> Outcome:
        logging.info("%s %s", command.id, command.type)
        return play(seconds, failures)

    with ExitStack() as stack:
        for given in devices:
            device = _device(url, given)
            worker = Worker(device, do, spool=Spool(spool / device.id) if spool else None)
            stack.enter_context(worker)
            stack.enter_context(Heart(device, tell=feel, on_waiting=worker.wake))
            stack.enter_context(Line(device, worker.hear))
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


def _device(url: str, given: str) -> Device:
    device_id, by_code, code = given.partition("+")
    if by_code:
        secret = register(url, device_id, code).secret
        print(f"{device_id}:{secret}", flush=True)
        return Device(url, device_id, secret=secret)
    device_id, _, secret = given.partition(":")
    return Device(url, device_id, secret=secret)


if __name__ == "__main__":
    main()
