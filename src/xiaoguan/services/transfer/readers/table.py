"""A table as every reader gives it: headers, then rows of text with the number a spreadsheet shows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from xiaoguan.services.transfer.words import Words

HeaderScore = Callable[[Sequence[str]], int]
"""How many of a row's cells look like known headers; tells the header from a title above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may weigh before it is refused; bytes unless the name says otherwise."""

    file_bytes: int = 200 * 1024 * 1024
    rows: int = 1_000_000
    columns: int = 500
    cell_characters: int = 32_767
    unpacked_bytes: int = 400 * 1024 * 1024
    unpacked_ratio: int = 200
    archive_entries: int = 2_000
    reader_memory: int = 2 * 1024 * 1024 * 1024
    reader_seconds: int = 120


@dataclass(slots=True, kw_only=True)
class Table:
    """An opened file. ``rows`` can be walked once and yields (line, cells); a cell is text, "" when empty.

    Cells are as many as headers, or more where a line is longer than the header. ``repeated`` lists, for a
    header that several columns share, the names they were given instead.
    """

    headers: tuple[str, ...]
    rows: Iterator[tuple[int, list[str]]]
    header_line: int
    notes: list[Words] = field(default_factory=list)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    choices: tuple[str, ...] = ()
    """visible sheets with cells, where none was asked for by name"""
    repeated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    close: Callable[[], None] = lambda: None
    """gives the file (and the reading process) back; walking to the end does it too"""
