"""Keep a site's server processes running; started by `connectassist serve`, which says how many."""

import sys

from connectassist.core import settings
from connectassist.supervising.site import Site

if __name__ == "__main__":
    sys.exit(Site(settings.load()).run())
