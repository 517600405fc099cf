"""The first lines that the frozen helper runs. Only the build reads this file."""

import os
import ssl
import sys
from pathlib import Path

_CERTIFICATES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora, Red Hat
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine
)


def trust_this_machine() -> None:
    """Find the machine's certificates: OpenSSL looks where the build machine kept its own."""
    known = ssl.get_default_verify_paths()
    if known.cafile or (known.capath and os.listdir(known.capath)):
        return
    if found := next((path for path in _CERTIFICATES if Path(path).is_file()), None):
        os.environ["SSL_CERT_FILE"] = found


def leave_children_alone() -> None:
    """Let programs that the helper starts load the machine's libraries, not the ones in this folder."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    os.environ.pop("LD_LIBRARY_PATH", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before


if __name__ == "__main__":
    trust_this_machine()
    leave_children_alone()
    from builder.helper.__main__ import main

    sys.exit(main())
