"""Whatever the postings, and wherever they stand: the compiled SQL says what a plain reading in Python says."""

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xiaoguan.ledger.measures.answers import MeasureAnswer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import Measure, all_measures, measure
from xiaoguan.ledger.measures.movement import moved
from xiaoguan.ledger.measures.tests.world import TODAY, Post, World
from xiaoguan.ledger.segments.reading import forget_manifest
from xiaoguan.ledger.segments.tests.tiny import seal_all
from xiaoguan.lib.money import divide
from xiaoguan.lib.periods import Period
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.scope import Scope
from xiaoguan.org.tree import UnitTree

START = date(2026, 1, 1)
FLOWS = ("won", "lost", "cycle_days", "stage_days", "new_deals", "activity", "customers_new")
PEOPLE = ("ann", "bob", "cai", None)


@dataclass(frozen=True)
class Wanted:
    """A random posting, before the company exists whose people it names."""

    account: str
    on: date
    known: date
    quantity: int
    units: int
    unknown: int
    person: str | None
    deal: int
    why: str
    due: date | None

    def posts(self, world: World) -> list[Post]:
        person = getattr(world, self.person) if self.person else None
        lines = [self._post(self.account, self.quantity, self.units, person)]
        if self.unknown and self.account in ("won", "lost", "pipeline"):
            lines.append(self._post(f"{self.account}_unknown", 0, self.unknown, person))
        return lines

    def _post(self, account: str, quantity: int, units: int, person: object) -> Post:
        return Post(account, self.on, quantity, units, person, self.deal, self.why, self.known, {"due_on": self.due})


days = st.integers(0, 89).map(lambda number: START + timedelta(days=number))
wanted = st.builds(
    Wanted,
    account=st.sampled_from((*FLOWS, "pipeline", "pipeline")),
    on=days,
    known=days,
    quantity=st.integers(-1000, 5000),
    units=st.sampled_from((1, 1, 1, 0, -1)),
    unknown=st.sampled_from((0, 0, 1, -1)),
    person=st.sampled_from(PEOPLE),
    deal=st.integers(1, 6),
    why=st.sampled_from(("new", "amount", "redate", "won", "lost")),
    due=st.one_of(st.none(), days),
)
lots = st.lists(st.integers(0, 40), max_size=3)
periods = st.tuples(days, days).map(lambda two: Period(min(two), max(two)))


@pytest.mark.both_databases
class TestRandomPostings(TestCase):
    world: World

    @classmethod
    def setUpTestData(cls):
        cls.world = World()

    def setup_example(self):
        super().setup_example()
        forget_manifest()  # of the example before, which was rolled back

    @settings(max_examples=25, deadline=None)
    @given(st.lists(wanted, max_size=40), periods, st.sampled_from([None, "person", "region", "why"]), lots)
    def test_sql_equals_a_plain_reading(self, items, period, by, sealed):
        world = self.world
        posts = [post for item in items for post in item.posts(world)]
        _post(world, posts, sealed)
        known_on = period.end if len(posts) % 2 else None
        due = Period(START, START + timedelta(days=len(posts))) if len(posts) % 3 else None
        question = Ask(
            measures=tuple(all_measures()), period=period, today=TODAY, by=(by,) if by else (), known_on=known_on,
            due=due,
        )  # fmt: skip
        found = ask(question).measures
        for item in all_measures():
            plain = Plain(item, period, by, known_on, world)
            counted = [post for post in posts if due is None or (post.dims["due_on"] or date.max) in due]
            assert _in_words(found[item.key], by) == plain.rows(counted), item.key

    @settings(max_examples=15, deadline=None)
    @given(st.lists(wanted, max_size=40), periods, lots)
    def test_additive_groups_add_up(self, items, period, sealed):
        world = self.world
        _post(world, [post for item in items for post in item.posts(world)], sealed)
        keys = [item for item in all_measures() if not item.adds_up.own_level]
        for by in ("person", "region", "team"):
            found = ask(Ask(measures=tuple(keys), period=period, today=TODAY, by=(by,))).measures
            for answer in found.values():
                assert sum(row.figure.numerator for row in answer.rows) == answer.total.numerator
                assert sum(row.figure.unknown for row in answer.rows) == answer.total.unknown

    @settings(max_examples=25, deadline=None)
    @given(st.lists(wanted, max_size=40), periods, st.lists(st.tuples(days, st.integers(0, 2)), max_size=3), lots)
    def test_movement_adds_up(self, items, period, moves, sealed):
        world = self.world
        for on, place in moves:
            with suppress(Refusal):  # he is there already
                world.move(world.cai, (world.one, world.two, world.three)[place], on)
        _post(world, [post for item in items for post in item.posts(world)], sealed)
        west = frozenset([world.west.pk])
        scope = Scope(unit_ids=west, person_ids=frozenset([world.cai.pk]))
        due = Period(START, START + timedelta(days=40))
        for more in ({}, {"within": west}, {"scope": scope}, {"due": due}, {"scope": scope, "due": due}):
            for key in ("pipeline_amount", "pipeline_count"):
                found = moved(measure(key), Ask(measures=(), period=period, today=TODAY, **more))
                steps = sum(step.figure.numerator for step in found.steps)
                assert found.opening.numerator + steps == found.closing.numerator
                unknown = sum(step.figure.unknown for step in found.steps)
                assert found.opening.unknown + unknown == found.closing.unknown


def _post(world: World, posts: list[Post], lots: list[int]) -> None:
    """Write the postings, sealing after each of these numbers of them; what is left is the tail."""
    for many in lots:
        world.post(*posts[:many])
        seal_all()
        posts = posts[many:]
    world.post(*posts)


def _in_words(answer: MeasureAnswer, by: str | None) -> dict[object, Decimal | None]:
    """By key; a whole without postings counts as none."""
    if by is None:
        return {None: answer.total.value}
    return {row.key[0]: row.figure.value for row in answer.rows}


class Plain:
    """Each measure by its definition in words, over a list."""

    def __init__(self, item: Measure, period: Period, by: str | None, known_on: date | None, world: World) -> None:
        self.measure, self.period, self.by, self.known_on = item, period, by, known_on
        self.world, self.tree = world, UnitTree.load()
        self.stands = item.key in ("pipeline_amount", "pipeline_count")

    def rows(self, posts: list[Post]) -> dict[object, Decimal | None]:
        groups: dict[object, list[Post]] = defaultdict(list)
        for post in posts:
            in_time = post.on <= self.period.end if self.stands else post.on in self.period
            if in_time and (self.known_on is None or post.known <= self.known_on):
                groups[self._group(post)].append(post)
        if self.by is None:
            return {None: self._value(groups[None])}
        own = self.measure.account_keys()
        result = {}
        for key, group in groups.items():
            there = [post for post in group if post.account in own]
            gone = self.stands and not any((_q(there), _u(there), _u(_of(group, "pipeline_unknown"))))
            if there and not gone:
                result[key] = self._value(group)
        return result

    def _group(self, post: Post) -> object:
        if self.by == "why":
            return post.why
        if self.by == "person":
            return post.person.pk if post.person else None
        if self.by == "region" and post.person:
            unit = self.tree.unit_of(post.person.pk, self.period.end if self.stands else post.on)
            return self.tree.ancestor(unit, "region", post.on)
        return None

    def _value(self, group: list[Post]) -> Decimal | None:
        won, lost, pipeline = (_of(group, name) for name in ("won", "lost", "pipeline"))
        match self.measure.key:
            case "won_amount":
                return _known(won, _of(group, "won_unknown"))
            case "pipeline_amount" | "pipeline_moved":
                return _known(pipeline, _of(group, "pipeline_unknown"))
            case "win_rate":
                return divide(_u(won), _u(won) + _u(lost))
            case "win_rate_value":
                pairs = ((won, _of(group, "won_unknown")), (lost, _of(group, "lost_unknown")))
                hidden = any(_known(of, unknown) is None for of, unknown in pairs)
                return None if hidden else divide(_q(won), _q(won) + _q(lost))
            case "average_deal":
                return divide(_q(won), _u(won) - _u(_of(group, "won_unknown")))
            case "cycle_days" | "stage_days":
                of = _of(group, self.measure.key)
                return divide(_q(of), _u(of))
            case "cycle_days_median" | "stage_days_median":
                return _middle(_of(group, self.measure.key.removesuffix("_median")))
            case _:
                return Decimal(_u(_of(group, *self.measure.account_keys())))


def _of(group: list[Post], *accounts: str) -> list[Post]:
    return [post for post in group if post.account in accounts]


def _q(posts: list[Post]) -> int:
    return sum(post.quantity for post in posts)


def _u(posts: list[Post]) -> int:
    return sum(post.units for post in posts)


def _known(of: list[Post], unknown: list[Post]) -> Decimal | None:
    missing = _u(unknown)
    return None if missing and not _q(of) and abs(missing) >= abs(_u(of)) else Decimal(_q(of))


def _middle(posts: list[Post]) -> Decimal | None:
    deals: dict[int, list[Post]] = defaultdict(list)
    for post in posts:
        deals[post.deal].append(post)
    left = [_q(own) for own in deals.values() if _u(own) > 0]
    return Decimal(median(left)) if left else None
