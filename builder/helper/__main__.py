"""The door: `python -m builder.helper`, and the entry of every payload."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .errors import HelperError
    from .settings import Settings
    from .store import Store


def main(argv: list[str] | None = None) -> int:
    """Run the helper; returns the exit status (2 settings, 3 changed package, 4 refused, 5 removed, 6 runs twice)."""
    from . import settings as settings_module
    from .errors import HelperError
    from .ui import complain

    chosen = settings_module.parser().parse_args(argv)
    try:
        settings = settings_module.load(argv)
    except HelperError as error:
        problem = _changed(chosen.package_dir) or error
        complain(str(problem), window=chosen.ui in ("auto", "tk"))
        return problem.exit_status
    if chosen.help_me:
        from .calling import call

        return call(settings, problem=chosen.help_me, contact=chosen.contact, with_checks=chosen.with_checks,
                    with_screenshot=chosen.with_screenshot)
    return _run(settings, sys.argv[1:] if argv is None else argv)


def _changed(package_dir: Path | None) -> HelperError | None:
    """Settings that cannot be read may have been changed since they were signed: then that is what is wrong."""
    from . import integrity
    from .errors import HelperError
    from .settings import own_package_dir

    try:
        folder = package_dir or own_package_dir()
        if (folder / "manifest.json").is_file():
            integrity.check(folder)
    except HelperError as error:
        return error
    return None


def _run(settings: Settings, argv: list[str]) -> int:
    """Be the helper until it is quit. Returns how the program exits."""
    from .errors import HelperError
    from .ui import complain

    try:
        begun = _begin(settings, argv)
    except HelperError as error:
        complain(str(error), window=settings.ui in ("auto", "tk") and settings.has_display)
        return error.exit_status
    return begun if isinstance(begun, int) else _serve(settings, begun)


def _begin(settings: Settings, argv: list[str]) -> Store | int:
    """The store, locked for this helper alone; or how a newer helper exited that had been put in this one's place."""
    from . import integrity, succession
    from .store import Store

    integrity.check(settings.package_dir)
    store = Store(settings.state_dir)
    status = succession.hand_over(succession.own(settings.package_dir), state_dir=settings.state_dir, argv=argv)
    if status is not None:
        return status
    store.lock()
    return store


def _serve(settings: Settings, store: Store) -> int:
    from . import succession
    from .board import Board
    from .store import start_log
    from .ui import choose, warn

    start_log(store.folder, verbose=settings.verbose)
    if settings.answer != "ask":
        warn(f"Warning: --answer {settings.answer} answers every question without a customer. Only for test rigs.")
    from .app import Helper

    board = Board(
        product=settings.product, client=settings.client_name, folder=str(Path(settings.shared_dir)),
        managed=settings.managed, reports=settings.reports,
    )
    helper = Helper(settings, board=board, store=store)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: helper.quit())
    ui = choose(settings, board=board, helper=helper)
    helper.start()
    ui.run()
    helper.quit()
    status = helper.wait()
    store.unlock()
    if helper.wants_restart:
        succession.restart()
    return status


if __name__ == "__main__":
    sys.exit(main())
