"""Activities and tasks: what is written, told, counted, refused; the tasks that follow from deals."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from tests.cast import Cast, hire
from xiaoguan.journal.facts.calendar import TaskCreated
from xiaoguan.journal.facts.deals import DealTransferred, DealWon
from xiaoguan.journal.facts.general import MISTAKE
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.journal.models import Entry, Origin, PrivateValue
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.ledger.reconcile import account_totals, reconcile
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.calendar.actions import (
    ActivityChange,
    NewActivity,
    NewTask,
    TaskChange,
    amend_activities,
    amend_tasks,
    complete_tasks,
    create_tasks,
    log_activities,
    reopen_tasks,
    take_back_activities,
)
from xiaoguan.services.calendar.models import Activity, Task
from xiaoguan.services.calendar.reactions import after_sales_task, hand_over_task

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


def call(cast: Cast, *, at: datetime = AT, **values: object) -> NewActivity:
    said = {"kind": "call", "about_kind": CUSTOMER, "about_id": 7, "customer_id": 7, "member_id": cast.lin.pk}
    return NewActivity(**{**said, "happened_at": at, **values})  # type: ignore[arg-type]


class TestActivities:
    def test_it_counts_one_for_the_member_on_its_company_day(self, cast: Cast) -> None:
        late = datetime(2026, 3, 1, 17, tzinfo=UTC)  # one in the morning of 2 March in Shanghai
        log_activities([call(cast, at=late, minutes=20, text="报价")], by=cast.lin, at=AT)
        entry = Entry.objects.order_by("-id")[0]
        assert (entry.on_date, entry.occurred_at, entry.customer_id) == (date(2026, 3, 2), late, 7)
        assert entry.stamp["units"] == {str(cast.lin.pk): cast.units["east_one"].pk}
        assert "报价" not in str(entry.payload)
        assert account_totals()["activity"] == (0, 1)

    @pytest.mark.parametrize("values", [{"at": AT + timedelta(seconds=1)}, {"minutes": -1}, {"minutes": 1441}])
    def test_what_cannot_have_happened(self, cast: Cast, values: dict[str, object]) -> None:
        with pytest.raises(Refusal):
            log_activities([call(cast), call(cast, **values)], by=cast.lin, at=AT)  # type: ignore[arg-type]
        assert not Activity.objects.exists()

    def test_an_unknown_kind_is_an_error(self, cast: Cast) -> None:
        with pytest.raises(ValueError, match="dance"):
            log_activities([call(cast, kind="dance")], by=cast.lin, at=AT)

    def test_better_words_count_nothing_and_the_same_words_tell_nothing(self, cast: Cast) -> None:
        (pk,) = log_activities([call(cast, text="a")], by=cast.lin, at=AT)
        change = ActivityChange(activity_id=pk, kind="visit", minutes=60, text="b")
        assert len(amend_activities([change], by=cast.lin, at=AT)) == 1
        assert amend_activities([change], by=cast.lin, at=AT) == []
        assert account_totals()["activity"] == (0, 1)

    def test_taken_back_it_no_longer_counts(self, cast: Cast) -> None:
        (pk,) = log_activities([call(cast)], by=cast.lin, at=AT)
        take_back_activities([pk], reason=MISTAKE, by=cast.lin, at=AT)
        assert account_totals()["activity"] == (0, 0)
        assert reconcile().clean
        with pytest.raises(Refusal):
            take_back_activities([pk], reason=MISTAKE, by=cast.lin, at=AT)


def task(cast: Cast, **values: object) -> NewTask:
    return NewTask(**{"title": "回电", "due_on": TODAY, "owner_id": cast.lin.pk, **values})  # type: ignore[arg-type]


class TestTasks:
    def test_its_words_stay_out_of_the_payload(self, cast: Cast) -> None:
        create_tasks([task(cast)], by=cast.shen, at=AT)
        entry = Entry.objects.get(kind=TaskCreated.code)
        assert "回电" not in str(entry.payload)
        assert PrivateValue.objects.get(entry_id=entry.pk).new == "回电"
        assert Task.objects.get().created_by_id == cast.shen.pk

    @pytest.mark.parametrize("title", ["", "   ", "x" * 201])
    def test_a_task_says_what_is_to_be_done(self, cast: Cast, title: str) -> None:
        with pytest.raises(Refusal):
            create_tasks([task(cast, title=title)], by=cast.lin, at=AT)

    def test_one_cause_makes_one_task(self, cast: Cast) -> None:
        assert len(create_tasks([task(cast, origin_entry=5)], by=None, at=AT)) == 1
        assert create_tasks([task(cast, origin_entry=5)], by=None, at=AT) == []
        assert len(create_tasks([task(cast), task(cast)], by=None, at=AT)) == 2

    def test_done_not_done_and_done_again(self, cast: Cast) -> None:
        (pk,) = create_tasks([task(cast)], by=cast.lin, at=AT)
        for _ in range(2):
            assert len(complete_tasks([pk], by=cast.lin, at=AT)) == 1
            assert complete_tasks([pk], by=cast.lin, at=AT) == []
            assert Task.objects.get().done_at == AT
            (told,) = reopen_tasks([pk], by=cast.lin, at=AT)
            assert len(told.reverses) == 1
            assert reopen_tasks([pk], by=cast.lin, at=AT) == []
            assert Task.objects.get().done_at is None

    def test_another_day_and_another_owner(self, cast: Cast) -> None:
        (pk,) = create_tasks([task(cast)], by=cast.lin, at=AT)
        change = TaskChange(task_id=pk, title="回电", due_on=TODAY + timedelta(days=2), owner_id=cast.wang.pk)
        (told,) = amend_tasks([change], by=cast.shen, at=AT)
        assert (told.fact.owner_from, told.fact.owner_id, told.fact.renamed) == (cast.lin.pk, cast.wang.pk, False)  # type: ignore[attr-defined]
        assert amend_tasks([change], by=cast.shen, at=AT) == []


def deal_fact(kind: type, cast: Cast, **further: object) -> object:
    return kind(
        deal_id=3, person_id=cast.lin.pk, customer_id=7, product_id=None, product_line_id=None, source_id=None,
        stage_id=None, due_on=None, amount=Decimal(5), currency="CNY", rate=100_000_000, tax=0, **further,
    )  # fmt: skip


def tell(fact: object, *, at: datetime = AT, origin: int = Origin.LIVE, reverses: tuple[int, ...] = ()) -> Recorded:
    with transaction.atomic():
        happening = Happening(fact=fact, on=TODAY, reverses=reverses)  # type: ignore[arg-type]
        return record([happening], by=None, at=at, origin=origin)[0]


def won(cast: Cast, **told: object) -> Recorded:
    fact = deal_fact(DealWon, cast, won_amount=Decimal(5), won_rate=100_000_000, cycle_days=1, stage_days=None)
    return tell(fact, **told)  # type: ignore[arg-type]


class TestReactions:
    def test_a_won_deal_gives_its_owner_an_after_sales_task_a_week_later(self, cast: Cast) -> None:
        entry = won(cast)
        after_sales_task(entry, AT)
        found = Task.objects.get()
        assert (found.owner_id, found.due_on, found.origin_entry) == (cast.lin.pk, date(2026, 3, 9), entry.id)
        assert (found.about_kind, found.about_id, found.customer_id) == (DEAL, 3, 7)

    def test_a_transferred_deal_gives_its_new_owner_a_task(self, cast: Cast) -> None:
        entry = tell(deal_fact(DealTransferred, cast, person_from=cast.wang.pk))
        hand_over_task(entry, AT)
        found = Task.objects.get()
        assert (found.owner_id, found.due_on, found.origin_entry) == (cast.lin.pk, date(2026, 3, 4), entry.id)

    def test_asked_twice_there_is_one_task(self, cast: Cast) -> None:
        entry = won(cast)
        for _ in range(2):
            after_sales_task(entry, AT)
        assert Task.objects.count() == 1

    def test_the_task_is_written_in_its_owners_language(self, cast: Cast) -> None:
        type(cast.lin).objects.filter(pk=cast.lin.pk).update(language="en")
        entry = tell(deal_fact(DealTransferred, cast, person_from=cast.wang.pk))
        hand_over_task(entry, AT)
        assert Task.objects.get().title.startswith("Take over the deal")
