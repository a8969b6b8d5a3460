"""What holds for every day and every amount, not only for those that somebody thought of."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.deals.forms.common import AmountField
from xiaoguan.deals.queries.filters import named_period

DAYS = st.dates(date(2000, 2, 1), date(2090, 12, 31))


@given(today=DAYS, due=st.sampled_from(["week", "month", "quarter"]), month=st.integers(1, 12))
def test_a_period_contains_its_day_and_meets_the_next_one(today: date, due: str, month: int) -> None:
    start, end = named_period(due, today, month)
    assert start <= today <= end
    assert named_period(due, start, month) == named_period(due, end, month) == (start, end)
    assert named_period(due, end + timedelta(days=1), month)[0] == end + timedelta(days=1)
    assert (end - start).days in {"week": {6}, "month": {27, 28, 29, 30}, "quarter": {88, 89, 90, 91}}[due]


@given(st.decimals(min_value=0, max_value=Decimal("99999999999.9999"), places=4))
def test_an_amount_that_is_shown_in_a_form_is_read_as_the_same(amount: Decimal) -> None:
    field = AmountField(currency="CNY")
    assert field.clean(field.prepare_value(amount)) == amount
