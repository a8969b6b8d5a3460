"""Finding the header line and giving every column a name of its own."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.readers.table import HeaderScore, Limits
from xiaoguan.services.transfer.words import Words

SEARCHED = 20
"""how many lines may stand above the header"""
_FIGURE = re.compile(r"^[\s¥￥$€£]*[-+−(]?[\d０-９][\d０-９.,，/:年月日\s-]*[)%万亿元]*$")


def column_letter(index: int) -> str:
    """The spreadsheet's name of a column, 0 → A."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def find_header(lines: Sequence[Sequence[str]], score: HeaderScore | None = None) -> int:
    """Index of the header among the first lines. Refusal where no line can be one.

    Where known headers are met, the line with the most of them; else the first line that is nearly as wide as
    the table and holds words only.
    """
    if score is not None:
        scores = [score(line) for line in lines[:SEARCHED]]
        best = max(scores, default=0)
        if best:
            return scores.index(best)
    widest = max((_filled(line) for line in lines), default=0)
    for index, line in enumerate(lines[:SEARCHED]):
        if _filled(line) >= max(1, 0.6 * widest) and not any(_FIGURE.match(cell) for cell in line if cell):
            return index
    raise Refusal(
        _(
            "No header line was found in the first %(count)d lines. The first line must name the columns, "
            "for example 商机编号, 客户, 金额."
        )
        % {"count": SEARCHED},
        code="no_header",
    )


def _filled(line: Sequence[str]) -> int:
    return sum(1 for cell in line if cell)


def name_columns(
    header: Sequence[str], below: Sequence[Sequence[str]], limits: Limits
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]], list[Words]]:
    """(names, repeated, notes): names are unique; empty columns at the right end are dropped.

    A column right of the header counts only where half of the lines fill it: in one line it is a stray delimiter.
    """
    cells = [_one_line(cell) for cell in header]
    while below and 2 * sum(1 for line in below if len(line) > len(cells) and line[len(cells)]) >= len(below):
        cells.append("")
    while cells and not cells[-1] and not _used(below, len(cells) - 1):
        cells.pop()
    if len(cells) > limits.columns:
        raise Refusal(
            _("The table has %(count)d columns; at most %(limit)d can be read. Remove the ones not needed.")
            % {"count": len(cells), "limit": limits.columns},
            code="too_many_columns",
        )
    return _unique(cells)


def _used(below: Sequence[Sequence[str]], index: int) -> bool:
    return any(index < len(line) and line[index] for line in below)


def _one_line(cell: str) -> str:
    return " ".join(cell.split())


def _unique(cells: list[str]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]], list[Words]]:
    names: list[str] = []
    places: dict[str, list[int]] = {}
    notes: list[Words] = []
    for index, cell in enumerate(cells):
        name = cell or f"#{column_letter(index)}"
        earlier = places.setdefault(name.casefold(), [])
        earlier.append(index)
        names.append(name if len(earlier) == 1 else _free(f"{name} ({len(earlier)})", names))
        if not cell:
            notes.append(Words(_NO_HEADER, {"column": column_letter(index), "name": name}))
    repeated = {}
    for indexes in places.values():
        if len(indexes) > 1:
            shared = names[indexes[0]]
            repeated[shared] = tuple(names[i] for i in indexes)
            letters = ", ".join(column_letter(i) for i in indexes)
            notes.append(Words(_REPEATED, {"header": shared, "columns": letters}))
    return tuple(names), repeated, notes


def _free(name: str, taken: list[str]) -> str:
    while name in taken:
        name += "'"
    return name


_NO_HEADER = gettext_noop("Column %(column)s has no header; it is called %(name)s here.")
_REPEATED = gettext_noop("Columns %(columns)s share the header “%(header)s”; the later ones got a number.")
