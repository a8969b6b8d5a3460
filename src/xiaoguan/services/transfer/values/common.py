"""What all parsers share: the answer "cannot be read", and making typed text even."""

import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_noop

from xiaoguan.services.transfer.words import NOTHING, Words

EMPTY = frozenset(
    [
        "",
        "-",
        "--",
        "–",
        "—",
        "−",
        "/",
        "\\",
        "n/a",
        "na",
        "nil",
        "null",
        "none",
        "nan",
        "unknown",
        "tbd",
        "无",
        "暂无",
        "未知",
        "不详",
        "待定",
        "空",
    ],
)
"""what people type where there is nothing, once evened"""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that is not what its column holds: why, and what to do. ``ambiguous`` marks a day that could
    be two.
    """

    reason: Words
    hint: Words = NOTHING
    ambiguous: bool = False


def evened(text: str) -> str:
    """Full-width characters made plain, blanks trimmed, minus signs made "-", small letters."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("\u200b", "").replace("\ufeff", "")
    return text.strip().lower()


def is_empty(text: str) -> bool:
    return not text or evened(text) in EMPTY


_ERRORS = frozenset(
    ("#n/a", "#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!", "#spill!", "#calc!", "#getting_data")
)
_NO_RESULT = "#FORMULA!"


def cell_error(text: str) -> Unreadable | None:
    """Whether the spreadsheet itself shows an error in this cell instead of a value."""
    if text == _NO_RESULT:
        return Unreadable(Words(NO_RESULT_REASON), Words(NO_RESULT_HINT))
    if text.lower() in _ERRORS:
        return Unreadable(Words(ERROR_REASON), Words(ERROR_HINT))
    return None


NO_RESULT_REASON = gettext_noop("a formula without a stored result")
NO_RESULT_HINT = gettext_noop("open the workbook in the spreadsheet program and save it, then import again")
ERROR_REASON = gettext_noop("the spreadsheet shows an error here")
ERROR_HINT = gettext_noop("correct the formula, or replace it by its value")
