"""What every test may ask for: an app on a database of its own, the cast, and real servers.

`app`, `client` and the members of the cast (`admin`, `technician_a`, `technician_b`, `viewer_a`, `customer`,
`device`, `device_b`, `nobody`) work in-process. `server` is a real server process on a free port, shared by the
tests of a run; `engine_server` is the same once for each engine; `start_server` starts one for a single test,
`start_site` several processes that are one site.
`postgres_url` is a database on a real PostgreSQL with the same cast in it, `redis_url` an empty Redis:
`make_app(database_url=postgres_url)`. Files in ON_BOTH run on SQLite and on PostgreSQL; with
`pytest --database=postgresql` every app and server gets one of those, with `pytest --site=sticky` every real server is
a site of two processes behind nginx.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

import tests.hurried  # noqa: F401  (importing it is all)
from connectassist.core.db import db
from connectassist.factory import create_app
from connectassist.features.heartbeats import beats
from connectassist.features.heartbeats import service as heartbeats
from connectassist.features.sessions import consent
from connectassist.realtime import presence, rooms
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import NAMESPACES
from tests.cast import Caller, Member
from tests.live.fleet import Fleet
from tests.live.postgres import Postgres
from tests.live.real_provider import RealProvider
from tests.live.redis import Redis
from tests.live.server import Server
from tests.live.site import Site
from tests.live.sitting import Sitting
from tests.live.whole import make_server
from tests.stage.browser import chromium
from tests.template import PostgresTemplate, Template, moved, settings_for

__all__ = ["Template", "make_server", "settings_for"]

#: What asks the most of a database, so that it runs on both kinds each time.
ON_BOTH = ("tests/core/test_migrations", "tests/core/test_any_text.py", "tests/features/commands/test_claims.py",
           "tests/features/tickets/test_tickets.py", "tests/features/tickets/test_at_once.py",
           "tests/features/heartbeats/test_heartbeats.py", "tests/features/backups/test_round_trip.py",
           "tests/features/keys/test_rotating.py", "tests/features/device_sessions/test_customer_sessions.py")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames and metafunc.definition.nodeid.startswith(ON_BOTH):
        metafunc.parametrize("database", ["sqlite", "postgresql"])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite",
                     help="What the apps and servers of the tests keep their data in.")
    parser.addoption("--site", choices=("sticky", "spread"), default="", help=(
        "Each real server is a site: two processes, PostgreSQL, Redis, and nginx, which sends a caller to one process "
        "(sticky), or each call to another (spread)."))
    parser.addoption("--examples", type=int, default=3,
                     help="How many good calls of each route are made up out of the OpenAPI document.")


#: The files that take longest, so that several workers don't wait for the last of them at the end.
LONG = ("tests/e2e/", "tests/attacks/", "tests/features/sessions/test_restart.py", "tests/features/cases/test_pdf.py",
        "tests/builder/test_stamp.py", "tests/web/", "tests/builder/", "tests/contracts/", "tests/realtime/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the names and their order are the same in every worker."""
    moving = [item.nodeid for item in items if " at 0x" in item.nodeid]
    if moving:
        raise pytest.UsageError(f"these tests have another name in each process: {moving}")
    items.sort(key=lambda item: next((place for place, begins in enumerate(LONG) if item.nodeid.startswith(begins)),
                                     len(LONG)))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for the whole run."""
    started = Postgres().start()
    yield started
    started.remove()


@pytest.fixture(scope="session")
def postgres_template(sqlite_template: Template, postgres: Postgres) -> PostgresTemplate:
    return PostgresTemplate(sqlite_template, postgres)


def _database(config: pytest.Config) -> str:
    return "postgresql" if config.getoption("--site") else config.getoption("--database")


@pytest.fixture(scope="session")
def template(request: pytest.FixtureRequest) -> Template:
    """The database that apps and servers start from, of the kind that `--database` names."""
    kind = _database(request.config)
    return request.getfixturevalue("postgres_template" if kind == "postgresql" else "sqlite_template")


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which kind of database this test's own apps and servers have."""
    return _database(request.config)


@pytest.fixture
def own_template(request: pytest.FixtureRequest, database: str) -> Template:
    """The database that this test's own apps and servers start from."""
    return request.getfixturevalue("postgres_template" if database == "postgresql" else "sqlite_template")


@pytest.fixture
def postgres_url(postgres_template: PostgresTemplate, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own on a real PostgreSQL, with the schema and the cast in it."""
    made = postgres_template.copy_to(tmp_path)
    yield made["database_url"]
    postgres_template.drop(made)


@pytest.fixture(scope="session")
def copied_to(sqlite_template: Template) -> Callable[[Postgres], str]:
    """Put the schema and the cast into another PostgreSQL, one that a test may stop. Returns the database's URL."""
    return lambda postgres: moved(sqlite_template, postgres)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A real Redis for the whole run."""
    started = Redis(tmp_path_factory.mktemp("redis")).start()
    yield started
    started.stop()


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """A real Redis with nothing in it."""
    redis_server.flush()
    return redis_server.url


def _forget_everyone() -> None:
    """The process's memory of sockets and sessions, as after a start."""
    GATEWAY.connections.clear()
    for namespace in NAMESPACES:
        namespace.connections.clear()
        namespace._by_device.clear()
    rooms.rooms._by_session.clear()
    presence.presence.clear()
    heartbeats.attendance.clear()
    beats._beats._waiting.clear()
    beats._beats._leaving.clear()
    consent.questions._open.clear()


@pytest.fixture
def make_app(own_template: Template, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """An app with settings of its own: `make_app(rate_limits="on")`."""
    made: list[Flask] = []
    copies: list[dict[str, str]] = []

    def make(**changes: Any) -> Flask:
        folder = tmp_path / f"app{len(made)}"
        copies.append(own_template.copy_to(folder))
        made.append(create_app(settings_for(folder, **copies[-1] | changes)))
        made[-1].testing = True
        return made[-1]

    _forget_everyone()
    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
    for settings in copies:
        own_template.drop(settings)


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser: it keeps cookies and has proved nothing."""
    return app.test_client()


@pytest.fixture
def in_app(app: Flask) -> Iterator[None]:
    """The app's context, for calling services and queries directly."""
    with app.test_request_context():
        yield


@pytest.fixture
def cast(template: Template) -> dict[str, Member]:
    """Who everyone is: tokens, ids, secrets. They hold in `app` and in real servers alike."""
    return template.cast


@pytest.fixture
def as_member(app: Flask, cast: dict[str, Member]) -> Callable[[str], Caller]:
    return lambda name: Caller(app.test_client(use_cookies=False), cast[name])


@pytest.fixture
def admin(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("admin")


@pytest.fixture
def technician_a(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("technician_a")


@pytest.fixture
def technician_b(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("technician_b")


@pytest.fixture
def viewer_a(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("viewer_a")


@pytest.fixture
def customer(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("customer")


@pytest.fixture
def device(as_member: Callable[[str], Caller]) -> Caller:
    """An enrolled device of client A, with its secret."""
    return as_member("device")


@pytest.fixture
def device_b(as_member: Callable[[str], Caller]) -> Caller:
    """An enrolled device of client B."""
    return as_member("device_b")


@pytest.fixture
def nobody(as_member: Callable[[str], Caller]) -> Caller:
    return as_member("nobody")


@pytest.fixture(scope="session")
def servers(template: Template, make_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory,
            ) -> Iterator[Callable[..., Server]]:
    """Start real servers that last to the end of the run: `servers(async_mode="gevent", payloads=folder)`."""
    started: list[Server] = []

    def start(**changes: Any) -> Server:
        folder = tmp_path_factory.mktemp("server")
        started.append(make_server(folder, cast=template.cast, **template.copy_to(folder) | changes))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def server_on(servers: Callable[..., Server]) -> Callable[[str], Server]:
    """The run's real server on an engine, started when first asked for: `server_on("gevent")`."""
    return cache(lambda engine: servers(async_mode=engine))


@pytest.fixture(scope="session", params=["eventlet", "gevent"])
def engine_server(request: pytest.FixtureRequest, server_on: Callable[[str], Server]) -> Server:
    """A real server, once for each engine; shared by the run, so tests make devices and sessions of their own."""
    return server_on(request.param)


@pytest.fixture(scope="session")
def server(server_on: Callable[[str], Server]) -> Server:
    """A real server on the default engine, shared by the run."""
    return server_on("eventlet")


@pytest.fixture
def start_server(own_template: Template, make_server: Callable[..., Server], tmp_path: Path,
                 ) -> Iterator[Callable[..., Server]]:
    """Start real servers for this test alone: `start_server(async_mode="gevent", rate_limits="on")`."""
    started: list[Server] = []

    def start(**changes: Any) -> Server:
        folder = tmp_path / f"server{len(started)}"
        started.append(make_server(folder, cast=own_template.cast, **own_template.copy_to(folder) | changes))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def start_site(postgres_url: str, redis_url: str, postgres_template: PostgresTemplate, tmp_path: Path,
               ) -> Iterator[Callable[..., Site]]:
    """Start a site of several processes with a PostgreSQL and a Redis: `start_site(processes=2)`. Once in a test."""
    started: list[Site] = []

    def start(**changes: Any) -> Site:
        settings = {"database_url": postgres_url, "redis_url": redis_url} | changes
        started.append(Site(tmp_path / f"site{len(started)}", cast=postgres_template.cast, **settings))
        started[-1].folder.mkdir()
        return started[-1].start()

    yield start
    for site in started:
        site.stop()


@pytest.fixture
def sitting(engine_server: Server) -> Iterator[Sitting]:
    """A new session of the cast's device on a real server, once for each engine."""
    made = Sitting(engine_server)
    yield made
    made.close()


@pytest.fixture
def fleet(engine_server: Server) -> Iterator[Fleet]:
    """The cast's devices and staff on a real server, once for each engine."""
    made = Fleet(engine_server)
    yield made
    made.close()


@pytest.fixture(scope="session")
def real_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealProvider]:
    """A sign-in provider that others wrote, for the whole run."""
    started = RealProvider(tmp_path_factory.mktemp("provider") / "provider.log")
    yield started
    started.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for the whole run: playwright's sync API can't be started twice at a time."""
    with chromium() as started:
        yield started
