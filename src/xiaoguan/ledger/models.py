"""Postings (append-only by triggers), the generation that counts, and closed periods."""

from django.db import models


class Posting(models.Model):
    """One line of what an entry counted for. Named (entry, line) within a generation.

    ``quantity`` is in company currency (or days, …) as an exact integer in 1/10,000; ``units`` says how many (+1, −1,
    0). The dimensions are those of then. ``unit_id`` belongs to flows; balances take the unit from the person's
    assignment at the asked day.
    """

    on_date = models.DateField()
    due_on = models.DateField(null=True)
    recorded_at = models.DateTimeField()
    known_at = models.DateTimeField()
    entry_id = models.BigIntegerField()
    quantity = models.BigIntegerField()
    original_quantity = models.BigIntegerField(null=True)
    rate = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    object_key = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)
    product_line_id = models.BigIntegerField(null=True)
    source_id = models.BigIntegerField(null=True)
    stage_id = models.BigIntegerField(null=True)
    generation = models.SmallIntegerField()
    line = models.SmallIntegerField()
    account = models.SmallIntegerField()
    units = models.SmallIntegerField()
    why = models.SmallIntegerField(null=True)
    tax = models.SmallIntegerField(null=True)
    is_new = models.BooleanField(null=True)
    currency = models.CharField(max_length=3, null=True)

    class Meta:
        db_table = "ledger_posting"
        constraints = [
            models.UniqueConstraint(fields=["generation", "entry_id", "line"], name="posting_entry_line"),
        ]


class UnitCorrection(models.Model):
    """Which unit an entry counts for since a late move was entered: an index of the journal's ``UnitsCorrected``."""

    entry_id = models.BigIntegerField()
    target_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_unit_correction"
        indexes = [models.Index(fields=["target_id", "person_id", "id"], name="unit_correction_target")]


class LedgerState(models.Model):
    """One row: the generation of postings that counts. A rebuild writes the next one and swaps."""

    generation = models.SmallIntegerField(default=1)

    class Meta:
        db_table = "ledger_state"


class PeriodClose(models.Model):
    """Finance closed the books through this day; corrections before it post on the first open day."""

    through = models.DateField(unique=True)
    closed_at = models.DateTimeField()
    closed_by_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_close"
        ordering = ["through"]


class Proof(models.Model):
    """A reconciliation that somebody asked for on the page of the books, and what it found. One is open at a time.

    Not part of the books: the last few are kept. ``differences`` lists the first, ``differing`` counts all.
    """

    asked_at = models.DateTimeField()
    asked_by_id = models.BigIntegerField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=True)
    tries = models.SmallIntegerField(default=0)
    entries = models.BigIntegerField(null=True)
    postings = models.BigIntegerField(null=True)
    differing = models.BigIntegerField(null=True)
    differences = models.JSONField(default=list)

    class Meta:
        db_table = "ledger_proof"
        constraints = [
            models.UniqueConstraint(fields=["is_open"], condition=models.Q(is_open=True), name="one_open_proof")
        ]

    @property
    def broke(self) -> bool:
        """It ended without an answer."""
        return not self.is_open and self.differing is None


class Book(models.IntegerChoices):
    """The two books whose sealed ranges are exported."""

    LEDGER = 1, "ledger"
    JOURNAL = 2, "journal"


class SealedBook(models.Model):
    """How far a book is sealed: every row up to ``sealed_to`` stands in a segment and none will be added below it.

    ``gathered_file`` is a DuckDB file of the closed segments up to ``gathered_to``: derived, for speed alone. The
    journal has no generations and stands under 0.
    """

    book = models.SmallIntegerField(choices=Book.choices)
    generation = models.SmallIntegerField()
    sealed_to = models.BigIntegerField(default=0)
    gathered_to = models.BigIntegerField(default=0)
    gathered_file = models.CharField(max_length=120, blank=True)

    class Meta:
        db_table = "ledger_book"
        constraints = [models.UniqueConstraint(fields=["book", "generation"], name="book_generation")]


class Segment(models.Model):
    """One immutable Parquet file: all rows of a book (and generation) with lo ≤ id ≤ hi.

    Replaced ones stay for an hour, for readers that began with them.
    """

    lo = models.BigIntegerField()
    hi = models.BigIntegerField()
    rows = models.BigIntegerField()
    bytes = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    book = models.SmallIntegerField(choices=Book.choices)
    generation = models.SmallIntegerField()
    level = models.SmallIntegerField()
    file = models.CharField(max_length=120, unique=True)
    checksum = models.CharField(max_length=64)

    class Meta:
        db_table = "ledger_segment"
        constraints = [
            models.UniqueConstraint(
                fields=["book", "generation", "lo"], name="segment_lo", condition=models.Q(replaced_at=None)
            ),
        ]
