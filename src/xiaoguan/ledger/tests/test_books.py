"""The two books: what an entry posts, taking back, closed periods, replay and rebuild."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xiaoguan.journal.facts.general import EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Entry
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.ledger.accounts import WHY
from xiaoguan.ledger.closing import close_through
from xiaoguan.ledger.models import Posting
from xiaoguan.ledger.rebuild import rebuild
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.ledger.rows import converted
from xiaoguan.ledger.tests.facts import Opened, Repriced, wired
from xiaoguan.lib.append_only import missing_triggers, past_triggers
from xiaoguan.lib.refusal import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _wired() -> Iterator[None]:
    with wired():
        yield


def tell(fact: object, on: date, *, at: datetime = AT, reverses: tuple[int, ...] = ()) -> Recorded:
    with transaction.atomic():
        return record([Happening(fact=fact, on=on, reverses=reverses)], by=None, at=at)[0]  # type: ignore[arg-type]


def opened(amount: str | None, on: date = date(2026, 1, 5)) -> Recorded:
    return tell(Opened(deal_id=7, person_id=None, amount=Decimal(amount) if amount else None), on)


def reverse(entry: Recorded, *, at: datetime = AT) -> Recorded:
    return tell(EntriesReversed(kind=DEAL, object_id=7, reason="mistake"), entry.on_date, at=at, reverses=(entry.id,))


def lines() -> list[tuple[object, ...]]:
    return list(
        Posting.objects.order_by("id").values_list("entry_id", "line", "account", "on_date", "quantity", "units", "why")
    )


def test_an_entry_posts_its_amount_and_counts_one() -> None:
    entry = opened("100000.5")
    assert lines() == [(entry.id, 0, 14, date(2026, 1, 5), 1_000_005_000, 1, WHY["new"])]


def test_a_moment_is_the_same_in_whatever_zone_it_is_told() -> None:
    shanghai = datetime(2026, 3, 2, 17, tzinfo=timezone(timedelta(hours=8)))
    entry = tell(Opened(deal_id=7, person_id=None, amount=None), date(2026, 1, 5), at=shanghai)
    assert Entry.objects.get(pk=entry.id).recorded_at == AT
    assert set(Posting.objects.values_list("recorded_at", "known_at")) == {(AT, AT)}


def test_an_unknown_amount_counts_as_unknown_not_as_zero() -> None:
    entry = opened(None)
    assert lines() == [
        (entry.id, 0, 14, date(2026, 1, 5), 0, 1, WHY["new"]),
        (entry.id, 1, 15, date(2026, 1, 5), 0, 1, WHY["new"]),
    ]


@pytest.mark.parametrize(
    ("before", "after", "posted"),
    [
        ("100", "120", [(14, 200_000, 0)]),
        (None, "120", [(14, 1_200_000, 0), (15, 0, -1)]),
        ("100", None, [(14, -1_000_000, 0), (15, 0, 1)]),
    ],
)
def test_a_changed_amount_posts_the_difference(
    before: str | None, after: str | None, posted: list[tuple[int, int, int]]
) -> None:
    tell(
        Repriced(
            deal_id=7,
            person_id=None,
            amount=Decimal(after) if after else None,
            amount_from=Decimal(before) if before else None,
        ),
        date(2026, 1, 9),
    )
    assert [(account, quantity, units) for _e, _l, account, _d, quantity, units, _w in lines()] == posted


def test_a_reversal_negates_every_line_once_on_its_day() -> None:
    entry = opened(None)
    back = reverse(entry)
    assert lines()[2:] == [
        (back.id, 0, 14, date(2026, 1, 5), 0, -1, WHY["new"]),
        (back.id, 1, 15, date(2026, 1, 5), 0, -1, WHY["new"]),
    ]
    with pytest.raises(IntegrityError):
        reverse(entry)


def test_a_reversal_can_itself_be_taken_back() -> None:
    first = opened("100")
    reverse(reverse(first))
    assert sum(quantity for _e, _l, _a, _d, quantity, _u, _w in lines()) == 1_000_000
    assert reconcile().clean


def test_after_a_close_corrections_post_on_the_first_open_day() -> None:
    entry = opened("100")
    close_through(date(2026, 1, 31), by=None, at=AT, today=date(2026, 3, 2))
    back = reverse(entry)
    assert lines()[-1] == (back.id, 0, 14, date(2026, 2, 1), -1_000_000, -1, WHY["mistake"])
    late = opened("40", on=date(2026, 1, 20))
    assert lines()[-1] == (late.id, 0, 14, date(2026, 2, 1), 400_000, 1, WHY["new"])
    assert Entry.objects.get(id=late.id).on_date == date(2026, 1, 20)


@pytest.mark.parametrize(("through", "words"), [(date(2026, 3, 2), "not over"), (date(2026, 1, 31), "already closed")])
def test_a_close_is_refused_with_a_reason(through: date, words: str) -> None:
    close_through(date(2026, 1, 31), by=None, at=AT, today=date(2026, 3, 2))
    with translation.override("en"), pytest.raises(Refusal, match=words):
        close_through(through, by=None, at=AT, today=date(2026, 3, 2))


def test_rebuilding_from_the_journal_gives_the_same_ledger() -> None:
    first = opened("100")
    reverse(first)
    opened("77.7777")
    before = lines()
    rebuilt = rebuild()
    assert rebuilt.generation == 2
    assert rebuilt.changed_accounts == ()
    assert lines() == before
    assert reconcile().clean


def test_reconcile_names_a_line_that_the_journal_does_not_tell() -> None:
    entry = opened("100")
    with transaction.atomic(), past_triggers(connection, ["ledger_posting"]):
        Posting.objects.filter(entry_id=entry.id).update(quantity=1)
    report = reconcile()
    assert [(d.check, d.about) for d in report.differences] == [("replay", f"entry {entry.id}, line 0")]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET payload = '{}'",
        "DELETE FROM journal_entry",
        "UPDATE ledger_posting SET quantity = 0",
        "DELETE FROM ledger_posting",
        "UPDATE journal_reversal SET reversed_id = 0",
        "DELETE FROM journal_reversal",
    ],
)
def test_the_books_refuse_change(sql: str) -> None:
    reverse(opened("100"))
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_replacing_a_row_is_refused_too() -> None:
    entry = opened("100")
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE exists on SQLite only")
    reverse(entry)
    replacing = "INSERT OR REPLACE INTO journal_reversal (id, entry_id, reversed_id) VALUES (1, 99, %s)"
    with pytest.raises(Exception, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replacing, [entry.id])


def test_all_triggers_stand() -> None:
    assert missing_triggers(connection) == []


@pytest.mark.parametrize(
    ("quantity", "rate", "expected"),
    [
        (1_000_000, 100_000_000, 1_000_000),
        (1_000_000, 712_345_678, 7_123_457),  # 100 × 7.12345678 = 712.345678 → 712.3457
        (-1_000_000, 712_345_678, -7_123_457),
        (1, 50_000_000, 1),  # 0.00005 rounds half up
    ],
)
def test_foreign_amounts_are_converted_once(quantity: int, rate: int, expected: int) -> None:
    assert converted(quantity, rate) == expected


def test_an_amount_too_large_for_the_currency_of_the_books_is_refused() -> None:
    largest = 999_999_999_999_999
    assert converted(largest // 3, 3 * 10**8) == largest
    with pytest.raises(Refusal):
        converted(largest, 2 * 10**8)


class AnyHistory(TestCase):
    """Whatever is told, taken back and told again: ledger = replay, and a rebuild changes nothing."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["open", "reprice", "reverse", "close"]), st.integers(0, 10**9), st.booleans()),
            max_size=12,
        )
    )
    def test_ledger_equals_replay(self, steps: list[tuple[str, int, bool]]) -> None:
        entries: list[Recorded] = []
        closed = date(2026, 1, 1)
        for kind, number, unknown in steps:
            amount = None if unknown else Decimal(number).scaleb(-4)
            if kind == "open":
                entries.append(tell(Opened(deal_id=number, person_id=None, amount=amount), date(2026, 1, 5)))
            elif kind == "reprice":
                fact = Repriced(deal_id=1, person_id=None, amount=amount, amount_from=Decimal(5))
                entries.append(tell(fact, date(2026, 1, 7)))
            elif kind == "reverse" and entries:
                entries.append(reverse(entries.pop(number % len(entries))))
            elif kind == "close" and closed < date(2026, 2, 20):
                closed = date.fromordinal(closed.toordinal() + 1 + number % 20)
                close_through(closed, by=None, at=AT, today=date(2026, 3, 20))
        assert reconcile().clean
        before = lines()
        rebuild()
        assert lines() == before
