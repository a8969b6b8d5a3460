"""Every figure opens: the records listed and those that may not be opened together are the figure."""

from dataclasses import replace
from decimal import Decimal
from statistics import median

import pytest

from xiaoguan.journal.kinds import CUSTOMER, DEAL, MEMBER
from xiaoguan.ledger.measures.asking import Ask, member_of_group
from xiaoguan.ledger.measures.behind import Behind, postings_behind
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.figures import Figure
from xiaoguan.ledger.measures.language import (
    Direction,
    Measure,
    Median,
    Movement,
    Unit,
    Words,
    all_measures,
    distinct,
    measure,
    quantity,
    ratio,
)
from xiaoguan.ledger.measures.movement import asks_of_people, moved
from xiaoguan.ledger.measures.tests.world import TODAY, Post, World, day
from xiaoguan.lib.money import from_stored
from xiaoguan.lib.periods import parse_period
from xiaoguan.org import records
from xiaoguan.org.records import RecordKind, configure_records

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.usefixtures("read_from")]


@pytest.fixture(autouse=True)
def _even_deals_may_be_opened():
    before = list(records._kinds.values())

    def kind(number, may_open):
        return RecordKind(
            kind=number, name="deal", seen=lambda member, ids: {item: f"D{item}" for item in ids if may_open(item)},
            labels=lambda ids: {item: f"D{item}" for item in ids}, url=lambda item: f"/deals/{item}/",
        )  # fmt: skip

    configure_records([kind(DEAL, lambda item: item % 2 == 0), kind(CUSTOMER, lambda item: True),
                       kind(MEMBER, lambda item: True)])  # fmt: skip
    yield
    configure_records(before)


@pytest.fixture
def world() -> World:
    world = World()
    posts = []
    for deal, person in enumerate((world.ann, world.bob, world.cai, world.ann, world.bob, world.cai), start=1):
        posts += [
            Post("new_deals", day("01-05"), 0, 1, person, deal),
            Post("pipeline", day("01-05"), 100 * deal, 1, person, deal, "new"),
            Post("pipeline", day("02-20"), 7, 0, person, deal, "amount"),
            Post("stage_days", day("02-20"), deal, 1, person, deal),
            Post("activity", day("02-20"), 0, 1, person, deal),
            Post("customers_new", day("02-20"), 0, 1, person, deal),
        ]
        if deal > 2:
            posts.append(Post("pipeline", day("03-01"), -100 * deal - 7, -1, person, deal, "won"))
            posts.append(Post("won", day("03-01"), 100 * deal + 7, 1, person, deal, dims={"is_new": deal == 3}))
            posts.append(Post("cycle_days", day("03-01"), 3 * deal, 1, person, deal))
    posts += [
        Post("won", day("03-05"), -307, -1, world.cai, 3, dims={"is_new": True}),
        Post("won", day("03-06"), 21, 1, world.cai, 9, dims={"is_new": True}),
        Post("cycle_days", day("03-05"), -9, -1, world.cai, 3),
        Post("lost", day("03-02"), 50, 1, world.bob, 7), Post("lost", day("03-02"), 0, 1, world.bob, 8),
        Post("lost_unknown", day("03-02"), 0, 1, world.bob, 8),
    ]  # fmt: skip
    world.post(*posts)
    return world


def question(period: str = "2026", **more) -> Ask:
    return Ask(**{"measures": tuple(all_measures()), "period": parse_period(period), "today": TODAY, **more})


def check(item: Measure, figure: Figure, behind: Behind) -> None:
    """List + the row of those not opened = figure."""
    listed, more, whole = [found.adds for found in behind.items], behind.more, behind.whole
    for part in ("over", "under", "units", "unknown"):
        assert sum(getattr(adds, part) for adds in listed) + getattr(more, part) == getattr(whole, part)
    assert len(listed) == behind.opened
    if isinstance(item.aggregate, Median):
        assert behind.opened + behind.hidden == figure.count
        return
    assert (whole.over, whole.unknown) == (figure.numerator, figure.unknown), item.key
    assert whole.under == (figure.denominator or 0), item.key
    if isinstance(item.aggregate, Movement):
        assert behind.opened + behind.hidden == figure.count
    else:
        assert whole.units == figure.count, item.key


@pytest.mark.parametrize(
    ("period", "by"),
    [
        *(("2026", by) for by in ((), ("person",), ("region",), ("month",), ("why",), ("is_new",))),
        *((period, ("person",)) for period in ("2026-01", "2026-Q1", "2026-03-01..2026-03-02")),
    ],
)
def test_every_figure_of_every_group_opens(world, period, by):
    asked = question(period, by=by)
    found = ask(asked).measures
    for key, answer in found.items():
        for row in answer.rows:
            behind = postings_behind(measure(key), [member_of_group(asked, row.key)], world.ann)
            check(measure(key), row.figure, behind)


def test_the_median_is_the_middle_of_what_everybody_may_open(world):
    behind = postings_behind(measure("cycle_days_median"), [question()], None)
    days = [from_stored(item.adds.over) for item in behind.items]
    assert days == [18, 15, 12]
    assert median(days) == ask(question()).measures["cycle_days_median"].total.value


def test_records_that_may_not_be_opened_are_one_row_without_names(world):
    behind = postings_behind(measure("pipeline_count"), [question("2026-01")], world.ann)
    assert [(item.label, item.url) for item in behind.items] == [
        ("D2", "/deals/2/"), ("D4", "/deals/4/"), ("D6", "/deals/6/"),
    ]  # fmt: skip
    assert (behind.opened, behind.hidden, behind.more.over) == (3, 3, 3)


def pages(key, asked, member):
    """All pages of two records, whole and one by one."""
    after, found = None, []
    while True:
        page = postings_behind(measure(key), [asked], member, after=after, limit=2)
        found.append(page)
        after = page.after
        if after is None:
            return found


UNSEEN = {
    "few of all": {"unseen": lambda member: set(range(1, 99, 2))},
    "found among those of the figure": {
        "unseen": lambda member: None,
        "unseen_among": lambda member, ids: {number for number in ids if number % 2},
    },
}


@pytest.mark.parametrize("known", UNSEEN)
@pytest.mark.parametrize("period", ["2026", "2026-01", "2026-02", "2026-03-01..2026-03-02", "2025"])
def test_where_few_may_not_be_opened_the_same_is_found_by_reading_less(world, period, known):
    asked = question(period)
    keys = list(ask(asked).measures)
    one_by_one = [pages(key, asked, world.ann) for key in keys]
    before = list(records._kinds.values())
    configure_records([replace(kind, **UNSEEN[known]) if kind.kind == DEAL else kind for kind in before])
    assert [pages(key, asked, world.ann) for key in keys] == one_by_one


def test_a_figure_opens_to_its_postings_in_the_order_of_days(world):
    behind = postings_behind(measure("pipeline_amount"), [question("2026-02")], None)
    first = behind.items[0]
    assert (first.label, first.adds.over) == ("D6", 6_070_000)
    assert [(line.on, line.why, line.quantity, line.units) for line in first.postings] == [
        (day("01-05"), "new", 6_000_000, 1), (day("02-20"), "amount", 70_000, 0),
    ]  # fmt: skip
    assert first.postings[0].person_id == world.cai.pk
    assert first.postings[0].known_at.isoformat() == "2026-01-05T04:00:00+00:00"


def test_pages_follow_each_other_without_gap_or_overlap(world):
    whole = postings_behind(measure("pipeline_amount"), [question("2026-02")], None)
    keys, after = [], None
    while True:
        page = postings_behind(measure("pipeline_amount"), [question("2026-02")], None, after=after, limit=4)
        keys += [item.id for item in page.items]
        after = page.after
        if after is None:
            break
    assert keys == [item.id for item in whole.items] == [6, 5, 4, 3, 2, 1]


def test_what_people_brought_in_opens_too(world):
    asked = question("2026-02", measures=(), within=frozenset([world.east.pk]))
    step = next(item for item in moved(measure("pipeline_amount"), asked).steps if item.why == "moved_in")
    behind = postings_behind(measure("pipeline_amount"), asks_of_people(asked, "moved_in"), None)
    assert behind.whole.over == step.figure.numerator == 7_000_000
    assert [item.id for item in behind.items] == [5, 2]


def test_a_ratio_with_a_narrower_numerator_opens(world):
    words = Words("x", "x")
    item = Measure(
        "new_share", ratio(quantity("won", is_new=True), quantity("won")), unit=Unit.PERCENT,
        direction=Direction.UP, zh=words, en=words,
    )  # fmt: skip
    asked = question(measures=(item,))
    figure = ask(asked).measures["new_share"].total
    assert figure.value == Decimal("0.0136")  # 21 of 407 + 507 + 607 + 21; deal 3 was taken back
    check(item, figure, postings_behind(item, [asked], None))


def test_a_distinct_count_opens_to_what_it_counts(world):
    words = Words("x", "x")
    item = Measure(
        "winners", distinct("won", column="person_id"), unit=Unit.COUNT, direction=Direction.UP, zh=words, en=words
    )
    asked = question(measures=(item,), by=("region",))
    found = ask(asked).measures["winners"]
    assert {row.key[0]: row.figure.value for row in found.rows} == {world.west.pk: 1, world.east.pk: 2}
    assert found.total.value == 3
    behind = postings_behind(item, [question(measures=(item,))], world.ann)
    assert {found.id for found in behind.items} == {world.ann.pk, world.bob.pk, world.cai.pk}
