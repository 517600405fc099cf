"""The helper's way to the server outlives the connections that it makes."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor

from builder.helper.link import Link, http_session
from tests.live.server import free_port


def test_a_collected_connection_leaves_the_http_session_open() -> None:
    """The collector may run where no loop is running, such as in the window's thread, which may have one of its own."""
    async def one_failed_connection(http: object) -> None:
        link = Link(http, url=f"http://127.0.0.1:{free_port()}", auth=dict)  # nobody listens there
        running = asyncio.ensure_future(link.run())
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def window() -> None:
        gc.disable()
        loop = asyncio.new_event_loop()
        try:
            asyncio.set_event_loop(loop)
            http = loop.run_until_complete(_made())
            loop.run_until_complete(one_failed_connection(http))
            gc.collect()  # the loop stands still, as the window's does
            assert not http.closed
            loop.run_until_complete(http.close())
        finally:
            gc.enable()
            asyncio.set_event_loop(None)
            loop.close()

    with ThreadPoolExecutor(1) as thread:  # the test's own thread may hold Playwright's loop
        thread.submit(window).result()


async def _made() -> object:
    return http_session()
