"""The parent, with another program in the place of app.py: `with_program.py PROGRAM`."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2])]
from connectassist.core import settings  # noqa: E402
from connectassist.supervising import process  # noqa: E402
from connectassist.supervising.site import Site  # noqa: E402

process.PROGRAM = Path(sys.argv[1])
sys.exit(Site(settings.load()).run())
