"""A prepared question answers as the same question built anew, whatever its values are."""

from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import Count, Max, Q
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.lib.prepared import Prepared

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
START = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture
def sessions() -> list[Session]:
    return Session.objects.bulk_create(
        Session(session_key=f"k{number}", session_data="x" * (number % 2), expire_date=START + timedelta(days=number))
        for number in range(6)
    )


def keys(rows: Any) -> list[str]:
    return [row.session_key for row in rows]


def test_values_stand_in_their_places(sessions: list[Session]) -> None:
    ask = Prepared(
        lambda names, since, most: Session.objects.filter(session_key__in=names, expire_date__gte=since).order_by(
            "-session_key"
        )[:most]
    )
    wanted = ["k1", "k3", "k5"]
    assert keys(ask(wanted, START + timedelta(days=2), most=9)) == ["k5", "k3"]
    assert keys(ask(["k0", "k4"], START, most=1)) == ["k4"]
    assert keys(ask({"k2"}, START, most=1)) == ["k2"]
    assert ask([], START, most=9) == []
    assert ask.first(wanted, START, most=9) == sessions[5]
    assert ask.first(["none"], START, most=9) is None
    assert ask.count(wanted, START, most=2) == 2
    assert ask.count([], START, most=2) == 0
    assert ask.written([], START, most=2) is None


def test_none_stands_for_a_condition_that_is_left_out(sessions: list[Session]) -> None:
    def build(names: Any, until: Any) -> Any:
        rows = Session.objects.order_by("session_key")
        rows = rows if names is None else rows.filter(session_key__in=names)
        return rows if until is None else rows.filter(expire_date__lt=until)

    ask = Prepared(build)
    assert keys(ask(None, START + timedelta(days=2))) == ["k0", "k1"]
    assert keys(ask(["k1", "k4"], None)) == ["k1", "k4"]
    assert len(ask(None, None)) == len(sessions)


def test_one_by_one_grouped_and_as_tuples(sessions: list[Session]) -> None:
    ask = Prepared(
        lambda names, after: (
            Session.objects.filter(reduce(or_, (Q(session_key=name) for name in names)))
            .values_list("session_data")
            .annotate(many=Count("pk"), last=Max("expire_date"))
            .filter(last__gt=after)
            .order_by("session_data")
        )
    )
    assert ask(["k0", "k1", "k2"], START) == [
        ("", 2, START + timedelta(days=2)),
        ("x", 1, START + timedelta(days=1)),
    ]
    assert ask(["k0", "k1"], START) == [("x", 1, START + timedelta(days=1))]


def test_it_is_built_once_for_a_shape_and_never_kept_for_a_long_one() -> None:
    built = []

    def build(ids: Any) -> Any:
        built.append(ids)
        return ContentType.objects.filter(pk__in=ids)

    ask = Prepared(build)
    for ids in ([1, 2], [3, 4], (5, 6)):
        ask(ids)
    assert len(built) == 1
    ask([1])
    assert len(built) == 2
    for many in (400, 500):
        ask(list(range(1, many)))
    assert len(built) == (3 if connection.vendor == "postgresql" else 4)  # one list is one shape


def test_a_value_is_never_text_of_the_question(sessions: list[Session]) -> None:
    ask = Prepared(lambda name: Session.objects.filter(session_key=name))
    with CaptureQueriesContext(connection) as caught:
        assert ask("k1' OR '1'='1") == []
    assert len(caught) == 1


def among(ids: Any, least: Any, name: Any) -> Any:
    rows = ContentType.objects.filter(Q(pk__in=ids) | Q(model=name), pk__gte=least)
    return rows.order_by("pk").values_list("pk", "model")


@given(ids=st.lists(st.integers(1, 60), max_size=8), low=st.integers(1, 60), model=st.sampled_from(["deal", "member"]))
def test_it_answers_like_the_question_built_anew(ids: list[int], low: int, model: str) -> None:
    assert AMONG(ids, low, model) == list(among(ids, low, model))


AMONG: Prepared[Any] = Prepared(among)


def test_a_thousand_numbers_travel_as_one_list() -> None:
    """Where the database takes lists; the answer and what is left out are the same either way."""
    kinds = list(ContentType.objects.order_by("pk"))
    ask = Prepared(lambda ids, but: ContentType.objects.filter(pk__in=ids).exclude(pk__in=but).order_by("pk"))
    many = [*range(1, 500)]
    assert ask(many, [0]) == [kind for kind in kinds if kind.pk < 500]
    assert ask(many, many) == []
    assert ask([*range(10_000, 10_500)], [0]) == []
    assert ask.count(set(many), [kinds[0].pk]) == len([kind for kind in kinds if kind.pk < 500]) - 1
    written = ask.written(many, [0])
    assert written is not None
    assert len(written[1]) == (2 if connection.vendor == "postgresql" else 500)


def test_a_thousand_words_are_asked_as_before(sessions: list[Session]) -> None:
    ask = Prepared(lambda names: Session.objects.filter(session_key__in=names).order_by("session_key"))
    assert keys(ask([f"k{number}" for number in range(400)])) == [f"k{number}" for number in range(6)]
