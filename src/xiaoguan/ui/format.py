"""Figures, amounts and days as people read them, in Chinese and English. Pure: no settings, no clock.

`language` is any language code; everything that does not begin with "zh" is written the English way.
None is always "–", minus is U+2212, thousands have a comma, an exact half rounds away from zero.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal, NamedTuple

from xiaoguan.lib.counting import COUNT_TO

NONE = "–"
MINUS = "\u2212"
SYMBOLS = {"CNY": "¥", "USD": "US$", "EUR": "€", "GBP": "£", "JPY": "JP¥", "HKD": "HK$"}
WEEKDAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

CLOSE = frozenset({"k", "M", "B", "%"})

Amount = Decimal | int | float
MoneyStyle = Literal["exact", "whole", "wan", "compact"]
DayStyle = Literal["short", "long", "narrow"]


class MoneyAxis(NamedTuple):
    """How a chart writes every amount: divided, with so many decimals, in a unit that is said once."""

    divisor: int
    places: int
    unit: str


class Parts(NamedTuple):
    """A figure in the pieces that a page sets in different sizes: "¥" "1.86" "M", or "" "186.0" "万"."""

    lead: str
    digits: str
    unit: str

    @property
    def gap(self) -> str:
        """A blank before a word, none before k, M, B and %."""
        return " " if self.unit and self.unit not in CLOSE else ""

    def __str__(self) -> str:
        return f"{self.lead}{self.digits}{self.gap}{self.unit}"


def is_chinese(language: str) -> bool:
    return language.lower().startswith("zh")


def _decimal(value: Amount) -> Decimal:
    """A float goes through its shortest text, so that 0.1 is 0.1 and not what binary makes of it."""
    return Decimal(str(value)) if isinstance(value, float) else Decimal(value)


def _digits(value: Decimal, places: int) -> str:
    """Absolute value with thousands commas and exactly `places` decimals."""
    return f"{abs(_rounded(value, places)):,.{places}f}"


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _sign(shown: Decimal, *, plus: bool = False) -> str:
    """The sign of what is shown: −0.004 with two decimals is 0.00, without a minus."""
    if shown < 0:
        return MINUS
    return "+" if plus and shown > 0 else ""


def number(value: Amount | None, places: int | None = None, *, plus: bool = False) -> str:
    """1,234 or 1,234.50; without `places` as many decimals as the value has, four at most."""
    if value is None:
        return NONE
    exact = _decimal(value)
    if places is None:
        exponent = _rounded(exact, 4).normalize().as_tuple().exponent
        places = max(0, -exponent) if isinstance(exponent, int) else 0
    return _sign(_rounded(exact, places), plus=plus) + _digits(exact, places)


def percent(ratio: Amount | None, *, plus: bool = False) -> str:
    """A ratio 0..1 as a percentage with one decimal: 0.5478 is 54.8%."""
    return NONE if ratio is None else number(_decimal(ratio) * 100, 1, plus=plus) + "%"


def points(ratio: Amount | None, language: str, *, plus: bool = False) -> str:
    """A difference of two ratios, in percentage points: −0.04 is "−4.0 点" or "−4.0 pts"."""
    if ratio is None:
        return NONE
    return f"{number(_decimal(ratio) * 100, 1, plus=plus)} {'点' if is_chinese(language) else 'pts'}"


def days(value: Amount | None, language: str, *, plus: bool = False) -> str:
    """A length in days, one decimal unless whole: "51.8 天", "57 days"."""
    if value is None:
        return NONE
    exact = _decimal(value)
    places = 0 if exact == exact.to_integral_value() else 1
    word = "天" if is_chinese(language) else ("day" if _rounded(abs(exact), places) == 1 else "days")
    return f"{number(exact, places, plus=plus)} {word}"


def money(
    value: Amount | None,
    style: MoneyStyle = "exact",
    *,
    currency: str = "CNY",
    language: str = "zh-hans",
    plus: bool = False,
) -> str:
    """An amount in whole currency units (yuan, not fen). See `money_parts` for the styles."""
    return str(money_parts(value, style, currency=currency, language=language, plus=plus))


def money_parts(
    value: Amount | None,
    style: MoneyStyle = "exact",
    *,
    currency: str = "CNY",
    language: str = "zh-hans",
    plus: bool = False,
) -> Parts:
    """An amount in pieces.

    exact    ¥800,000.00                      records, pay
    whole    ¥800,000                         figures in running text
    wan      186.0 万 · ¥1,860k               one column, one unit
    compact  590.0 万, 9,870 万, 1.02 亿 · ¥1.86M, ¥860k   a figure that stands alone
    """
    if value is None:
        return Parts("", NONE, "")
    divisor, places, unit = _scale(_decimal(value), style, is_chinese(language))
    scaled = _decimal(value) / divisor
    symbol = SYMBOLS.get(currency, f"{currency} ")
    # 万 and 亿 are read with the currency of the company in mind; another currency still says itself.
    lead = "" if unit in ("万", "亿") and currency == "CNY" else symbol
    return Parts(_sign(_rounded(scaled, places), plus=plus) + lead, _digits(scaled, places), unit)


def _scale(value: Decimal, style: MoneyStyle, chinese: bool) -> tuple[int, int, str]:
    """(divisor, decimals, unit). Limits are tested on the rounded amount: 999,600 is ¥1.00M, not ¥1,000k."""
    size = _rounded(abs(value), 0)
    if style == "exact":
        return 1, 2, ""
    if style == "whole":
        return 1, 0, ""
    if style == "wan":
        return (10_000, 1, "万") if chinese else (1_000, 0, "k")
    return _scale_alone_zh(size) if chinese else _scale_alone_en(size)


def _scale_alone_zh(size: Decimal) -> tuple[int, int, str]:
    if size < 10_000:
        return 1, 0, ""
    if _rounded(size / 10_000, 1) < 1_000:
        return 10_000, 1, "万"
    if _rounded(size / 10_000, 0) < 10_000:
        return 10_000, 0, "万"
    return 100_000_000, 2, "亿"


def _scale_alone_en(size: Decimal) -> tuple[int, int, str]:
    if size < 10_000:
        return 1, 0, ""
    if _rounded(size / 1_000, 0) < 1_000:
        return 1_000, 0, "k"
    if _rounded(size / 1_000_000, 2) < 1_000:
        return 1_000_000, 2, "M"
    return 1_000_000_000, 2, "B"


# Below this largest amount: divisor, decimals, unit. A label is hardly ever longer than 99,999 or 999.9.
_AXES_ZH: tuple[tuple[Amount, int, int, str], ...] = (
    (100_000, 1, 0, ""), (10**7, 10**4, 1, "万"), (10**9, 10**4, 0, "万"), (10**10, 10**8, 2, "亿"),
    (Decimal("Infinity"), 10**8, 1, "亿"),
)  # fmt: skip
_AXES_EN: tuple[tuple[Amount, int, int, str], ...] = (
    (100_000, 1, 0, ""), (10**7, 10**3, 0, "k"), (10**8, 10**6, 2, "M"), (10**9, 10**6, 1, "M"),
    (10**10, 10**6, 0, "M"), (10**11, 10**9, 2, "B"), (Decimal("Infinity"), 10**9, 1, "B"),
)  # fmt: skip


def up_to(count: int, most: int = COUNT_TO) -> str:
    """A count that stopped at one more than ``most``: "999+"."""
    return number(count) if count <= most else f"{number(most)}+"


def money_axis(largest: Amount, *, currency: str = "CNY", language: str = "zh-hans") -> MoneyAxis:
    """One unit for all amounts of a chart, by its largest, so that labels stay short on a phone."""
    chinese = is_chinese(language)
    size = abs(_decimal(largest))
    axes = _AXES_ZH if chinese else _AXES_EN
    _limit, divisor, places, unit = next(axis for axis in axes if size < axis[0])
    if not chinese:
        return MoneyAxis(divisor, places, f"{SYMBOLS.get(currency, currency)}{unit}")
    if currency == "CNY":
        return MoneyAxis(divisor, places, f"{unit}元")
    return MoneyAxis(divisor, places, f"{unit} {currency}" if unit else SYMBOLS.get(currency, currency))


def money_unit(style: MoneyStyle, *, currency: str = "CNY", language: str = "zh-hans") -> str:
    """What a column's head says once: "万元", "¥k", "¥"."""
    symbol = SYMBOLS.get(currency, currency)
    if style != "wan":
        return "元" if is_chinese(language) and currency == "CNY" else symbol
    if is_chinese(language):
        return "万元" if currency == "CNY" else f"万 {currency}"
    return f"{symbol}k"


def day(value: date | None, style: DayStyle = "short", *, language: str = "zh-hans") -> str:
    """short 11-23 周一 · Mon 23 Nov; long 2026-11-23 · 23 Nov 2026; narrow 12/18 · 18 Dec."""
    if value is None:
        return NONE
    weekday = WEEKDAYS["zh" if is_chinese(language) else "en"][value.weekday()]
    if is_chinese(language):
        if style == "long":
            return f"{value:%Y-%m-%d}"
        return f"{value:%m-%d} 周{weekday}" if style == "short" else f"{value.month}/{value.day:02}"
    narrow = f"{value.day} {MONTHS[value.month - 1]}"
    return {"short": f"{weekday} {narrow}", "long": f"{narrow} {value.year}", "narrow": narrow}[style]


def moment(value: datetime | None, now: datetime, *, language: str = "zh-hans") -> str:
    """Relative within 24 hours ("8 分钟前", "in 2 h"), then day and time, with the year if it is another.

    Both datetimes must be in the zone in which they are to be read.
    """
    if value is None:
        return NONE
    distance = now - value
    if abs(distance) < timedelta(hours=24):
        return _relative(distance, is_chinese(language))
    style: DayStyle = "short" if value.year == now.year else "long"
    return f"{day(value, style, language=language)} {value:%H:%M}"


def _relative(distance: timedelta, chinese: bool) -> str:
    minutes = int(abs(distance).total_seconds() // 60)
    if minutes == 0:
        return "刚刚" if chinese else "just now"
    count, word = (minutes, "分钟") if minutes < 60 else (minutes // 60, "小时")
    if chinese:
        return f"{count} {word}{'前' if distance > timedelta(0) else '后'}"
    short = "min" if minutes < 60 else "h"
    return f"{count} {short} ago" if distance > timedelta(0) else f"in {count} {short}"
