"""Runs what failed in the last run of the suite once more, alone, and says so: a failure that comes back is real.

A few tests drive browsers and X displays; on a starved machine one of them may miss its patience. More than a few
failures, or a run that broke off, are no such accident and get no second try.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
MOST = 5


def main() -> int:
    """0 when everything that failed passes now."""
    failed = sorted(json.loads(FAILED.read_text())) if FAILED.is_file() else []
    if not 0 < len(failed) <= MOST or not all("::" in name for name in failed):
        print(f"{len(failed)} failures, or a run that broke off: no second try.")
        return 1
    print("\nSecond try, alone, for what failed:\n" + "\n".join(f"  {name}" for name in failed), flush=True)
    status = subprocess.run([sys.executable, "-m", "pytest", "-n0", *failed], check=False).returncode
    print("\nUnsteady, and worth mending:\n" + "\n".join(f"  {name}" for name in failed)) if status == 0 else None
    return status


if __name__ == "__main__":
    sys.exit(main())
