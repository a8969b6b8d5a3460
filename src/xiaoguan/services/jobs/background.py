"""The thread that runs the outbox beside the web server.

A server is several processes; a lock on a file in the data folder lets one of them work. When that process ends, the
system gives the lock back and another takes over.
"""

import logging
from pathlib import Path
from threading import Event, Thread
from typing import Final

from django.conf import settings
from django.db import close_old_connections, connection
from django.utils import timezone

from xiaoguan.lib.alone import alone
from xiaoguan.services.jobs import outbox

_IDLE_SECONDS: Final = 1.0
_LOCKED_OUT_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)


def start_background(stop: Event | None = None) -> Thread:
    """Start the loop in a daemon thread and return it. It ends within a second or two after ``stop`` is set; without
    one it ends with the process, which may happen at any moment without harm."""
    stop = stop or Event()
    thread = Thread(target=_work, args=(stop, Path(settings.DATA) / "background.lock"), name="background", daemon=True)
    thread.start()
    return thread


def _work(stop: Event, lock_path: Path) -> None:
    lock_path.parent.mkdir(parents=True, exist_ok=True)
    while not stop.is_set():
        with alone(lock_path) as mine:
            if mine:
                _loop(stop)
        stop.wait(_LOCKED_OUT_SECONDS)


def _loop(stop: Event) -> None:
    wake = Event()
    outbox.on_wake(wake.set)
    try:
        while not stop.is_set():
            wake.clear()
            if not _once():
                _rest(wake, stop)
    finally:
        outbox.on_wake(None)
        connection.close()


def _once() -> int:
    """One round. A database that is away for a moment must not end the thread."""
    try:
        close_old_connections()
        return outbox.run_due(timezone.now())
    except Exception:  # noqa: BLE001  the thread is the only one; it must outlive whatever a round meets
        _log.exception("background work failed; it goes on")
        connection.close()
        return 0


def _rest(wake: Event, stop: Event) -> None:
    """Wait a second, or less when something was committed here, or until the end."""
    if not stop.is_set():
        wake.wait(_IDLE_SECONDS)
