"""SQLite with a fair write lock taken before BEGIN IMMEDIATE.

SQLite's own busy waiting is unfair: with eight writers single actions were seen to wait four seconds. A
process-wide lock plus a lock on a file beside the database make writers wait in turn instead.
"""

import fcntl
import os
import threading
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_WAIT_SECONDS = 60.0
_process_locks: dict[str, threading.Lock] = {}
_registry_lock = threading.Lock()


def _process_lock(name: str) -> threading.Lock:
    with _registry_lock:
        return _process_locks.setdefault(name, threading.Lock())


class WriteLock:
    """The one permission to write to a database file, for all threads and processes of a machine."""

    def __init__(self, database: str) -> None:
        self._thread_lock = _process_lock(database)
        self._path = None if _in_memory(database) else database + ".lock"
        self._descriptor: int | None = None
        self.held = False

    def acquire(self) -> None:
        if not self._thread_lock.acquire(timeout=_WAIT_SECONDS):
            raise OperationalError("the database was busy writing for a minute; nothing was changed")
        try:
            if self._path is not None:
                self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX)
        except BaseException:
            self._release_thread()
            raise
        self.held = True

    def release(self) -> None:
        if not self.held:
            return
        self.held = False
        if self._descriptor is not None:
            os.close(self._descriptor)  # closing gives the file lock back
            self._descriptor = None
        self._release_thread()

    def _release_thread(self) -> None:
        self._thread_lock.release()


def _in_memory(database: str) -> bool:
    return ":memory:" in database or "mode=memory" in database


class DatabaseWrapper(base.DatabaseWrapper):
    """The stock backend; every transaction waits its turn for the write lock before it begins."""

    _write_lock: WriteLock | None = None
    undivided = False

    def _start_transaction_under_autocommit(self) -> None:
        lock = WriteLock(str(self.settings_dict["NAME"]))
        lock.acquire()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            lock.release()
            raise
        self._write_lock = lock

    def _savepoint_allowed(self) -> bool:
        return not self.undivided and bool(super()._savepoint_allowed())  # type: ignore[misc]  # not in the stubs

    def _commit(self) -> Any:
        result = super()._commit()  # type: ignore[misc]  # not in the stubs
        self._release_write_lock()  # not in a finally: a failed commit is rolled back, which releases
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release_write_lock()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self._release_write_lock()

    def _release_write_lock(self) -> None:
        lock, self._write_lock = self._write_lock, None
        if lock is not None:
            lock.release()
