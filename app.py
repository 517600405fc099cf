"""Start the server: `.venv/bin/python app.py`."""

from connectassist.core import settings
from connectassist.realtime import engine

if __name__ == "__main__":
    chosen = settings.load()
    engine.patch(chosen.async_mode)
    from connectassist.factory import serve

    serve(chosen)
