"""Amounts as people write them: 1.2万, ￥1,200.00, (1,200), １２００元 — read exactly or not at all."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.utils.translation import gettext_noop

from xiaoguan.lib.money import MAX_AMOUNT
from xiaoguan.services.transfer.values.common import EMPTY, Unreadable, evened
from xiaoguan.services.transfer.values.numerals import chinese_number
from xiaoguan.services.transfer.words import Words

_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?\Z")
_CURRENCIES = {
    "人民币": "CNY", "rmb": "CNY", "cny": "CNY", "cn¥": "CNY", "¥": "CNY",
    "us$": "USD", "usd": "USD", "美元": "USD", "美金": "USD", "$": "USD",
    "hk$": "HKD", "hkd": "HKD", "港元": "HKD", "港币": "HKD",
    "eur": "EUR", "欧元": "EUR", "€": "EUR", "gbp": "GBP", "英镑": "GBP", "£": "GBP",
    "jpy": "JPY", "日元": "JPY", "twd": "TWD", "nt$": "TWD", "sgd": "SGD", "s$": "SGD",
    "krw": "KRW", "₩": "KRW",
}  # fmt: skip
_UNITS = {
    "": 1, "百": 100, "千": 1_000, "k": 1_000, "万": 10_000, "w": 10_000, "萬": 10_000, "百万": 1_000_000,
    "m": 1_000_000, "千万": 10_000_000, "亿": 100_000_000, "億": 100_000_000,
}  # fmt: skip
_SIGNS = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True))
_SHAPE = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+]?)\s*(?P<before>{_SIGNS})?\s*(?P<inner>[-+]?)"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[ \u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)\s*"
    rf"(?P<unit>百万|千万|[百千万萬亿億kwm]?)\s*(?P<yuan>[元圆块]?)\s*(?P<after>{_SIGNS})?\s*(?P<close>\))?"
    rf"\s*(?P<last>-?)"
)
_EXPONENT = re.compile(r"[-+]?\d(?:\.\d+)?e[-+]?\d+")
_DECIMAL_COMMA = re.compile(r"[^\d]*\d{1,3}(?:[. ]\d{3})*,\d{1,2}[^\d]*")


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact amount with at most four decimals, and the currency where the cell itself names one (¥ is
    CNY).
    """

    value: Decimal
    currency: str | None = None

    @property
    def negative(self) -> bool:
        return self.value < 0


@lru_cache(maxsize=65_536)
def parse_amount(text: str, factor: int = 1) -> Amount | Unreadable | None:
    """The amount a cell states, times ``factor`` (10,000 under a header in 万); None where it is empty."""
    if _PLAIN.match(text):
        return _exact(Decimal(text) * factor, None)
    said = evened(text)
    if said in EMPTY:
        return None
    match = _SHAPE.fullmatch(said)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return _why_not(said)
    signs = sum(1 for part in (match["open"], match["sign"], match["inner"], match["last"]) if part)
    if signs > 1:
        return Unreadable(Words(_TWO_SIGNS), Words(_FIGURE_HINT))
    negative = bool(match["open"] or match["last"] or "-" in (match["sign"], match["inner"]))
    names = [_CURRENCIES[name] for name in (match["before"], match["after"]) if name]
    if len(set(names)) > 1:
        return Unreadable(Words(_TWO_CURRENCIES), Words(_FIGURE_HINT))
    number = Decimal(match["number"].replace(",", "").replace(" ", "").replace("\u00a0", ""))
    value = number * _UNITS[match["unit"]] * factor
    return _exact(-value if negative else value, names[0] if names else None)


def _exact(value: Decimal, currency: str | None) -> Amount | Unreadable:
    if abs(value) > MAX_AMOUNT:
        return Unreadable(Words(_TOO_LARGE), Words(_TOO_LARGE_HINT))
    try:
        fitted = value.quantize(Decimal("0.0001"))
    except InvalidOperation:
        return Unreadable(Words(_TOO_LARGE), Words(_TOO_LARGE_HINT))
    if fitted != value:
        return Unreadable(Words(_DECIMALS), Words(_ROUND_HINT))
    return Amount(_shortest(fitted), currency)


def _shortest(value: Decimal) -> Decimal:
    """Equal amounts look equal (1200, not 1200.0000 or 1.2E+3), so that a row compares with its earlier
    self.
    """
    whole = value.to_integral_value()
    return whole + 0 if whole == value else value.normalize()


def _why_not(said: str) -> Unreadable:
    if _EXPONENT.fullmatch(said):
        return Unreadable(Words(_EXPONENT_REASON), Words(_EXPONENT_HINT))
    if _DECIMAL_COMMA.fullmatch(said):
        return Unreadable(Words(_COMMA), Words(_COMMA_HINT))
    if said.endswith("%"):
        return Unreadable(Words(_PERCENT), Words(_FIGURE_HINT))
    guess = chinese_number(said.lstrip("约大概近共").removesuffix("整").rstrip("元圆块左右"))
    if guess is not None:
        return Unreadable(Words(_NOT_NUMBER), Words(_READ_AS, {"number": str(guess)}))
    return Unreadable(Words(_NOT_NUMBER), Words(_FIGURE_HINT))


_NOT_NUMBER = gettext_noop("not a number")
_FIGURE_HINT = gettext_noop(
    "write a figure such as 1200, 1,200.50 or 1.2万, or leave the cell empty if it is not known"
)
_READ_AS = gettext_noop("write %(number)s if that is meant, or leave the cell empty if it is not known")
_TWO_SIGNS = gettext_noop("more than one sign")
_TWO_CURRENCIES = gettext_noop("two currencies in one cell")
_TOO_LARGE = gettext_noop("larger than any amount that can be kept (99,999,999,999.9999)")
_TOO_LARGE_HINT = gettext_noop("check the figure and the unit in the header")
_DECIMALS = gettext_noop("more than four decimals")
_ROUND_HINT = gettext_noop("round it to at most four decimals")
_EXPONENT_REASON = gettext_noop("a number shortened by the spreadsheet; digits may be lost")
_EXPONENT_HINT = gettext_noop("format the column as a number without exponent and save again")
_COMMA = gettext_noop("a comma where the decimals seem to begin")
_COMMA_HINT = gettext_noop("write the decimals after a point: 1200.50")
_PERCENT = gettext_noop("a percentage, not an amount")
