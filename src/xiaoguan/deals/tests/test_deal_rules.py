"""What the page of a deal works out: what needs an eye, what a deal weighs, its stays, its one story."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.deals import rules
from xiaoguan.deals.queries.story import Place
from xiaoguan.deals.rules import Need, Standing, needs, weighted

TODAY = date(2026, 11, 20)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def asked(**more: Any) -> dict[Need, int]:
    """A deal of which nothing is wrong, unless a test says so."""
    own = {name: more.pop(name) for name in ("state", "due_on", "stage_since", "opened_on") if name in more}
    fine: dict[str, Any] = {"due_on": ago(-20), "stage_since": ago(3), "opened_on": ago(50), "state": rules.OPEN}
    deal = Standing(closed_on=None, amount=None, stage_id=1, owner_id=1, **fine | own)
    facts: dict[str, Any] = {
        "has_step": True, "step_on": ago(-2), "median": Decimal(10), "last_contact_on": ago(2), "today": TODAY,
    }  # fmt: skip
    return needs(deal, **facts | more)


def test_a_deal_of_which_nothing_is_wrong_needs_nobody():
    assert asked() == {}
    assert asked(due_on=TODAY, step_on=TODAY, last_contact_on=ago(14), stage_since=ago(20)) == {}
    assert asked(due_on=None, step_on=None) == {}


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"due_on": ago(12)}, {Need.OVERDUE: 12}),
        ({"has_step": False}, {Need.NO_STEP: 0}),
        ({"has_step": False, "step_on": ago(9)}, {Need.NO_STEP: 0}),
        ({"step_on": ago(3)}, {Need.LATE_STEP: 3}),
        ({"stage_since": ago(21)}, {Need.RESTS: 21}),
        ({"stage_since": ago(31), "median": None}, {Need.RESTS: 31}),
        ({"last_contact_on": ago(15)}, {Need.SILENT: 15}),
        ({"last_contact_on": None}, {Need.SILENT: 50}),
        ({"last_contact_on": None, "opened_on": ago(14)}, {}),
    ],
)
def test_each_need_with_its_days(facts, found):
    assert asked(**facts) == found


def test_the_most_urgent_comes_first():
    found = asked(due_on=ago(1), has_step=False, stage_since=ago(40), last_contact_on=ago(30))
    assert list(found) == [Need.OVERDUE, Need.NO_STEP, Need.RESTS, Need.SILENT]


@pytest.mark.parametrize("state", [rules.WON, rules.LOST, rules.REMOVED])
def test_a_closed_deal_needs_nobody(state):
    assert asked(state=state, due_on=ago(9), has_step=False) == {}


def test_an_amount_weighs_by_its_probability_to_the_cent():
    assert weighted(Decimal(800_000), 60) == Decimal("480000.00")
    assert weighted(Decimal("33.33"), 50) == Decimal("16.66")
    assert weighted(Decimal("0.0001"), 100) == Decimal("0.00")


@given(st.integers(0, 2**62), st.integers(0, 2**62))
def test_a_place_reads_what_it_writes(entry_id, activity_id):
    assert Place.read(str(Place(entry_id, activity_id))) == Place(entry_id, activity_id)


@pytest.mark.parametrize("text", ["", "7", "x-1", "-1-2", "1-2-3", "²-1", "9" * 19 + "-1", "1-" + "9" * 40, "١-1"])
def test_nonsense_is_the_beginning(text):
    assert Place.read(text) == Place()
