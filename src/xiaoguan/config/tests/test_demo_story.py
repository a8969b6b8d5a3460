"""The demo company's story, without a database: what makes it believable holds for every seed."""

from collections import Counter
from datetime import date, timedelta
from statistics import mean

import pytest

from xiaoguan.config.demo.sizes import SIZES
from xiaoguan.config.demo.story import Story
from xiaoguan.config.demo.workdays import busy
from xiaoguan.lib import demo as steps
from xiaoguan.org.calendar import published

AS_OF = date(2026, 11, 23)


def told(size="small", seed=1, as_of=AS_OF):
    story = Story(SIZES[size], seed, as_of)
    return story, [(day, step) for day, todo in story.days() for step in todo]


@pytest.fixture(scope="module", params=(1, 20))
def small(request):
    return told(seed=request.param)


def of(kind, told_steps):
    return [(day, step) for day, step in told_steps if isinstance(step, kind)]


def test_the_same_seed_and_day_tell_the_same_story_and_others_another():
    first = told("tiny")[1]
    assert told("tiny")[1] == first
    assert told("tiny", seed=2)[1] != first
    assert told("tiny", as_of=AS_OF + timedelta(days=1))[1] != first


def test_it_has_the_people_customers_and_deals_that_were_asked_for(small):
    story, everything = small
    there = [person for person in story.people.people if person.last_day is None]
    assert len(there) == 30
    assert len(of(steps.OpenDeal, everything)) == 3_000
    assert 900 <= len(of(steps.EnterCustomer, everything)) <= 920, "one more for whoever has none"
    assert len({step.name for _, step in of(steps.EnterCustomer, everything)}) >= 900, "no two have one name"


def test_nobody_works_on_holidays_or_after_the_story(small):
    _story, everything = small
    days = {day for day, _step in everything}
    assert all(published(day) for day in days)
    assert date(2026, 2, 17) not in days, "Spring Festival"
    assert date(2026, 2, 14) in days, "a Saturday worked in exchange"
    assert max(days) == AS_OF - timedelta(days=3), "the Friday before a Monday"


def test_nobody_acts_before_he_is_hired_or_after_he_has_left(small):
    story, everything = small
    people = story.people.people
    assert any(person.last_day for person in people)
    for day, step in everything:
        assert people[step.by].present(day), (day, step)


def test_a_leavers_deals_and_customers_go_to_somebody_who_is_there(small):
    story, everything = small
    handed = of((steps.HandDeal, steps.HandCustomer), everything)
    assert all(story.people.people[step.to].present(day) for day, step in handed)


def test_february_sleeps_and_quarters_end_in_a_rush(small):
    _story, everything = small
    opened = Counter(day.month for day, _step in of(steps.OpenDeal, everything))
    assert opened[2] < 0.6 * mean(opened.values())
    won = [day for day, _step in of(steps.WinDeal, everything)]
    last_weeks = sum(day.month % 3 == 0 and day.day > 18 for day in won)
    assert last_weeks > 0.2 * len(won), "a seventh of the days"
    assert busy(date(2026, 2, 11)) < 0.3 < 1 < busy(date(2026, 3, 11))


def test_sellers_differ_lastingly(small):
    """Who wins more in the first year wins more in the second."""
    _story, everything = small
    rates = {}
    for place, year in enumerate((range(365), range(365, 730))):
        first = AS_OF - timedelta(days=730)
        ended = [(s.by, isinstance(s, steps.WinDeal)) for d, s in everything
                 if isinstance(s, steps.WinDeal | steps.LoseDeal) and (d - first).days in year]  # fmt: skip
        for seller, won in ended:
            rates.setdefault(seller, ([], []))[place].append(won)
    pairs = [(mean(a), mean(b)) for a, b in rates.values() if len(a) > 20 and len(b) > 20]
    middle = [mean(pair[year] for pair in pairs) for year in (0, 1)]
    spread = [max(pair[year] for pair in pairs) - min(pair[year] for pair in pairs) for year in (0, 1)]
    assert min(spread) > 0.15
    assert sum((a - middle[0]) * (b - middle[1]) for a, b in pairs) > 0


def test_each_stage_takes_and_loses_its_own_share(small):
    _story, everything = small
    reached = Counter(step.stage for _day, step in of(steps.MoveDeal, everything))
    assert 3_000 > reached[1] > reached[2] > reached[3] > reached[4] > 0
    reasons = Counter(step.reason for _day, step in of(steps.LoseDeal, everything))
    assert len(reasons) == 7


@pytest.mark.parametrize("kind", [
    steps.PriceDeal, steps.RedateDeal, steps.PlanDeal, steps.UncloseDeal, steps.ReopenDeal, steps.GiveTask,
    steps.DoTask, steps.HandDeal, steps.HandCustomer,
])  # fmt: skip
def test_everything_that_can_happen_happens_in_a_company_of_150(kind, medium):
    assert of(kind, medium)


@pytest.fixture(scope="module")
def medium():
    return told("medium")[1]


def test_the_steps_of_a_deal_are_in_order_and_its_later_ones_are_those_told(small):
    _story, everything = small
    changed: dict[int, list] = {}
    opened = {step.number: (day, step) for day, step in of(steps.OpenDeal, everything)}
    for day, step in everything:
        if type(step) in type_of_changes():
            changed.setdefault(step.deal, []).append((day, step))
    for number, (day, step) in opened.items():
        later = [change for change in step.later if change[0] < AS_OF]
        assert changed.get(number, []) == later
        assert all((day, step.minute) <= (on, change.minute) for on, change in later)


def type_of_changes():
    return steps.DealStep.__args__


def test_large_sizes_keep_their_shape():
    for name, sellers, teams in (("peer", 200, 20), ("large", 447, 42), ("huge", 4_567, 420)):
        people = Story(SIZES[name], 1, AS_OF).people
        there = [person for person in people.sellers if person.last_day is None]
        assert len(there) == sellers
        assert sum(unit.kind == "team" for unit in people.units) == teams
    peer = SIZES["peer"]
    assert (peer.deals, peer.customers) == (1_000_000, 100_000)


def test_most_deals_that_rest_are_closed_in_time_and_a_few_are_not(small):
    """A manager who opens his home meets a handful of them, not a hundred."""
    _story, everything = small
    since: dict[int, date] = {}
    for day, step in everything:
        match step:
            case steps.OpenDeal():
                since[step.number] = day
            case steps.MoveDeal() | steps.UncloseDeal() | steps.ReopenDeal():
                since[step.deal] = day
            case steps.WinDeal() | steps.LoseDeal():
                since.pop(step.deal, None)
    stuck = sum((AS_OF - day).days > 60 for day in since.values())
    assert 3 <= stuck <= len(since) / 8


def test_whoever_bought_is_called_again(small):
    """Or every customer of the last year would be a silent one."""
    _story, everything = small
    bought = {step.deal for day, step in of(steps.WinDeal, everything) if day > AS_OF - timedelta(days=300)}
    customers = {step.customer for _day, step in of(steps.OpenDeal, everything) if step.number in bought}
    lately = {step.customer for day, step in of(steps.LogActivity, everything) if day > AS_OF - timedelta(days=30)}
    assert len(customers & lately) > 0.8 * len(customers)
