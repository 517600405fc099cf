"""10,000 packets of chance, on both engines: nobody falls, nobody is told how we are made, the log stays readable."""

from __future__ import annotations

import random
import socket

import websocket

from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server

PACKETS, TOLD = 5_000, ("Traceback", "site-packages", "connectassist/", "Error(")
SEEDS = ('42["remote-mouse",{"type":"mousemove","sessionId":"AAA-000-AAA"}]', '421["join-session",{"role":"helper"}]',
         '451-["screen-frame",{"_placeholder":true,"num":0}]',
         "40", '40{"token":"a.b.c"}', "2probe", "3", "41", "5", "6",
         '43["x"]', '42/it,["x"]', '461-["x"]', '42["remote-mouse",{"a":[[[{}]]]}]', "0{}", "4", '44{"message":"x"}')
CHARACTERS = '0123456789[]{}",:\\/-abc _\x00\x1e\u202e\U0001f4a5'


def packet(chance: random.Random) -> str | bytes:
    """A packet of the protocol with some of it changed, or none at all."""
    if chance.random() < 0.1:
        return chance.randbytes(chance.randrange(0, 300))
    letters = list(chance.choice(SEEDS))
    for _ in range(chance.randrange(0, 6)):
        place = chance.randrange(len(letters) + 1)
        letters[place:place + chance.randrange(0, 3)] = chance.choice(CHARACTERS)
    return "".join(letters)


def speak(line: RawSocket, packets: list[str | bytes]) -> list[str]:
    """Say them all; returns what came back until the server hung up or the goodbye was answered."""
    heard: list[str] = []
    try:
        for each in packets:
            line.send(each)
        line.send('4299["no-such-event",{}]')
        line.line.settimeout(3)
        while not heard or not heard[-1].startswith("4399["):
            heard.append(str(line.line.recv()))
            if not heard[-1]:
                break
    except (websocket.WebSocketException, OSError):
        pass
    finally:
        line.line.shutdown()
    return heard


def test_ten_thousand_random_packets(engine_server: Server) -> None:
    chance, before = random.Random(2026), engine_server.log.stat().st_size
    bystander = RawSocket(engine_server)
    packets = [packet(chance) for _ in range(PACKETS)]
    for at in range(0, PACKETS, 25):
        for frame in speak(RawSocket(engine_server), packets[at:at + 25]):
            assert not any(word in frame for word in TOLD), frame
        if at % 250 == 0:  # it answers the server's pings meanwhile, however long this takes
            assert bystander.is_open, "who was there before is still served"
    grown = engine_server.log.read_bytes()[before:]
    assert len(grown) < 10_000, grown[:2000]
    assert b"Traceback" not in grown
    bystander.close()


def test_random_bytes_on_an_open_websocket(engine_server: Server) -> None:
    chance, bystander = random.Random(7), RawSocket(engine_server)
    before = engine_server.log.stat().st_size
    for _ in range(60):
        line = RawSocket(engine_server)
        line.line.sock.sendall(chance.randbytes(chance.randrange(1, 4000)))
        line.line.sock.shutdown(socket.SHUT_WR)
        line.line.sock.settimeout(10)
        while line.line.sock.recv(65536):
            pass
        line.line.shutdown()
    assert bystander.is_open
    assert len(engine_server.log.read_bytes()[before:]) < 5_000
    bystander.close()


def test_a_frame_that_claims_to_be_huge_is_refused_before_it_comes(engine_server: Server) -> None:
    line = RawSocket(engine_server)
    line.line.sock.sendall(b"\x81\xff" + (2**40).to_bytes(8, "big") + b"mask")
    code = line.line.recv_data()
    assert code[0] == websocket.ABNF.OPCODE_CLOSE
    assert int.from_bytes(code[1][:2], "big") == 1009
    line.line.shutdown()
