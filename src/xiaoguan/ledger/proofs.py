"""Proofs of the books that somebody asked for: with a million deals one takes a minute, so it is no page's work.

A process of its own works them off, one at a time by a lock on a file. Killed, it leaves the proof open, and the next
one takes it up again; one that ends so three times is given up.
"""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from xiaoguan.ledger.models import Proof
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.lib.alone import alone

KEPT: Final = 20
LISTED: Final = 500
MOST_TRIES: Final = 3


def ask_for_proof(*, by: int, at: datetime) -> Proof:
    """The proof that is open, a new one where none is."""
    proof, _made = Proof.objects.get_or_create(is_open=True, defaults={"asked_at": at, "asked_by_id": by})
    return proof


def open_proof() -> Proof | None:
    """The one that was asked for and has no answer yet."""
    return Proof.objects.filter(is_open=True).first()


def last_proof() -> Proof | None:
    """The last one that ended."""
    return Proof.objects.filter(is_open=False).order_by("-pk").first()


def waiting() -> bool:
    """Whether a proof is open that no process is at."""
    if open_proof() is None:
        return False
    with alone(_lock()) as free:
        return free


def work_off() -> None:
    """Prove what was asked for, unless another process is at it. What breaks the proof is raised."""
    with alone(_lock()) as mine:
        proof = open_proof() if mine else None
        if proof is None:
            return
        if proof.tries >= MOST_TRIES:
            _end(proof)
            return
        Proof.objects.filter(pk=proof.pk).update(started_at=timezone.now(), tries=F("tries") + 1)
        try:
            report = reconcile()
        except Exception:
            _end(proof)
            raise  # the page says that it broke; why is for the log of the server
        proof.entries, proof.postings, proof.differing = report.entries, report.postings, len(report.differences)
        proof.differences = [asdict(difference) for difference in report.differences[:LISTED]]
        _end(proof)


def _end(proof: Proof) -> None:
    proof.finished_at, proof.is_open = timezone.now(), False
    proof.save(update_fields=["finished_at", "is_open", "entries", "postings", "differing", "differences"])
    kept = Proof.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT]
    Proof.objects.exclude(pk__in=list(kept)).delete()


def _lock() -> Path:
    return Path(settings.DATA) / "proof.lock"
