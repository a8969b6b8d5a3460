"""New or not, and since when: through the program's own wiring, with wins told as the deals tell them."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import Cast, hire
from xiaoguan.crm.checks import check_customers
from xiaoguan.crm.models import Customer
from xiaoguan.crm.rules import first_standing_win
from xiaoguan.crm.tests.places import came_back, customer, taken_back, tell, won
from xiaoguan.ledger.reconcile import account_totals

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def d(day: int) -> date:
    return date(2026, 3, day)


def since(customer_id: int) -> date | None:
    return Customer.objects.get(pk=customer_id).first_won_on


def test_the_first_win_is_new_and_the_next_is_not(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    first, second = tell(won(1, pk, d(5)))[0], tell(won(2, pk, d(9)))[0]
    assert (first.stamp["new"], second.stamp["new"]) == (True, False)
    assert since(pk) == d(5)


def test_two_wins_on_the_first_day_are_both_new(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    assert [entry.stamp["new"] for entry in tell(won(1, pk, d(5)), won(2, pk, d(5)))] == [True, True]


def test_a_chunk_in_any_order_is_judged_by_its_days(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    assert [entry.stamp["new"] for entry in tell(won(1, pk, d(9)), won(2, pk, d(5)))] == [False, True]
    assert since(pk) == d(5)


def test_without_a_customer_nobody_is_new(cast: Cast) -> None:
    assert tell(won(1, None, d(5)))[0].stamp["new"] is None


def test_a_win_that_was_a_mistake_leaves_no_trace(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    entry = tell(won(1, pk, d(5)))[0]
    tell(taken_back(entry, pk))
    assert since(pk) is None
    assert tell(won(2, pk, d(9)))[0].stamp["new"] is True


def test_a_corrected_day_moves_the_first_win_later(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    entry = tell(won(1, pk, d(5)))[0]
    tell(won(1, pk, d(7), reverses=(entry.id,)))
    assert since(pk) == d(7)


def test_a_correction_to_another_customer_frees_the_first(cast: Cast) -> None:
    one, other = customer("海铭", cast.lin).pk, customer("启泰", cast.lin).pk
    entry = tell(won(1, one, d(5)))[0]
    tell(won(1, other, d(5), reverses=(entry.id,)))
    assert (since(one), since(other)) == (None, d(5))


def test_a_customer_who_came_back_counts_from_the_next_win(cast: Cast) -> None:
    pk = customer("海铭", cast.lin).pk
    tell(won(1, pk, d(5)))
    tell(came_back(1, pk, d(12)))
    assert since(pk) is None
    tell(won(1, pk, d(20)))
    assert since(pk) == d(20)


def test_a_chunk_asks_once(cast: Cast, django_assert_max_num_queries: object) -> None:
    from xiaoguan.crm.stamps import stamp_new

    ids = [customer(f"客户 {n}", cast.lin).pk for n in range(30)]
    with django_assert_max_num_queries(1):  # type: ignore[operator]
        stamp_new([won(n, pk, d(5)) for n, pk in enumerate(ids)])


class AnyOrder(TestCase):
    """Whatever is won, taken back and re-opened: the column says what the entries say, and the books agree."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(1, 3), st.integers(1, 28), st.sampled_from(["won", "mistake", "back"])), max_size=8
        )
    )
    def test_the_first_win_is_what_stands(self, steps: list[tuple[int, int, str]]) -> None:
        cast = hire(password=None)
        pk = customer("海铭", cast.lin).pk
        standing: list[tuple[int, date, bool]] = []
        last = {}
        for deal_id, day, what in sorted(steps, key=lambda step: step[1]):
            if what == "won" and deal_id not in last:
                last[deal_id] = tell(won(deal_id, pk, d(day)))[0]
                standing.append((deal_id, d(day), True))
            elif what != "won" and deal_id in last:
                entry = last.pop(deal_id)
                if what == "back":
                    tell(came_back(deal_id, pk, d(day)))
                    standing.append((deal_id, d(day), False))
                else:
                    tell(taken_back(entry, pk))
                    standing = [one for one in standing if one != (deal_id, entry.on_date, True)]
        assert since(pk) == first_standing_win(standing)
        assert list(check_customers(account_totals())) == []
