"""Writes numbers for as long as it lives, on threads of the engine it is told, and says each that is written."""

from __future__ import annotations

import sys

from connectassist.realtime import engine

if __name__ == "__main__":
    mode, url = sys.argv[1:]
    engine.patch(mode)
    import threading

    from sqlalchemy import create_engine, text

    from connectassist.core import jobs
    from connectassist.core.writer import Writer

    jobs.use(engine.real_thread_runner(mode))
    writer = Writer(create_engine(url))
    writer.do(lambda connection: connection.execute(text("CREATE TABLE lines (number INTEGER)")))

    def write(first: int) -> None:
        for number in range(first, 10**9, 8):
            writer.do(lambda connection, number=number: connection.execute(
                text("INSERT INTO lines VALUES (:number)"), {"number": number}))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()

    threads = [threading.Thread(target=write, args=(first,)) for first in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
