"""Each check against something that is really wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from connectassist.core.vault import Vault
from connectassist.features.checkup import configuration, databases, folders, proof, public, sockets, stun, turn
from connectassist.features.checkup.findings import Finding
from connectassist.features.checkup.grounds import Grounds, NoAnswer
from connectassist.features.checkup.public import NOBODYS, judged
from tests.cast import SECRET_KEY
from tests.features.checkup.conftest import Certificates, Middle
from tests.live.server import Server, free_port
from tests.stage.coturn import SECRET, Coturn

Make = Callable[..., Grounds]
ADDED = "203.0.113.9"


def said(found: Finding | Iterable[Finding]) -> list[tuple[str, str]]:
    findings = [found] if isinstance(found, Finding) else list(found)
    assert all(each.fix for each in findings if each.level in ("warning", "error")), "what is wrong can be mended"
    return [(each.level, each.sentence) for each in findings]


def one(found: Finding | Iterable[Finding]) -> tuple[str, str]:
    (only,) = said(found)
    return only


# -- certificates ---------------------------------------------------------------------------------------

@pytest.mark.parametrize(("options", "level", "words"), [
    ({}, "ok", "its chain is whole"),
    ({"sends_whole_chain": False}, "error", "chain is incomplete"),
    ({"days": -1}, "error", "out of date"),
    ({"days": 2}, "error", "ends in 2 days"),
    ({"days": 9}, "warning", "ends in 9 days"),
    ({"name": "other.test"}, "error", "is not for localhost"),
    ({"by_itself": True}, "error", "signed by nobody"),
], ids=["good", "incomplete", "expired", "very soon", "soon", "other name", "self-signed"])
def test_certificates(options: dict, level: str, words: str, certificates: Certificates, middle: Callable[..., Middle],
                      grounds: Make) -> None:
    port = middle(tls=certificates.server(**options)).port
    found = one(public.certificate(grounds(url=f"https://localhost:{port}", trust=certificates.trust)))
    assert found[0] == level, found
    assert words in found[1]
    assert public.answers(grounds(url=f"https://localhost:{port}")).level == "ok", "it is there all the same"


def test_nobody_and_somebody_else_at_the_address(middle: Callable[..., Middle], grounds: Make, server: Server) -> None:
    level, words = one(public.answers(grounds(url=f"http://127.0.0.1:{free_port()}")))
    assert (level, "Nobody answers" in words) == ("error", True)
    other = middle(target=server.port, rewrite=lambda head: head.replace(b"/healthz", b"/no-such"))
    level, words = one(public.answers(grounds(url=f"http://127.0.0.1:{other.port}")))
    assert (level, "somebody else answers" in words) == ("error", True)


# -- the proxy ------------------------------------------------------------------------------------------

def seen(address: str, forwarded: str, *, hops: int, scheme: str = "https") -> proof.Seen:
    return proof.Seen(address=address, scheme=scheme, host="support.example", forwarded=forwarded, hops=hops)


@pytest.mark.parametrize(("told", "levels", "words"), [
    (seen(ADDED, f"{NOBODYS}, {ADDED}", hops=1), ["ok"], "one proxy"),
    (seen(ADDED, ADDED, hops=1), ["ok"], "one proxy"),
    (seen("127.0.0.1", f"{NOBODYS}, {ADDED}", hops=0, scheme="http"), ["error", "error"], "locks all out"),
    (seen(NOBODYS, f"{NOBODYS}, {ADDED}", hops=2), ["error"], "claim to come from any address"),
    (seen(NOBODYS, NOBODYS, hops=1, scheme="http"), ["error", "error"], "claim to come from any address"),
    (seen("127.0.0.1", ADDED, hops=2), ["error"], "reckons with 2 proxies"),
    (seen("10.0.0.1", f"{NOBODYS}, {ADDED}, 10.0.0.1", hops=1), ["error"], "2 proxies stand in front"),
], ids=["adds", "replaces", "none expected", "one too many", "none there", "too many", "one too few"])
def test_proxies_by_what_the_server_sees(told: proof.Seen, levels: list[str], words: str) -> None:
    found = said(judged(told, hops=told.hops, is_encrypted=True))
    assert [level for level, _ in found] == levels, found
    assert words in found[0][1]


def test_a_real_server_tells_what_it_sees_to_who_knows_its_key(server: Server, middle: Callable[..., Middle],
                                                               grounds: Make) -> None:
    url = f"http://127.0.0.1:{server.port}"
    assert one(public.proxies(grounds(url=url, secret_key=SECRET_KEY)))[0] == "ok"
    level, words = one(public.proxies(grounds(url=url, secret_key="another key of thirty-two letters")))
    assert (level, "did not tell" in words) == ("hint", True)
    proxy = middle(target=server.port, rewrite=lambda head: head.replace(
        NOBODYS.encode(), f"{NOBODYS}, {ADDED}".encode(), 1))
    level, words = one(public.proxies(grounds(url=f"http://127.0.0.1:{proxy.port}", secret_key=SECRET_KEY)))
    assert (level, "reckons with 0" in words) == ("error", True)


def test_a_proof_holds_for_a_minute_and_for_one_key(grounds: Make) -> None:
    vault, other = Vault(SECRET_KEY), Vault("another key of thirty-two letters")
    shown = proof.made(vault)
    assert proof.holds(shown, vault)
    for wrong in ("", "x", shown[:-1], "9" + shown, "9999999999.a." + shown.rpartition(".")[2]):
        assert not proof.holds(wrong, vault)
    assert not proof.holds(shown, other)
    old = f"{1}.x"
    assert not proof.holds(f"{old}.{vault.mac('check-up', old)}", vault)


# -- live lines -----------------------------------------------------------------------------------------

def test_live_lines_get_through(engine_server: Server, grounds: Make) -> None:
    there = grounds(url=engine_server.url)
    for check in (sockets.polling, sockets.web_sockets, sockets.plain_web_sockets):
        assert one(check(there))[0] == "ok", check.__name__


def test_a_proxy_that_swallows_upgrades_is_noticed(server: Server, middle: Callable[..., Middle],
                                                   grounds: Make) -> None:
    proxy = middle(target=server.port, rewrite=lambda head: head.replace(b"Upgrade: websocket\r\n", b"").replace(
        b"Connection: Upgrade\r\n", b"Connection: close\r\n"))
    there = grounds(url=f"http://127.0.0.1:{proxy.port}")
    assert one(sockets.polling(there))[0] == "ok"
    level, words = one(sockets.web_sockets(there))
    assert (level, "instead of 101" in words) == ("error", True)
    assert one(sockets.plain_web_sockets(there))[0] == "warning"


# -- relays ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_relay_that_relays(transport: str, tmp_path: Path, grounds: Make) -> None:
    coturn = Coturn(tmp_path, transport=transport)
    try:
        good = grounds(turn_urls=coturn.settings["turn_urls"], turn_secret=SECRET)
        assert one(turn.relays(good))[0] == "ok", coturn.log()
        assert "127.0.0.1" in one(turn.relays(good))[1]
        wrong = grounds(turn_urls=coturn.settings["turn_urls"], turn_secret="another secret")
        level, words = one(turn.relays(wrong))
        assert (level, "does not take our credentials" in words) == ("error", True)
        stun = grounds(turn_urls=f"stun:127.0.0.1:{coturn.port}") if transport == "udp" else None
        assert stun is None or one(turn.relays(stun)) == ("ok", f"stun:127.0.0.1:{coturn.port} tells addresses "
                                                          "(127.0.0.1).")
    finally:
        coturn.close()


def test_relays_that_are_none(grounds: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stun, "TRIES", (0.05,))
    urls = f"turn:127.0.0.1:{free_port()},turn:127.0.0.1:{free_port()}?transport=tcp,turn:host:port"
    found = said(turn.relays(grounds(turn_urls=urls, turn_secret="s")))
    assert [level for level, _ in found] == ["error"] * 3
    assert "no address of a relay" in found[2][1]
    assert one(configuration.relays(grounds(turn_urls="turn:x")))[0] == "error"


# -- here -----------------------------------------------------------------------------------------------

def test_redis_that_is_off(grounds: Make, redis_url: str) -> None:
    assert one(databases.redis(grounds(redis_url=redis_url)))[0] == "ok"
    level, words = one(databases.redis(grounds(redis_url=f"redis://:secret@127.0.0.1:{free_port()}/0")))
    assert (level, "does not answer" in words) == ("error", True)
    assert "secret" not in words


def test_a_real_postgresql(grounds: Make, postgres_url: str) -> None:
    found = said(databases.database(grounds(database_url=postgres_url)))
    assert {level for level, _ in found} <= {"ok", "warning"}, found
    assert any("tables are those of this version" in words for _, words in found)
    assert one(databases.administrators(grounds(database_url=postgres_url)))[0] in ("ok", "error")
    away = grounds(database_url=f"postgresql://u:pw-secret@127.0.0.1:{free_port()}/x")
    level, words = one(databases.database(away))
    assert (level, "pw-secret" in words) == ("error", False)


def test_a_database_that_is_damaged_old_or_new(grounds: Make, template, tmp_path: Path) -> None:
    there = grounds()
    assert one(databases.database(there))[0] == "hint", "no database yet"
    path = there.settings.instance / "connectassist.db"
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    assert one(databases.database(there))[0] == "error"
    path.unlink()
    template.copy_to(tmp_path)
    if not path.is_file():  # the run keeps its data in PostgreSQL
        return
    assert {level for level, _ in said(databases.database(there))} <= {"ok", "warning"}
    for revision, level in (("0002", "warning"), ("9999", "error")):
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        assert level in [each for each, _ in said(databases.database(there))]


def test_the_instance_folder(grounds: Make) -> None:
    there = grounds()
    assert one(folders.instance(there))[0] == "hint"
    there.settings.instance.mkdir(mode=0o700)
    assert one(folders.instance(there))[0] == "ok"
    there.settings.instance.chmod(0o755)
    assert said(folders.instance(there))[0][0] == "error"
    assert one(folders.backups(there))[0] == "hint"


def test_file_systems_by_the_system_s_table() -> None:
    table = "/dev/sda1 / ext4 rw 0 0\nhost:/x /srv nfs4 rw 0 0\nhost:/y /srv/with\\040space cifs rw 0 0\nbroken\n"
    for path, kind in (("/var/lib", "ext4"), ("/srv/instance", "nfs4"), ("/srvother", "ext4"),
                       ("/srv/with space/x", "cifs")):
        assert folders.kind_of(Path(path), table) == kind


@pytest.mark.parametrize(("changes", "check", "level"), [
    ({"secret_key": "short"}, configuration.secret_key, "error"),
    ({"secret_key": "a" * 40}, configuration.secret_key, "error"),
    ({"secret_key": SECRET_KEY}, configuration.secret_key, "ok"),
    ({"public_url": "http://support.example"}, configuration.public_url, "error"),
    ({"public_url": "support.example"}, configuration.public_url, "error"),
    ({"public_url": "https://support.example"}, configuration.public_url, "ok"),
    ({"public_url": ""}, configuration.public_url, "warning"),
    ({"rate_limits": "off"}, configuration.protections, "warning"),
    ({"trust_localhost": "on", "proxy_hops": 1}, configuration.protections, "error"),
    ({"admin_password": "x"}, configuration.first_password, "hint"),
    ({"host": "0.0.0.0", "proxy_hops": 1}, configuration.listening, "warning"),
])
def test_settings(changes: dict, check: Callable, level: str, grounds: Make) -> None:
    assert one(check(grounds(**changes)))[0] == level


def test_nobody_answers_is_told_as_what_it_is(grounds: Make) -> None:
    for url in ("http://no-such-name.invalid", "https://127.0.0.1:1", "http://[::bad", "ftp://x"):
        with pytest.raises(NoAnswer):
            grounds(url=url).ask("/x")
