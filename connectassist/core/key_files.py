"""The secret key and the signing key as they lie in the instance folder, also in the middle of a change of keys.

`secret_key` is the key in force, unless the environment names one. `secret_key.next` is the key that a change leads to:
while it is there, what was encrypted with either can be read. `signing_key` is there once the secret key was changed:
what signs packages has outlived it. `key_name` tells which key the environment must name since then."""

from __future__ import annotations

import logging
from pathlib import Path

from connectassist.core.settings import PREFIX, BadSetting, Settings
from connectassist.core.vault import Vault

KEY, NEXT, SIGNING, NAME = "secret_key", "secret_key.next", "signing_key", "key_name"
log = logging.getLogger(__name__)


def read(path: Path) -> str:
    """What stands in a key's file; empty where there is none."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return ""


def vault_of(settings: Settings) -> Vault:
    """The vault with the keys in force. Raises BadSetting where the environment still names the key before."""
    other, signing = read(settings.instance / NEXT), read(settings.instance / SIGNING)
    vault = Vault(settings.secret_key, other=other, signing=signing)
    wanted = read(settings.instance / NAME)
    if wanted not in ("", vault.name()):
        raise BadSetting(f"{PREFIX}SECRET_KEY is not the key that `rotate-keys` changed to. Set it to the new one")
    if other not in ("", settings.secret_key):
        log.warning("a change of keys was not finished: run `connectassist rotate-keys` again")
    if signing and vault.decrypt(signing) is None:
        log.warning("%s can't be read with this secret key: packages are signed with another key", SIGNING)
    return vault
