"""What a module says about a kind of record that can be imported, and what the engine says to it.

The engine reads the file, parses cells, remembers which row became which record, cuts the work into steps,
resumes and takes back. The module says what the columns are, what a row means and how to write many rows
at once. For each run the engine goes through the rows like this:

1. ``study`` sees every parsed row once and notes in a plain dict what only the whole file can tell
   ("every lost row carries 0"). ``Survey`` already has counts, distinct values, first and last days.
2. ``assume`` says once what is taken for granted; corrections of spelling are proposed from ``Column.known``.
3. ``prepare`` gets some thousand rows, looks up what they name with one query per kind of thing, and
   answers with rows that are ready and with problems. It writes nothing: a dry run ends here.
4. ``apply`` writes ready rows in the engine's transaction, by the module's own bulk actions.
5. ``undo`` takes applied rows back by facts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from xiaoguan.services.transfer.words import NOTHING, Words

if TYPE_CHECKING:
    from xiaoguan.org.models import Member
    from xiaoguan.services.transfer.survey import Survey


class ColumnKind(StrEnum):
    """How a cell is read, and as what it arrives in ``Row.values``."""

    TEXT = "text"
    """str, trimmed"""
    AMOUNT = "amount"
    """Decimal, at most four decimals"""
    DATE = "date"
    """datetime.date"""
    INT = "int"
    """int"""
    BOOL = "bool"
    """bool"""
    CHOICE = "choice"
    """str, one of few values; distinct values are surveyed and corrections proposed"""
    REF = "ref"
    """str naming another record; as CHOICE"""


class Tax(StrEnum):
    """Whether the amounts of the file include tax."""

    INCLUDED = "in"
    EXCLUDED = "ex"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A field that a file may fill.

    ``synonyms`` are headers it is known by (any case, spaces and underscores are ignored), the likeliest
    first. ``known`` gives the values that exist already, for proposing corrections; ``reference`` adds
    values of a general list (country names). With ``alias`` an accepted correction does not change the
    row's value: the module keeps it as an alias (``Importable.accept``), so that what stands in the books
    is not posted again.
    """

    field: str
    label: Any
    synonyms: tuple[str, ...] = ()
    kind: ColumnKind = ColumnKind.TEXT
    required: bool = False
    filled: bool = False
    """every row must have a value here"""
    max_length: int = 1_000
    """characters; a longer text is that row's problem"""
    negative: bool = False
    """an amount below zero is allowed"""
    known: Callable[[], Sequence[str]] | None = None
    reference: Callable[[], Sequence[str]] | None = None
    alias: bool = False
    private: bool = False
    """the values are personal (a name, a phone): never shown whole in lists of problems"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a row is left out: what, in which line (1-based, as a spreadsheet shows it) and column, what to
    do.
    """

    line: int
    reason: Words
    hint: Words = NOTHING
    field: str | None = None
    column: str = ""
    """the header in the file; the engine fills it in from ``field``"""
    value: str = ""


@dataclass(slots=True)
class Row:
    """One row with its parsed values; a field that the file does not have is missing, an empty cell is
    None.
    """

    line: int
    values: dict[str, Any]


@dataclass(slots=True)
class Ready:
    """A row that can be written.

    ``external_id`` is the row's own key in the file; the engine keeps which record it became and, when the
    same key comes again, skips an equal row and sets ``object_id`` on a changed one. None means: always a
    new record, unless ``object_id`` names one that the module found by itself. ``payload`` is the module's
    own.
    """

    line: int
    external_id: str | None
    payload: Any
    object_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something taken for granted, said once with how many rows it concerns. ``code`` is for scripts."""

    code: str
    words: Words
    rows: int = 0


@dataclass(slots=True)
class Prepared:
    """The answer of ``prepare``; a row that is in neither list is left out in silence, which is a defect."""

    rows: list[Ready] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    assumptions: list[Assumption] = field(default_factory=list)
    """per chunk; the engine adds up ``rows`` of equal ``code``"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A spelling that probably means a known one. Applied only after a yes, and remembered then."""

    field: str
    column: str
    written: str
    meant: str
    rows: int
    why: Words


class Did(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Outcome:
    """What ``apply`` did with a ready row. ``before`` is what ``undo`` needs of an updated record
    (JSON-ready).
    """

    line: int
    object_id: int
    did: Did
    before: dict[str, Any] | None = None


@dataclass(slots=True)
class AppliedRow:
    """A row of a run that is being taken back."""

    line: int
    object_id: int
    did: Did
    before: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person said about the file. None: not said; the module then assumes and says so."""

    currency: str | None = None
    tax: Tax = Tax.UNKNOWN
    snapshot_day: date | None = None
    accept_corrections: bool = False
    clear_empty: bool = False
    """an empty cell empties the value of an existing record (else it is kept)"""


@dataclass(slots=True, kw_only=True)
class Context:
    """What a module is told beside the rows.

    ``by`` is None for the console. ``at`` is the moment of this step. ``run_id`` is the batch id of
    everything recorded; origin is IMPORT. ``memory`` is what ``study`` noted. ``scratch`` lives for one
    process of one run: a cache that may be lost at any time, never the only place of anything.
    """

    run_id: int
    by: "Member | None"
    at: datetime
    options: Options
    headers: Mapping[str, str]
    survey: "Survey"
    memory: dict[str, Any]
    dry: bool
    scratch: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Importable:
    """A kind of record that can be imported: ``kind`` is the word of the command line ("deals").

    ``object_kind`` is its code in ``journal.kinds``; by it the engine sees which records were edited since.
    An ``apply`` that raises ``Refusal`` undoes its chunk; the engine halves the chunk until the one row is
    found and makes the sentence that row's problem. ``apply`` must not trust that what ``prepare`` saw
    still stands.
    """

    kind: str
    label: Any
    object_kind: int
    columns: tuple[Column, ...]
    prepare: Callable[[Sequence[Row], Context], Prepared]
    apply: Callable[[Sequence[Ready], Context], Sequence[Outcome]]
    undo: Callable[[Sequence[AppliedRow], Context], None]
    study: Callable[[Sequence[Row], dict[str, Any]], None] | None = None
    assume: Callable[[Context], Sequence[Assumption]] | None = None
    accept: Callable[[Sequence[Correction], Context], None] | None = None
    permission: str = ""
    """what a member must be allowed to import this kind, such as "deals.import\""""
