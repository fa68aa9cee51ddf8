"""One event loop in a thread of its own, on which all calls to the endpoint run.

Owns the bridge from the coach, which is synchronous, to a client that can be cancelled. Must not know what runs on it.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from functools import partial

_CLOSING_S = 5.0
_GRACE_S = 1.0
_LAST_GRACE_S = 0.02


class BackgroundLoop:
    """Runs coroutines for other threads, in a thread that starts with the first and does not keep Python alive."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._ending = asyncio.Event()

    def submit(self, coroutine: Coroutine[object, object, None]) -> Future[None]:
        """Start a coroutine and return at once; cancelling the future cancels it where it stands."""
        with self._lock:
            if self._loop is None:
                self._loop, self._ending = asyncio.new_event_loop(), asyncio.Event()
                work = partial(_run, self._loop, self._ending)
                self._thread = threading.Thread(target=work, name="language-model", daemon=True)
                self._thread.start()
            return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def close(self) -> None:
        """Cancel what still runs, let it clean up, and end the thread."""
        with self._lock:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(_end_tasks(self._ending), loop).result(_CLOSING_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_CLOSING_S)
        loop.close()


def _run(loop: asyncio.AbstractEventLoop, ending: asyncio.Event) -> None:
    """Run a loop that closes what the collector finds in its own time."""
    loop.call_soon(partial(sys.set_asyncgen_hooks, finalizer=partial(_close_collected, loop, ending)))
    loop.run_forever()


def _close_collected(loop: asyncio.AbstractEventLoop, ending: asyncio.Event, generator: AsyncGenerator[object]) -> None:
    """Close a generator that the collector found, a moment later.

    Libraries below leave generators in cycles, and the collector comes by in any thread. Closed at once, the first one
    would close those below it while the collector is still at them, and one of the two fails.
    """
    if not loop.is_closed():
        loop.call_soon_threadsafe(loop.create_task, _close_generator(generator, ending))


async def _close_generator(generator: AsyncGenerator[object], ending: asyncio.Event) -> None:
    """Close a generator after some time, or nearly at once where the loop is ending."""
    with suppress(asyncio.CancelledError, TimeoutError):
        await asyncio.wait_for(ending.wait(), _GRACE_S)
        await asyncio.sleep(_LAST_GRACE_S)
    with suppress(RuntimeError):  # one above it is closing it already
        await generator.aclose()


async def _end_tasks(ending: asyncio.Event) -> None:
    await asyncio.sleep(0)  # what has not begun would be ended without closing anything
    ending.set()
    for task in _other_tasks():
        task.cancel()
    await asyncio.gather(*_other_tasks(), return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
    # What an ending task let go of is closed by tasks that begin only now.
    while others := _other_tasks():
        await asyncio.gather(*others, return_exceptions=True)


def _other_tasks() -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - {asyncio.current_task()}
