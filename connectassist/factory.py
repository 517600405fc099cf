"""Builds the app: one table of what is mounted. The only file that imports everything."""

from __future__ import annotations

import logging

from flask import Flask
from flask_migrate import Migrate, upgrade
from werkzeug.middleware.proxy_fix import ProxyFix

from connectassist import plainly, web
from connectassist.core import jobs, key_files, logs, occupancy
from connectassist.core.db import db, engine_options, one_at_a_time, writer_options
from connectassist.core.place import Place
from connectassist.core.reachable import Readiness
from connectassist.core.settings import ROOT, Settings
from connectassist.core.writer import Writer
from connectassist.features.accounts import provider_routes as sign_in
from connectassist.features.accounts import routes as accounts
from connectassist.features.accounts import service as account_service
from connectassist.features.accounts import token_routes as account_tokens
from connectassist.features.agents import events as agent_events
from connectassist.features.agents import waiting as agent_waiting
from connectassist.features.alerts import routes as alerts
from connectassist.features.alerts import service as alert_service
from connectassist.features.annotations import events as annotation_events
from connectassist.features.annotations import routes as annotations
from connectassist.features.approvals import routes as approvals
from connectassist.features.assistant import routes as llm
from connectassist.features.assistant import service as assistant
from connectassist.features.bridge import routes as bridge
from connectassist.features.cases import routes as cases
from connectassist.features.categorising import service as categorising
from connectassist.features.chat import events as chat_events
from connectassist.features.chat import routes as chat
from connectassist.features.chatbot import portal_routes as portal_chat
from connectassist.features.chatbot import proposing  # noqa: F401  (importing it has it listen)
from connectassist.features.chatbot import routes as chatbot
from connectassist.features.chatbot import trial_routes as chatbot_trial
from connectassist.features.checkup import routes as checkup
from connectassist.features.client_data import routes as client_data
from connectassist.features.clients import routes as client_routes
from connectassist.features.clients import service as clients
from connectassist.features.commands import events as command_events
from connectassist.features.commands import original_routes as gateway_dev
from connectassist.features.commands import routes as device_commands
from connectassist.features.commands import service as command_service
from connectassist.features.commands import staff_routes as commands
from connectassist.features.connectivity import routes as connectivity
from connectassist.features.customer_lines import routes as customer_lines
from connectassist.features.customers import routes as customers
from connectassist.features.deploying import restarting
from connectassist.features.deploying import routes as deploying
from connectassist.features.device_chat import events as device_chat_events
from connectassist.features.device_chat import routes as device_chat
from connectassist.features.device_lines import routes as device_lines
from connectassist.features.device_lines import service as device_line_service
from connectassist.features.device_sessions import customer_routes as customer_sessions
from connectassist.features.device_sessions import events as device_session_events
from connectassist.features.device_sessions import service as device_session_service
from connectassist.features.device_sessions import staff_routes as device_sessions
from connectassist.features.devices import customer_routes as customer_devices
from connectassist.features.devices import events as device_events
from connectassist.features.devices import page_routes as device_pages
from connectassist.features.devices import routes as devices
from connectassist.features.devices import sightings, standing
from connectassist.features.devices import standing_routes as device_standing
from connectassist.features.diagnostics import events as diagnostic_events
from connectassist.features.diagnostics import routes as diagnostics
from connectassist.features.enrollment import routes as enrollment
from connectassist.features.faq import editing_routes as faq_editing
from connectassist.features.faq import proposal_routes as faq_proposals
from connectassist.features.faq import routes as faq
from connectassist.features.faq import service as faq_service
from connectassist.features.files import events as file_events
from connectassist.features.files import routes as files
from connectassist.features.files import upkeep as file_upkeep
from connectassist.features.heartbeats import routes as heartbeats
from connectassist.features.heartbeats import service as heartbeat_service
from connectassist.features.heartbeats import staff_routes as device_heartbeat
from connectassist.features.installers import link_routes as installer_links
from connectassist.features.installers import routes as installers
from connectassist.features.live_line import routes as live_line
from connectassist.features.live_line import service as live_line_service
from connectassist.features.metrics import routes as metrics
from connectassist.features.metrics import service as metric_service
from connectassist.features.monitors import routes as monitors
from connectassist.features.operations import customer_routes as customer_system
from connectassist.features.operations import health_routes as health
from connectassist.features.operations import probe_routes as probes
from connectassist.features.operations import routes as operations
from connectassist.features.packages import downloads
from connectassist.features.packages import routes as packages
from connectassist.features.packages import session_routes as session_packages
from connectassist.features.packages import share_routes as share_installer
from connectassist.features.preferences import routes as preferences
from connectassist.features.prometheus import routes as prometheus
from connectassist.features.provisioning import customer_routes as provisioning
from connectassist.features.provisioning import device_routes as device_sign_in
from connectassist.features.provisioning import staff_routes as announced_devices
from connectassist.features.recordings import finishing as recording_finishing
from connectassist.features.recordings import routes as recordings
from connectassist.features.remediations import events as remediation_events
from connectassist.features.remediations import routes as remediations
from connectassist.features.remediations import service as remediation_service
from connectassist.features.remote_access import events as remote_access_events
from connectassist.features.remote_access import service as remote_access_service
from connectassist.features.retention import routes as retention
from connectassist.features.retention import service as retention_service
from connectassist.features.sessions import browser_events
from connectassist.features.sessions import elsewhere as sessions_elsewhere
from connectassist.features.sessions import events as session_events
from connectassist.features.sessions import invitation_routes as invitations
from connectassist.features.sessions import rescoped as session_rescoped
from connectassist.features.sessions import routes as sessions
from connectassist.features.sessions import service as session_service
from connectassist.features.sharing import routes as sharing
from connectassist.features.short_links import routes as short_links
from connectassist.features.signalling import events as signalling_events
from connectassist.features.staff import own_routes as staff_own
from connectassist.features.staff import routes as staff
from connectassist.features.statistics import routes as statistics
from connectassist.features.support_codes import routes as support_codes
from connectassist.features.templates import routes as templates
from connectassist.features.tickets import attaching as ticket_files
from connectassist.features.tickets import figure_routes as ticket_figures
from connectassist.features.tickets import helping_routes as ticket_help
from connectassist.features.tickets import linking_routes as ticket_links
from connectassist.features.tickets import outcomes as ticket_outcomes
from connectassist.features.tickets import part_routes as ticket_parts
from connectassist.features.tickets import routes as tickets
from connectassist.features.tickets import service as ticket_service
from connectassist.features.tools import events as tool_events
from connectassist.features.tools import service as tool_service
from connectassist.features.updates import fleet_routes as fleet_updates
from connectassist.features.updates import routes as updates
from connectassist.features.vnc import listener as vnc_listener
from connectassist.features.vnc import routes as vnc
from connectassist.features.vnc import viewing as vnc_viewing
from connectassist.features.watching import events as watching_events
from connectassist.http import assets, document, guard, handover, headers, limits, mounts, numbers, rendering, tracing
from connectassist.http.json import OrjsonProvider
from connectassist.http.no_session import NoSession
from connectassist.identity import provider, supabase, tokens
from connectassist.realtime import ending, engine, rescoping, site_link, sweeps
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import NAMESPACES

LARGEST_BODY = 1024 * 1024
#: What is mounted under /api, by theme.
API = (
    operations, health, probes, deploying, prometheus, checkup, connectivity, statistics, updates, metrics, retention,
    accounts, account_tokens, sign_in, staff, staff_own, preferences, client_routes, client_data,
    support_codes, packages, session_packages, templates, share_installer, installers, enrollment, fleet_updates,
    devices, device_pages, annotations, diagnostics, remediations, alerts, device_chat, llm, faq, chatbot, portal_chat,
    chatbot_trial, faq_editing, faq_proposals,
    sessions, invitations, sharing, chat, files, bridge, monitors, vnc, recordings,
    cases, tickets, ticket_figures, ticket_parts, ticket_links, ticket_help, commands, device_commands, gateway_dev,
    customers, customer_devices, customer_sessions, customer_system, device_sessions,
    provisioning, announced_devices, device_sign_in, heartbeats, device_heartbeat, device_standing,
    approvals, device_lines, customer_lines, live_line,
)
PAGES = (web.blueprint, downloads.bp, short_links.bp, installer_links.bp)
#: What speaks over sockets: importing it declares its events.
EVENTS = (
    device_events, session_events, sessions_elsewhere, session_rescoped, browser_events, signalling_events, chat_events,
    file_events, agent_events, agent_waiting, watching_events, annotation_events, diagnostic_events, remediation_events,
    tool_events, remote_access_events, device_chat_events, command_events, device_session_events, site_link,
)
#: What comes round in each process while it runs, and after how many seconds: what it holds in memory.
SWEEPS = (
    (1, vnc_viewing.sweep), (1, heartbeat_service.sweep),
    (5, tool_service.give_up, remote_access_service.sweep, device_line_service.sweep),
    (5, live_line_service.tell_metrics), (15, metric_service.sample), (60, rescoping.look_again, standing.sweep),
    (300, sightings.note_online),
)
#: What comes round in one process of the site: what stands in the database and on the disk.
SITE_SWEEPS = (
    (2, recording_finishing.close_deserted), (5, command_service.settle), (300, metric_service.sum_up),
    (60, ticket_outcomes.settle, alert_service.look_for_missing, remediation_service.expire,
     device_session_service.expire, ticket_service.tell_overdue, session_service.settle_abandoned),
    (600, file_upkeep.sweep, ticket_files.sweep, recording_finishing.sweep, handover.sweep),
    (3600, retention_service.run_when_due),
)
#: What is looked at once more when a process hears the others again, as it may have missed what they said.
WHEN_WHOLE = (rescoping.look_again, standing.sweep)
SOCKET_SCRIPTS = ROOT / "static" / "vendor" / "socket.io"

log = logging.getLogger("connectassist")


def create_app(settings: Settings, *, is_prepared: bool = False) -> Flask:
    """The app with everything mounted. The database is brought up to date, unless that is done already."""
    logs.install(settings)
    app = Flask("connectassist", root_path=str(ROOT), instance_path=str(settings.instance))
    app.config.update(SQLALCHEMY_DATABASE_URI=settings.database, SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
                      MAX_CONTENT_LENGTH=LARGEST_BODY,
                      MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024, SECRET_KEY=settings.secret_key,
                      JWT_COOKIE_SECURE=settings.public_url.startswith("https:"))
    app.url_map.strict_slashes = False  # real clients put a slash behind some paths
    app.json = OrjsonProvider(app)
    app.session_interface = NoSession()
    app.ensure_sync = lambda view: view  # no view here is a coroutine, and looking took as long as the guard does
    app.extensions |= {"settings": settings, "vault": key_files.vault_of(settings), "limiter": limits.Limiter(settings),
                       "provider": provider.configured(settings), "supabase": supabase.configured(settings),
                       "readiness": Readiness(settings)}
    assistant.install(app, settings)
    jobs.use(engine.real_thread_runner(settings.async_mode))
    db.init_app(app)
    engine.let_queries_wait(settings.async_mode)
    with app.app_context():
        app.extensions["writer"] = Writer(db.engine, **writer_options(settings))
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    tokens.install(app, app.extensions["vault"])
    tracing.install(app)
    guard.install(app)
    rendering.install(app)
    headers.install(app, settings)
    assets.install(app)
    _mount(app)
    GATEWAY.init_app(app, settings)
    for namespace in NAMESPACES:
        namespace.init_app(app)
    _wrap(app, settings)
    if not is_prepared:
        _first_start(app, settings)
    return app


def _mount(app: Flask) -> None:
    numbers.install(app)
    api = document.install(app)
    for feature in API:
        api.register_blueprint(feature.bp)
    for pages in PAGES:
        app.register_blueprint(pages)


def _wrap(app: Flask, settings: Settings) -> None:
    """The layers outside Flask; the outermost comes last."""
    app.wsgi_app = mounts.Mounts(app.wsgi_app, SOCKET_SCRIPTS)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    tracing.wrap(app, settings)


def _first_start(app: Flask, settings: Settings) -> None:
    with app.app_context(), one_at_a_time("first start"):
        upgrade()
        clients.ensure_default()
        faq_service.ensure_first_entries()
        password = account_service.ensure_admin(settings.admin_password)
        db.session.remove()
    if password:
        print(f"\n  First start. Sign in as  admin  with the password  {password}\n"
              "  It is shown this once.\n", flush=True)


def serve(settings: Settings, place: Place) -> None:
    """Serve until stopped, or only make everything ready for those who do. What hinders the start is told."""
    with plainly.starting(settings):
        _start(settings, place)


def _start(settings: Settings, place: Place) -> None:
    occupancy.share(settings.instance)
    app = create_app(settings, is_prepared=place.is_prepared)
    if not place.has_company:
        with app.app_context():
            session_service.recover()
            recording_finishing.recover()
    if not place.only_prepares:
        _serve(app, settings, place)


def _serve(app: Flask, settings: Settings, place: Place) -> None:
    categorising.ready(settings.instance)
    assets.publish(settings)
    sweeps.when_whole(*WHEN_WHOLE)
    BUS.start(settings, spawn=GATEWAY.socketio.start_background_task, sleep=GATEWAY.socketio.sleep,
              event=GATEWAY.new_event)
    ending.watch(parent=place.parent)
    recording_finishing.watch()
    metric_service.watch()
    if settings.process == 0:
        vnc_listener.listen(settings)
    for seconds, *work in SWEEPS:
        sweeps.every(seconds, *work)
    for seconds, *work in SITE_SWEEPS:
        sweeps.every(seconds, *work, for_site=True)
    if not place.parent:
        restarting.leave_note(settings)
    _announce(settings)
    engine.serve(settings.async_mode, app, host=settings.host, port=settings.port, listener=place.listener,
                 stalled=settings.stalled_seconds)


def _announce(settings: Settings) -> None:
    """Who starts it by hand wants to see an address; who collects JSON wants nothing else."""
    sentence = f"ConnectAssist serves on http://{settings.host}:{settings.port}"
    if settings.log_format == "json":
        logging.getLogger(__name__).info(sentence)
    else:
        print(sentence, flush=True)
