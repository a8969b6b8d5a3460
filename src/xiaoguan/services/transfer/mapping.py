"""Which column of a file is which field: by name, by synonym, and where that fails by what stands in it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import Column, ColumnKind
from xiaoguan.services.transfer.values import Unreadable, evened, parse_amount, parse_date
from xiaoguan.services.transfer.words import Words

_BRACKET = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_FACTORS = {
    "万": 10_000, "万元": 10_000, "萬": 10_000, "w": 10_000, "千元": 1_000, "千": 1_000, "k": 1_000,
    "thousand": 1_000, "thousands": 1_000, "百万": 1_000_000, "百万元": 1_000_000, "m": 1_000_000,
    "million": 1_000_000, "millions": 1_000_000, "亿": 100_000_000, "亿元": 100_000_000,
}  # fmt: skip
_LIKE = 0.8
"""share of the filled cells that must read as a day or an amount before values alone decide"""


@dataclass(slots=True, kw_only=True)
class ColumnMap:
    """The outcome: field → header, the factor of amounts whose header names a unit, and what is left over."""

    headers: dict[str, str]
    factors: dict[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    notes: list[Words] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        return {"headers": self.headers, "factors": self.factors, "left_out": list(self.left_out)}


@lru_cache(maxsize=4_096)
def normal(header: str) -> str:
    """A header without case, width, spaces, underscores, punctuation and unit in brackets."""
    text = unicodedata.normalize("NFKC", header).casefold()
    bare = _BRACKET.sub("", text)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", text)


def unit_factor(header: str) -> int:
    """10,000 for 年采购额（万）; 1 where the header names no unit."""
    text = unicodedata.normalize("NFKC", header).casefold()
    for bracket in _BRACKET.findall(text):
        for part in re.split(r"[\s,:/、]+|单位", bracket):
            if part in _FACTORS:
                return _FACTORS[part]
    return 1


def header_score(columns: Sequence[Column]) -> Callable[[Sequence[str]], int]:
    """How many cells of a line are headers that these columns know; 0 where it is fewer than two of many."""
    known = {name for column in columns for name in _names(column)}

    def score(line: Sequence[str]) -> int:
        filled = [cell for cell in line if cell]
        met = len({normal(cell) for cell in filled} & known)
        return met if met >= min(2, len(filled)) else 0

    return score


def guess(
    columns: Sequence[Column],
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    wanted: Mapping[str, str] | None = None,
    repeated: Mapping[str, tuple[str, ...]] | None = None,
) -> ColumnMap:
    """Map fields to headers. ``wanted`` (field → header, "" for "not at all") wins over every guess.

    ``sample`` is some rows, to decide by values; ``repeated`` the headers that several columns share.
    Refusal for an unknown field or header in ``wanted``, a required field without a column, and a field
    whose header is repeated.
    """
    picked, notes = _pick(columns, headers, sample, wanted or {})
    _refuse_repeated(columns, picked, repeated or {}, wanted or {})
    _refuse_missing(columns, headers, picked)
    return _mapped(columns, headers, picked, notes)


def suggest(
    columns: Sequence[Column],
    headers: Sequence[str],
    sample: Sequence[Sequence[str]],
    *,
    repeated: Mapping[str, tuple[str, ...]] | None = None,
) -> ColumnMap:
    """As ``guess``, but what cannot be decided is left open for a person to choose."""
    picked, notes = _pick(columns, headers, sample, {})
    sure = {name: header for name, header in picked.items() if header not in (repeated or {})}
    return _mapped(columns, headers, sure, notes)


def _pick(
    columns: Sequence[Column], headers: Sequence[str], sample: Sequence[Sequence[str]], wanted: Mapping[str, str]
) -> tuple[dict[str, str], list[Words]]:
    chosen = _wanted(columns, headers, wanted)
    _by_name(columns, headers, chosen)
    notes = _by_values(columns, headers, sample, chosen)
    return {name: header for name, header in chosen.items() if header}, notes


def _mapped(
    columns: Sequence[Column], headers: Sequence[str], picked: Mapping[str, str], notes: list[Words]
) -> ColumnMap:
    kinds = {column.field: column.kind for column in columns}
    factors = {
        name: factor
        for name, header in picked.items()
        if kinds[name] is ColumnKind.AMOUNT and (factor := unit_factor(header)) > 1
    }
    used = set(picked.values())
    return ColumnMap(
        headers={column.field: picked[column.field] for column in columns if column.field in picked},
        factors=factors,
        left_out=tuple(header for header in headers if header not in used),
        notes=[
            *notes,
            *(Words(_FACTOR, {"header": picked[name], "factor": f"{factor:,}"}) for name, factor in factors.items()),
        ],
    )


def _names(column: Column) -> list[str]:
    return [normal(name) for name in (column.field, *column.synonyms, str(column.label))]


def _wanted(columns: Sequence[Column], headers: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    fields = {column.field for column in columns}
    chosen: dict[str, str] = {}
    for name, header in wanted.items():
        if name not in fields:
            raise Refusal(
                _("There is no field “%(field)s” to map to. The fields are: %(fields)s.")
                % {"field": name, "fields": ", ".join(column.field for column in columns)},
                field=name,
                code="unknown_field",
            )
        chosen[name] = _find(headers, header) if header else ""
    return chosen


def _find(headers: Sequence[str], header: str) -> str:
    if header in headers:
        return header
    alike = [candidate for candidate in headers if normal(candidate) == normal(header)]
    if len(alike) == 1:
        return alike[0]
    raise Refusal(
        _("The file has no column “%(header)s”. Its columns are: %(headers)s.")
        % {"header": header, "headers": ", ".join(headers)},
        code="unknown_column",
    )


def _by_name(columns: Sequence[Column], headers: Sequence[str], chosen: dict[str, str]) -> None:
    """Exact names first, whole synonyms next in their order, so that a likely header is not taken by a
    worse one.
    """
    free = {header: normal(header) for header in headers if header not in chosen.values()}
    depth = max((len(_names(column)) for column in columns), default=0)
    for rank in range(depth):
        for column in columns:
            names = _names(column)
            if column.field in chosen or rank >= len(names):
                continue
            for header, plain in free.items():
                if plain == names[rank]:
                    chosen[column.field] = header
                    del free[header]
                    break


def _by_values(
    columns: Sequence[Column], headers: Sequence[str], sample: Sequence[Sequence[str]], chosen: dict[str, str]
) -> list[Words]:
    """A required day or amount that no name matched takes the one free column whose cells read like it."""
    notes: list[Words] = []
    for kind, reads in ((ColumnKind.DATE, _is_day), (ColumnKind.AMOUNT, _is_amount)):
        open_fields = [c for c in columns if c.kind is kind and c.required and c.field not in chosen]
        if len(open_fields) != 1:
            continue
        free = [
            header
            for index, header in enumerate(headers)
            if header not in chosen.values() and _alike([row[index] for row in sample if index < len(row)], reads)
        ]
        if len(free) == 1:
            chosen[open_fields[0].field] = free[0]
            notes.append(Words(_BY_VALUES, {"header": free[0], "field": str(open_fields[0].label)}))
    return notes


def _alike(cells: Sequence[str], reads: Callable[[str], bool]) -> bool:
    filled = [cell for cell in cells if evened(cell)]
    return bool(filled) and sum(map(reads, filled)) >= _LIKE * len(filled)


def _is_day(cell: str) -> bool:
    day = parse_date(cell)
    return (not isinstance(day, Unreadable) and day is not None) or (isinstance(day, Unreadable) and day.ambiguous)


def _is_amount(cell: str) -> bool:
    amount = parse_amount(cell)
    return amount is not None and not isinstance(amount, Unreadable)


def _refuse_repeated(
    columns: Sequence[Column],
    picked: Mapping[str, str],
    repeated: Mapping[str, tuple[str, ...]],
    wanted: Mapping[str, str],
) -> None:
    for column in columns:
        header = picked.get(column.field, "")
        if column.field not in wanted and header in repeated:
            names = repeated[header]
            raise Refusal(
                _(
                    "%(count)d columns are headed “%(header)s”, so it is not clear which holds “%(field)s”. "
                    "Rename "
                    "one in the file or choose the column (on the console --map %(key)s=COLUMN); they are called "
                    "%(names)s here."
                )
                % {
                    "count": len(names), "header": header, "field": column.label, "key": column.field,
                    "names": ", ".join(f"“{name}”" for name in names),
                },
                field=column.field,
                code="repeated_header",
            )  # fmt: skip


def _refuse_missing(columns: Sequence[Column], headers: Sequence[str], picked: Mapping[str, str]) -> None:
    missing = [column for column in columns if column.required and column.field not in picked]
    if not missing:
        return
    raise Refusal(
        _(
            "The file has no column for: %(missing)s. Its columns are: %(headers)s. Choose the column "
            "(on the console --map %(key)s=COLUMN) or name it so in the first line."
        )
        % {
            "missing": ", ".join(f"{column.label} ({column.field})" for column in missing),
            "headers": ", ".join(headers),
            "key": missing[0].field,
        },
        field=missing[0].field,
        code="missing_column",
    )


_FACTOR = gettext_noop("The header “%(header)s” names a unit: its amounts are taken times %(factor)s.")
_BY_VALUES = gettext_noop("Column “%(header)s” is read as %(field)s because of the values in it.")
