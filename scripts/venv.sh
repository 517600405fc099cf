#!/bin/bash
# Make .venv with the given Python; on Debian as root, install what `python -m venv` needs first.
set -euo pipefail
python=${1:-python3}
if [ -x .venv/bin/pip ]; then exit 0; fi

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "ConnectAssist needs Python 3.11 or newer ($("$python" --version 2>&1) found). Try: make run PYTHON=python3.12" >&2
  exit 1
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  else
    echo "Python's venv module is missing. Install it (Debian, Ubuntu: apt install python3-venv) and try again." >&2
    exit 1
  fi
fi
echo "Making the virtual environment…"
"$python" -m venv .venv
