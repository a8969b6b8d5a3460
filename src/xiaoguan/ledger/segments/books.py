"""What of each book goes into its segments, and how large segments are."""

from dataclasses import dataclass
from typing import Final

from xiaoguan.ledger.models import Book

JOURNAL_GENERATION: Final = 0
BIGINT, SMALLINT, DATE, MOMENT, FLAG, TEXT = "BIGINT", "SMALLINT", "DATE", "TIMESTAMP", "BOOLEAN", "VARCHAR"


@dataclass(frozen=True, slots=True)
class Contents:
    """A book's table, its columns in a segment with their types there, and the order of rows inside a file."""

    book: Book
    table: str
    columns: dict[str, str]
    order: tuple[str, ...]
    has_generations: bool


LEDGER: Final = Contents(
    Book.LEDGER,
    "ledger_posting",
    {
        "id": BIGINT, "entry_id": BIGINT, "line": SMALLINT, "account": SMALLINT, "on_date": DATE, "due_on": DATE,
        "recorded_at": MOMENT, "known_at": MOMENT, "quantity": BIGINT, "units": SMALLINT, "why": SMALLINT,
        "original_quantity": BIGINT, "rate": BIGINT, "currency": TEXT, "tax": SMALLINT, "person_id": BIGINT,
        "unit_id": BIGINT, "customer_id": BIGINT, "object_key": BIGINT, "product_id": BIGINT,
        "product_line_id": BIGINT, "source_id": BIGINT, "stage_id": BIGINT, "is_new": FLAG,
    },
    ("account", "on_date", "id"),
    has_generations=True,
)  # fmt: skip

JOURNAL: Final = Contents(
    Book.JOURNAL,
    "journal_entry",
    # No payload, no stamp, nothing private: erasing a person never has to touch a segment.
    {
        "id": BIGINT, "kind": SMALLINT, "version": SMALLINT, "on_date": DATE, "occurred_at": MOMENT,
        "recorded_at": MOMENT, "known_at": MOMENT, "known_assumed": FLAG, "origin": SMALLINT, "subject_key": BIGINT,
        "customer_id": BIGINT, "actor_id": BIGINT, "batch_id": BIGINT, "reverses": TEXT,
    },
    ("kind", "on_date", "id"),
    has_generations=False,
)  # fmt: skip

BOOKS: Final = (LEDGER, JOURNAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Below ``start`` rows a book has no segments; then each has at least ``seal``, ``merge`` small neighbours become
    one, and one of ``close`` rows is never merged again."""

    start: int = 100_000
    seal: int = 2_000
    merge: int = 20
    close: int = 1_000_000


LIMITS: Final = Limits()
