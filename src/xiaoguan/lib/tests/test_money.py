"""Exact amounts at the edge: what goes in comes out, and the one division rounds half up once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.lib.money import MAX_AMOUNT, divide, from_stored, to_stored

amounts = st.decimals(min_value=-MAX_AMOUNT, max_value=MAX_AMOUNT, places=4, allow_nan=False, allow_infinity=False)


@given(amounts)
def test_every_amount_of_four_decimals_survives(amount: Decimal) -> None:
    assert from_stored(to_stored(amount)) == amount


@pytest.mark.parametrize("value", ["0.00001", "NaN", "Infinity", "100000000000"])
def test_what_cannot_be_kept_exactly_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_stored(Decimal(value))


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [
        (1, 3, "0.3333"),
        (2, 3, "0.6667"),
        (1, 20000, "0.0001"),  # 0.00005: half goes up
        (-1, 20000, "-0.0001"),  # and away from zero below it
        (0, 5, "0.0000"),
    ],
)
def test_division_rounds_half_up_once(numerator: int, denominator: int, expected: str) -> None:
    assert str(divide(numerator, denominator)) == expected


@pytest.mark.parametrize("denominator", [0, -2])
def test_division_by_nothing_says_nothing(denominator: int) -> None:
    assert divide(5, denominator) is None


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_division_is_within_half_a_unit(numerator: int, denominator: int) -> None:
    quotient = divide(numerator, denominator)
    assert quotient is not None
    assert abs(quotient * denominator - numerator) * 2 * 10_000 <= denominator
