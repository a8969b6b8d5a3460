"""What runs beside the web server, in threads of its worker: the outbox, imports to be written, and files
of imports to be read and checked."""

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection

from xiaoguan.services.jobs.background import start_background as start_outbox
from xiaoguan.services.transfer.drafts import advance_drafts
from xiaoguan.services.transfer.runs import resume_runs

_IMPORT_SECONDS = 1.0
_log = logging.getLogger(__name__)


def start_background() -> None:
    """Start the threads. They end with the process, at any moment, without harm."""
    start_outbox()
    _repeat("imports", resume_runs, _IMPORT_SECONDS)
    _repeat("import drafts", advance_drafts, _IMPORT_SECONDS)


def _repeat(name: str, work: Callable[[], object], seconds: float) -> None:
    threading.Thread(target=_loop, args=(work, seconds), name=name, daemon=True).start()


def _loop(work: Callable[[], object], seconds: float) -> None:
    while True:
        try:
            close_old_connections()
            work()
        except Exception:  # noqa: BLE001  nobody would start the thread again
            _log.exception("background work failed; it goes on")
            connection.close()
        time.sleep(seconds)
