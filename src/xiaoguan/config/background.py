"""What runs beside the web server, in threads of its worker: the outbox, imports to be written, files of
imports to be read and checked, sums of deals to be gathered, and memory to be given back. Sealing and proofs of the
books are processes of their own: they would take memory and time from the pages.
"""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import close_old_connections, connection

from xiaoguan.deals.closed_sums import gather
from xiaoguan.ledger import proofs
from xiaoguan.ledger.segments.reading import rest_engine
from xiaoguan.ledger.segments.upkeep import due
from xiaoguan.lib.garbage import collect_all
from xiaoguan.services.jobs.background import start_background as start_outbox
from xiaoguan.services.transfer.drafts import advance_drafts
from xiaoguan.services.transfer.runs import resume_runs

_IMPORT_SECONDS = 1.0
_SEAL_SECONDS = 5.0
_PROOF_SECONDS = 2.0
_SUMS_SECONDS = 30.0
_GARBAGE_SECONDS = 20.0
_REST_SECONDS = 10.0
_SWEEP_SECONDS = 3600.0
_FAULT_SECONDS = 10.0
_log = logging.getLogger(__name__)


def start_background() -> None:
    """Start the threads. They end with the process, at any moment, without harm."""
    start_outbox()
    _repeat("imports", resume_runs, _IMPORT_SECONDS)
    _repeat("import drafts", advance_drafts, _IMPORT_SECONDS)
    _repeat("sealing", Sealing().look, _SEAL_SECONDS)
    _repeat("proofs", prove, _PROOF_SECONDS)
    _repeat("sums", gather, _SUMS_SECONDS)
    _repeat("garbage", collect_all, _GARBAGE_SECONDS)
    _repeat("engine", rest_engine, _REST_SECONDS)


class Sealing:
    """Starts ``xiaoguan seal`` when there is enough to seal, and now and then to sweep."""

    def __init__(self) -> None:
        self._swept = time.monotonic()

    def look(self) -> None:
        """A few small queries where there is nothing to do."""
        if not due() and time.monotonic() - self._swept < _SWEEP_SECONDS:
            return
        self._swept = time.monotonic()
        _in_own_process("seal", "--json")


def prove() -> None:
    """Start ``xiaoguan reconcile`` for a proof that somebody asked for."""
    if proofs.waiting():
        _in_own_process("reconcile", "--asked")


def _in_own_process(*words: str) -> None:
    command = [sys.executable, "-m", "xiaoguan.config.cli", *words]
    done = subprocess.run(command, env=_own_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        _log.error("%s ended with %s: %s", words[0], done.returncode, done.stderr[-2000:])
        time.sleep(_FAULT_SECONDS)  # it may break at once, and so each time


def _own_environment() -> dict[str, str]:
    """That of this process, with the settings it really uses and where it finds its code."""
    return {**os.environ, "XIAOGUAN_DATA": str(settings.DATA), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


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
