"""The two ways of writing the demo company lead to the same books and tables; the books are right."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.infrastructure.databases import connected
from xiaoguan.config import demo
from xiaoguan.config.demo import writing
from xiaoguan.config.demo.sizes import Size
from xiaoguan.crm.actions import NewCustomer, create_customers
from xiaoguan.crm.models import Customer
from xiaoguan.deals.models import ClosedSum, Deal
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.ledger.models import Posting
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.lib.indexes import without_indexes
from xiaoguan.org.models import Member
from xiaoguan.org.tree import UnitTree
from xiaoguan.services.calendar.models import Activity, Task
from xiaoguan.services.jobs.models import Delivery

BOTH = pytest.mark.both_databases

AS_OF = date(2026, 11, 23)
# Salts and versions are random on purpose.
_RANDOM = {"password", "token"}


def rows() -> dict[str, list[tuple]]:
    """Every row of every table of ours, but for sums: how far they are gathered is nobody's business, and a proof
    compares them with the deals."""
    result = {}
    for model in apps.get_models():
        if model.__module__.startswith("xiaoguan.") and model is not ClosedSum:
            names = [field.attname for field in model._meta.concrete_fields if field.attname not in _RANDOM]
            result[model._meta.db_table] = sorted(model._default_manager.values_list(*names), key=repr)
    return result


@pytest.fixture
def an_empty_one(empty_original, django_db_blocker):
    @contextmanager
    def use() -> Iterator[None]:
        database = empty_original.copy()
        try:
            with connected(database, django_db_blocker):
                yield
        finally:
            database.drop()

    return use


@BOTH
def test_bulk_leads_to_what_the_actions_lead_to_field_by_field(an_empty_one):
    """Ids included: both carry the steps out in the same order."""
    with an_empty_one():
        demo.fill(AS_OF, size="tiny", seed=2, by_actions=True)
        by_actions = rows()
    with an_empty_one():
        demo.fill(AS_OF, size="tiny", seed=2)
        in_bulk = rows()
    assert len(by_actions["deals_deal"]) == 150
    assert len(by_actions["journal_entry"]) > 1_000 < len(by_actions["ledger_posting"])
    for table, expected in by_actions.items():
        assert in_bulk[table] == expected, table


def test_what_is_taken_back_and_handed_over_is_equal_too(an_empty_one, monkeypatch):
    """Mistakes, customers who come back and leavers are rare: this company has all of them."""
    some = Size(teams=(2,), sellers=10, customers=60, deals=250, activities=0.3)
    monkeypatch.setitem(demo.SIZES, "some", some)
    with an_empty_one():
        demo.fill(AS_OF, size="some", seed=7, by_actions=True)
        by_actions = rows()
    with an_empty_one():
        demo.fill(AS_OF, size="some", seed=7)
        in_bulk = rows()
        kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {2, 402, 506} <= kinds, "reversed, customer and deal handed over"
    assert {510, 511} & kinds, "customers who came back"
    for table, expected in by_actions.items():
        assert in_bulk[table] == expected, table


@BOTH
def test_indexes_left_off_are_back_and_the_books_are_right(fresh_db, monkeypatch):
    monkeypatch.setattr(writing, "_MANY", 0)
    before = _index_names()
    demo.fill(AS_OF, size="tiny")
    assert _index_names() == before
    report = reconcile()
    assert report.clean, report.differences
    assert report.entries > 1_000
    assert set(Entry.objects.values_list("origin", flat=True)) == {Origin.DEMO}
    assert not Delivery.objects.exists(), "the demo company owes nobody anything"


def _index_names() -> set[str]:
    with connection.cursor() as cursor:
        table = "sqlite_master WHERE type = 'index'" if connection.vendor == "sqlite" else "pg_indexes"
        column = "name" if connection.vendor == "sqlite" else "indexname"
        cursor.execute(f"SELECT {column} FROM {table}")
        return {name for (name,) in cursor.fetchall()}


@BOTH
def test_indexes_are_left_off_in_between_and_only_inside_a_transaction(fresh_db):
    before = _index_names()
    with transaction.atomic(), without_indexes(connection, [Deal], keep=("deal_owner",)):
        gone = before - _index_names()
    assert {"deal_state", "deal_customer", "deal_external_id"} <= gone
    assert "deal_owner" not in gone
    assert _index_names() == before
    with pytest.raises(RuntimeError), without_indexes(connection, [Deal]):
        pass


@BOTH
def test_after_it_people_go_on_where_it_ended(fresh_db):
    demo.fill(AS_OF, size="tiny")
    last = Customer.objects.order_by("-pk").first().pk
    at = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
    (pk,) = create_customers([NewCustomer(name="新来的客户")], by=None, at=at)
    assert pk == last + 1


@BOTH
def test_a_customers_story_is_in_the_order_of_its_days(fresh_db):
    demo.fill(AS_OF, size="tiny")
    last: dict[int, datetime] = {}
    told = Entry.objects.filter(customer_id__isnull=False).order_by("id")
    for customer, recorded_at, occurred_at in told.values_list("customer_id", "recorded_at", "occurred_at"):
        assert occurred_at == recorded_at
        assert recorded_at >= last.get(customer, recorded_at)
        last[customer] = recorded_at
    assert len(last) == Customer.objects.count()


@BOTH
def test_the_homes_have_something_true_to_say(fresh_db):
    demo.fill(AS_OF, size="tiny")
    rep, manager = (Member.objects.get(username=name) for name in ("rep", "manager"))
    team = UnitTree.load().persons_of([UnitTree.load().unit_of(manager.pk, AS_OF)], AS_OF)
    assert rep.pk in team
    hers, theirs = (Deal.objects.filter(state=Deal.State.OPEN, owner_id__in=ids) for ids in ([rep.pk], team))
    assert hers.exists()
    assert theirs.filter(next_step="").exists(), "no next step"
    assert theirs.filter(stage_since__lt=AS_OF - timedelta(days=60)).exists(), "stuck"
    open_tasks = Task.objects.filter(owner=rep, done_at=None)
    assert open_tasks.filter(due_on__lt=AS_OF).exists(), "overdue"
    assert open_tasks.filter(due_on=AS_OF).exists(), "today"
    assert open_tasks.filter(due_on__gt=AS_OF).count() >= 3
    assert Task.objects.filter(owner=rep, done_at__isnull=False).exists()
    year = Deal.objects.filter(state=Deal.State.WON, closed_on__gte=date(2026, 1, 1))
    assert year.filter(owner_id__in=team).exists()
    calls = Activity.objects.filter(happened_at__gte=datetime.fromisoformat("2026-09-01T00:00:00+08:00"))
    assert calls.filter(member=rep).exists()
    assert Customer.objects.exclude(pk__in=calls.values("customer_id")).exists(), "silent"


@BOTH
def test_postings_are_those_of_the_rules(fresh_db):
    """Not invented: a wrong line of the rules shows in the demo company as well (and reconcile stays clean)."""
    demo.fill(AS_OF, size="tiny")
    won = Deal.objects.filter(state=Deal.State.WON)
    posted = Posting.objects.filter(account=10)
    assert sum(posted.values_list("units", flat=True)) == won.count()
    assert sum(posted.values_list("quantity", flat=True)) == sum(int(deal.amount * 10_000) for deal in won)
