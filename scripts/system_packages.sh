#!/bin/bash
# Install the Debian packages that running (`run`) or testing (`test`) needs and that this machine lacks.
# Without root or apt-get it only says what is missing: most of the product works all the same.
set -uo pipefail

# run: what WeasyPrint loads for case PDFs; objcopy and Tk for building the Linux helper.
# test: a display, a browser, archive tools, the helper's own needs, the databases that the tests start themselves, systemd's word on the units.
run_packages=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 binutils)
.venv/bin/python -c 'import _tkinter' 2>/dev/null || run_packages+=(python3-tk)
# Debian keeps the library that a frozen program carries in a package of its own.
shared=$(.venv/bin/python -c 'import sys; print("libpython%d.%d" % sys.version_info[:2] if sys.base_prefix == "/usr" else "")')
[ -z "$shared" ] || run_packages+=("$shared")
test_packages=("${run_packages[@]}" git iproute2 libatomic1 xvfb x11-xserver-utils xclip xdotool chromium unzip p7zip-full
  fonts-dejavu-core coturn x11vnc tigervnc-standalone-server tigervnc-tools
  postgresql redis-server nginx-light curl systemd)

case ${1:-run} in
  run) packages=("${run_packages[@]}") ;;
  test) packages=("${test_packages[@]}") ;;
  *) echo "usage: $0 run|test" >&2; exit 2 ;;
esac
command -v dpkg-query >/dev/null || exit 0 # not a Debian: WeasyPrint says itself what it lacks

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "note: these packages are missing, some features will not work: ${missing[*]}" >&2
  echo "      (sudo apt-get install ${missing[*]})" >&2
  exit 0
fi
# What the tests need they start themselves: no web server or database shall listen because of them.
policy=/usr/sbin/policy-rc.d
if [ "${1:-run}" = test ] && [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
fi
echo "Installing ${missing[*]}…"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
