"""Start the server: `.venv/bin/python app.py`. Its arguments are for `connectassist serve`, which starts several."""

import sys

from connectassist.core.chosen import settings_or_exit
from connectassist.core.place import Place
from connectassist.realtime import engine

if __name__ == "__main__":
    chosen = settings_or_exit()
    engine.patch(chosen.async_mode)
    from connectassist.factory import serve

    serve(chosen, Place.told(sys.argv[1:]))
