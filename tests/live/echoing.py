"""A real server with two WebSockets more, which say back what they hear: `/echo` in a green thread, `/echo-in-hub` on
the hub's call-backs. For the cases that look at nothing but the protocol. `python -m tests.live.echoing`, with the
settings in the environment as for app.py."""

from __future__ import annotations

from connectassist.core import settings
from connectassist.realtime import engine

if __name__ == "__main__":
    chosen = settings.load()
    engine.patch(chosen.async_mode)
    from connectassist.factory import create_app
    from tests.live.echoes import blueprint

    app = create_app(chosen)
    app.register_blueprint(blueprint)
    engine.serve(chosen.async_mode, app, host=chosen.host, port=chosen.port, stalled=chosen.stalled_seconds)
