"""A device at the gateway (contract 003): what a program on a customer's machine needs to take commands.

    device = Device("https://desk.example", "PUMP-7", secret=register(...).secret)
    with Heart(device) as heart, Worker(device, run_it) as worker, Line(device, worker.hear):
        ...

`Device` makes the calls, `Heart` sends heartbeats, `Worker` takes commands and never loses an answer, `Line` hears of
commands the moment they are queued. All of it is plain blocking Python with threads; it needs `requests` and
`websocket-client` alone and nothing of the server. `python -m bench.gateway_client --help` plays devices.
"""

from bench.gateway_client.answers import Command, Outcome
from bench.gateway_client.device import Device, Registered, register
from bench.gateway_client.errors import GatewayError, Refused, Stopped, Unreachable
from bench.gateway_client.heart import Heart
from bench.gateway_client.line import Line
from bench.gateway_client.patience import Patience
from bench.gateway_client.spool import Spool
from bench.gateway_client.worker import Worker

__all__ = ["Command", "Device", "GatewayError", "Heart", "Line", "Outcome", "Patience", "Refused", "Registered",
           "Spool", "Stopped", "Unreachable", "Worker", "register"]
