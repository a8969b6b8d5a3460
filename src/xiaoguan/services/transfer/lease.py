"""One import writes at a time. Whoever writes holds the lease and renews it with every step; if he dies, it
runs out (at once where his process is seen to be gone) and another goes on from the last step."""

import os
import socket
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.models import ImportRun, Lease

LEASE = timedelta(seconds=30)


class Busy(Refusal):
    """Another import is being written; says which."""


class LeaseLost(RuntimeError):
    """Somebody else went on with this run because this process was silent for too long."""


def holder() -> str:
    """This process, as a lease names it: host, process, and the moment the process began (numbers come again)."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def take(run: ImportRun, *, at: datetime) -> None:
    """Take the lease for a run, or Busy where another holds it. Takes a write lock for an instant."""
    with transaction.atomic():
        lease = Lease.objects.select_for_update().filter(pk=1).first() or Lease(pk=1, until=at)
        if _alive(lease, at):
            raise _busy(lease)
        lease.run, lease.holder, lease.until = run, holder(), at + LEASE
        lease.save()


def renew(run: ImportRun, *, at: datetime) -> None:
    """Keep the lease, inside the transaction of a step. LeaseLost where it is not ours any more."""
    mine = Lease.objects.filter(pk=1, run=run, holder=holder())
    if not mine.update(until=at + LEASE):
        raise LeaseLost(f"import {run.pk}")


def release(run: ImportRun) -> None:
    """Give the lease back; harmless where it is not ours."""
    Lease.objects.filter(pk=1, run=run, holder=holder()).update(holder="", run=None)


def held(*, at: datetime) -> Lease | None:
    """The lease, where a living process writes just now."""
    lease = Lease.objects.filter(pk=1).first()
    return lease if lease is not None and _alive(lease, at) else None


def _alive(lease: Lease, at: datetime) -> bool:
    return bool(lease.holder) and lease.until > at and not _gone(lease.holder)


def _busy(lease: Lease) -> Busy:
    run = lease.run
    if run is None:
        return Busy(_("Another import is being written. Try again when it is done."), code="busy")
    done = run.created + run.updated + run.unchanged + run.skipped
    return Busy(
        _("The import of “%(file)s” is being written (%(done)d of %(rows)d rows). Try again when it is done.")
        % {"file": run.file_name, "done": done, "rows": run.rows},
        code="busy",
    )


def _gone(name: str) -> bool:
    """Whether the holder is a process of this machine that is no more."""
    host, pid, began = name.rsplit(":", 2)
    return host == socket.gethostname() and _began(int(pid)) != began


def _began(pid: int) -> str:
    """When a process began, in ticks since the machine did; "" where there is no such process."""
    try:
        with open(f"/proc/{pid}/stat") as stream:
            return stream.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""
