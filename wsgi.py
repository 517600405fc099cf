"""The app for tools that want a WSGI object (`flask --app wsgi db upgrade`). To serve, run app.py."""

from connectassist.core import settings
from connectassist.realtime import engine

chosen = settings.load()
engine.patch(chosen.async_mode)

from connectassist.factory import create_app  # noqa: E402  (the engine must be patched in first)

app = create_app(chosen)
