"""The process that carries a deployment out: `python -m connectassist.features.deploying.worker FILE`. The server
starts it and hands it the lock; it outlives the server's restart.

Everything that it needs is imported before it begins, since the files change under it.
"""

from __future__ import annotations

import encodings.idna  # noqa: F401  (looked up when a name is resolved)
import logging
import os
import sys
from pathlib import Path

from sqlalchemy import NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import audit, settings
from connectassist.core.db import DISCREET
from connectassist.features.deploying import runs
from connectassist.features.deploying.deployment import Deployment
from connectassist.features.deploying.runs import Run
from connectassist.identity import principal

log = logging.getLogger(__name__)


def main(path: Path) -> None:
    """Carry out the deployment that this file was begun for."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    run, chosen = Run.read(path), settings.load()
    if run is None:
        raise SystemExit(f"{path} tells of no deployment")
    run.note(pid=os.getpid())
    Deployment(chosen, run).carry_out()
    _record(run, chosen)


def _record(run: Run, chosen: settings.Settings) -> None:
    """The end of it for the audit log, which the deployment itself must not hang on."""
    engine = create_engine(chosen.database, poolclass=NullPool, **DISCREET)
    facts = run.facts
    is_well = facts["state"] == runs.DONE
    action = "deployment.finish" if is_well else "deployment.fail"
    message = facts["message"] if is_well else f"Deployment failed in step {facts['step']}: {facts['error']}"
    try:
        with engine.begin() as connection:
            audit.write(connection, principal.system(facts["by"]), action, message,
                        level="INFO" if is_well else "ERROR", changes=facts["changes"],
                        old=facts.get("old", ""), new=facts.get("new", ""), rolled_back=facts["rolled_back"])
    except SQLAlchemyError:
        log.exception("the audit log knows nothing of how the deployment ended")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
