"""What makes names alike, what a credit code must look like, and what a customer may be. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from xiaoguan.lib.refusal import Refusal

_CODE_LETTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS: Final = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_LEGAL_FORMS: Final = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "集团公司", "公司", "集团",
    "corporation", "incorporated", "companylimited", "coltd", "limited", "corp", "gmbh", "inc", "llc", "ltd", "plc",
    "co",
)  # fmt: skip
_EARLIEST_YEAR: Final = 1000
_SILENT_DAYS: Final = 30
_BOUGHT_DAYS: Final = 365


def name_key(name: str) -> str:
    """A name as it is looked up: case, width (ＡＢＣ) and runs of spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def match_key(name: str) -> str:
    """A name as likely duplicates share it: only letters and digits, without the legal form at its end."""
    bare = "".join(sign for sign in name_key(name) if sign.isalnum())
    for form in _LEGAL_FORMS:
        if bare.endswith(form) and len(bare) > len(form):
            return bare.removesuffix(form)
    return bare


def clean_name(name: str, longest: int) -> str:
    """A name without idle spaces. Refused where it is empty or too long."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Refusal(_("Write a name."), field="name")
    if len(cleaned) > longest:
        raise Refusal(_("The name has more than %(most)s characters.") % {"most": longest}, field="name")
    return cleaned


def clean_credit_code(code: str | None) -> str | None:
    """A unified social credit code (GB 32100-2015) in capitals, None for an empty one. Refused where its length, its
    letters or its check digit are wrong."""
    cleaned = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", code or "")).upper()
    if not cleaned:
        return None
    if len(cleaned) != 18:
        raise Refusal(
            _("A unified social credit code has 18 characters; this one has %(count)s.") % {"count": len(cleaned)},
            field="credit_code",
        )
    wrong = next((sign for sign in cleaned if sign not in _CODE_LETTERS), None)
    if wrong:
        raise Refusal(
            _("“%(sign)s” does not occur in a unified social credit code (I, O, Z, S and V are not used).")
            % {"sign": wrong},
            field="credit_code",
        )
    if check_sign(cleaned[:17]) != cleaned[17]:
        raise Refusal(_("The last character does not fit the others: one of them is mistyped."), field="credit_code")
    return cleaned


def check_sign(body: str) -> str:
    """The 18th character for the first seventeen of a credit code."""
    total = sum(_CODE_LETTERS.index(sign) * weight for sign, weight in zip(body, _CODE_WEIGHTS, strict=True))
    return _CODE_LETTERS[-total % 31]


def check_founded(year: int | None, today: date) -> None:
    """Refused for a year that cannot be."""
    if year is not None and not _EARLIEST_YEAR <= year <= today.year:
        raise Refusal(_("%(year)s cannot be the year of foundation.") % {"year": year}, field="founded_year")


def check_parent(customer_id: int, above: Iterable[int]) -> None:
    """Refused where a company would stand above itself; ``above`` are the companies above it, nearest first."""
    if customer_id in above:
        raise Refusal(_("A company cannot belong to itself or to one of its own subsidiaries."), field="parent_id")


def first_standing_win(told: Iterable[tuple[int, date, bool]]) -> date | None:
    """The earliest win that stands, from (deal, day, won) in the order of days; not won means re-opened since."""
    last: dict[int, date | None] = {}
    for deal, day, won in told:
        last[deal] = day if won else None
    return min((day for day in last.values() if day is not None), default=None)


def silent_before(today: date) -> date:
    """A customer with whom nothing was done since this day is silent."""
    return today - timedelta(days=_SILENT_DAYS)


def bought_since(today: date) -> date:
    """A win since this day makes a customer one whose silence matters, even without an open deal."""
    return today - timedelta(days=_BOUGHT_DAYS)
