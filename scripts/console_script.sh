#!/bin/bash
# Make .venv/bin/connectassist, the command for operators: it works from whichever folder it is called in.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cat > "$root/.venv/bin/connectassist.part" <<END
#!$root/.venv/bin/python
import sys
sys.path.insert(0, "$root")
from connectassist.cli import cli
cli(prog_name="connectassist")
END
chmod 755 "$root/.venv/bin/connectassist.part"
mv "$root/.venv/bin/connectassist.part" "$root/.venv/bin/connectassist"
