"""The manifest: which files count, up to which id, and how it changes. Every change decides its own race."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from xiaoguan.ledger.models import LedgerState, SealedBook, Segment
from xiaoguan.ledger.segments.books import JOURNAL_GENERATION, Contents
from xiaoguan.ledger.segments.files import Written, discard


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A book's generation that counts, how far it is sealed and up to where one file holds the closed segments."""

    generation: int
    sealed_to: int
    gathered_to: int
    gathered_file: str


def generation_of(contents: Contents) -> int:
    """The generation of a book that counts now."""
    if not contents.has_generations:
        return JOURNAL_GENERATION
    return LedgerState.objects.values_list("generation", flat=True).get(pk=1)


def state_of(contents: Contents) -> State:
    generation = generation_of(contents)
    found = SealedBook.objects.filter(book=contents.book, generation=generation).first() or SealedBook()
    return State(
        generation=generation,
        sealed_to=found.sealed_to,
        gathered_to=found.gathered_to,
        gathered_file=found.gathered_file,
    )


def segments_of(contents: Contents, generation: int) -> list[Segment]:
    """The segments that count, in the order of their ids."""
    return list(Segment.objects.filter(book=contents.book, generation=generation, replaced_at=None).order_by("lo"))


def add(contents: Contents, state: State, hi: int, written: Written, at: datetime) -> bool:
    """Seal up to ``hi`` by a file that begins behind what was sealed. False, and the file gone, where somebody else did
    so or another generation counts by now."""
    with transaction.atomic():
        SealedBook.objects.get_or_create(book=contents.book, generation=state.generation)
        mine = SealedBook.objects.filter(
            book=contents.book, generation=state.generation, sealed_to=state.sealed_to
        ).update(sealed_to=hi)
        valid = mine == 1 and generation_of(contents) == state.generation
        if valid:
            _insert(contents, state.generation, state.sealed_to + 1, hi, written, at, level=0)
        else:
            transaction.set_rollback(True)
    if not valid:
        discard(written.file)
    return valid


def replace(contents: Contents, old: Sequence[Segment], written: Written, at: datetime, *, level: int) -> bool:
    """One file in the place of neighbours. False, and the file gone, where they do not count any more."""
    with transaction.atomic():
        standing = Segment.objects.filter(pk__in=[item.pk for item in old], replaced_at=None)
        valid = standing.update(replaced_at=at) == len(old) and generation_of(contents) == old[0].generation
        if valid:
            _insert(contents, old[0].generation, old[0].lo, old[-1].hi, written, at, level=level)
        else:
            transaction.set_rollback(True)
    if not valid:
        discard(written.file)
    return valid


def gathered(contents: Contents, state: State, file: str, hi: int) -> bool:
    """Name the file that holds all closed segments up to ``hi``; empty and 0 where there is none any more."""
    known = SealedBook.objects.filter(
        book=contents.book, generation=state.generation, gathered_file=state.gathered_file
    )
    return known.update(gathered_file=file, gathered_to=hi) == 1


def end_generations_before(contents: Contents, generation: int, at: datetime) -> None:
    """What older generations had sealed counts no more: part of the transaction that swaps them."""
    Segment.objects.filter(book=contents.book, generation__lt=generation, replaced_at=None).update(replaced_at=at)
    SealedBook.objects.filter(book=contents.book, generation__lt=generation).delete()


def files_wanted(since: datetime) -> set[str]:
    """Files that count or were replaced after ``since``, so that a reader may still use them."""
    segments = Segment.objects.filter(Q(replaced_at=None) | Q(replaced_at__gte=since))
    gathered_files = SealedBook.objects.exclude(gathered_file="")
    return set(segments.values_list("file", flat=True)) | set(gathered_files.values_list("gathered_file", flat=True))


def _insert(
    contents: Contents, generation: int, lo: int, hi: int, written: Written, at: datetime, *, level: int
) -> None:
    Segment.objects.create(
        book=contents.book, generation=generation, lo=lo, hi=hi, rows=written.rows, bytes=written.bytes, level=level,
        file=written.file, checksum=written.checksum, sealed_at=at,
    )  # fmt: skip


def nth_id(contents: Contents, state: State, horizon: int, number: int) -> int | None:
    """The id of the number-th row that is not sealed, or None where there are fewer up to the horizon."""
    condition = "id > %s AND id <= %s"
    values = [state.sealed_to, horizon]
    if contents.has_generations:
        condition += " AND generation = %s"
        values.append(state.generation)
    sql = f"SELECT id FROM {contents.table} WHERE {condition} ORDER BY id LIMIT 1 OFFSET %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, number - 1])
        row = cursor.fetchone()
    return row[0] if row else None


def newest_id(contents: Contents) -> int:
    """The highest id that is visible; others may be on their way."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) FROM {contents.table}")
        found: int = cursor.fetchone()[0]
    return found
