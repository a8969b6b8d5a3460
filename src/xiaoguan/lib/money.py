"""Exact stored amounts: Decimal in Python, an integer of 1/10,000 in the database.

SQLite keeps a decimal as a float and loses digits, so every stored amount and quantity is a bigint and
sums are integer sums; a Decimal exists only at the edge.
"""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

SCALE = 10_000
RATE_SCALE = 100_000_000
_PLACES = Decimal("0.0001")
# Sums must fit 63 bits: thousands of amounts of this size do, millions of usual ones too.
MAX_AMOUNT = Decimal("99999999999.9999")


def to_stored(value: Decimal | int) -> int:
    """The integer of 1/10,000 for an amount. ValueError where it has more than four decimals or is too large."""
    amount = Decimal(value)
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
        raise ValueError(f"amount out of range: {value}")
    scaled = amount * SCALE
    stored = int(scaled)
    if stored != scaled:
        raise ValueError(f"amount with more than four decimals: {value}")
    return stored


def from_stored(stored: int) -> Decimal:
    """The amount (four decimals) that an integer of 1/10,000 stands for."""
    return Decimal(stored).scaleb(-4)


def divide(numerator: int, denominator: int, places: int = 4) -> Decimal | None:
    """The one division of measures: both integers, rounded half up once; None where nothing can be said.

    A denominator of zero or less has no meaning as "how many" (see settled, point 5).
    """
    if denominator <= 0:
        return None
    scaled, sign = abs(numerator) * 10**places, -1 if numerator < 0 else 1
    quotient, remainder = divmod(scaled, denominator)
    if 2 * remainder >= denominator:
        quotient += 1
    return Decimal(sign * quotient).scaleb(-places)


class ScaledField(models.BigIntegerField):
    """A Decimal in Python that the database keeps as an integer."""

    # What the type checker's plugin takes attributes of this field for.
    _pyi_private_set_type: Decimal | int | str | None  # type: ignore[assignment]  # the base class keeps int
    _pyi_private_get_type: Decimal  # type: ignore[assignment]  # the base class keeps int

    scale = SCALE
    exponent = -4

    def from_db_value(self, value: int | None, expression: Any, connection: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(self.exponent)

    def to_python(self, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        try:
            return Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError(_("“%(value)s” is not an amount."), params={"value": value}) from error

    def get_prep_value(self, value: Any) -> int | None:
        if value is None:
            return None
        scaled = Decimal(str(value)) * self.scale
        if scaled != int(scaled):
            raise ValueError(f"{self.name}: more decimals than are stored: {value}")
        return int(scaled)

    def formfield(self, **kwargs: Any) -> Any:
        from django import forms

        return forms.DecimalField(
            **{"max_digits": 15, "decimal_places": -self.exponent, "required": not self.blank, **kwargs}
        )


class MoneyField(ScaledField):
    """An amount of money or another exact quantity, stored in 1/10,000."""


class RateField(ScaledField):
    """An exchange rate, stored in 1/10^8."""

    scale = RATE_SCALE
    exponent = -8
