"""Logging a follow-up: on a deal with its next step, on a customer with a task; once, both or neither."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from xiaoguan.deals.actions import follow_up
from xiaoguan.deals.models import Deal
from xiaoguan.deals.tests.views_world import World, booked, text_of
from xiaoguan.journal.kinds import CUSTOMER, DEAL
from xiaoguan.journal.models import Entry
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.calendar.actions import NewActivity
from xiaoguan.services.calendar.models import Activity, Task

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return World()


def said(**more: Any) -> dict[str, Any]:
    return {"once": uuid.uuid4(), "kind": "visit", "text": "价格谈妥", **more}


def customer_log(world: World) -> str:
    return f"/calendar/about/{CUSTOMER}/{world.hers.pk}/log/"


class TestOnADeal:
    def test_the_activity_counts_and_the_next_step_is_the_deals_own(self, world: World) -> None:
        deal, day = world.open(), world.today + timedelta(days=3)
        answer = world.as_("lin").send(f"/deals/{deal.pk}/log/", **said(next_step="送合同", next_on=day))
        deal.refresh_from_db()
        assert (deal.next_step, deal.next_step_on) == ("送合同", day)
        assert answer.headers["HX-Trigger"] == "calendar-changed, deal-changed"
        row = Activity.objects.get()
        assert (row.kind, row.about_kind, row.about_id) == ("visit", DEAL, deal.pk)
        assert (row.customer_id, row.member_id, row.text) == (world.hers.pk, world.cast.lin.pk, "价格谈妥")
        assert booked("activity") == (0, 1)
        assert not Task.objects.exists()

    def test_a_second_sending_logs_nothing_and_leaves_what_came_after(self, world: World) -> None:
        deal, form = world.open(), said(next_step="送合同")
        lin = world.as_("lin")
        lin.send(f"/deals/{deal.pk}/log/", **form)
        Deal.objects.filter(pk=deal.pk).update(next_step="已改为别的")
        assert lin.send(f"/deals/{deal.pk}/log/", **form).status_code == 200
        deal.refresh_from_db()
        assert (Activity.objects.count(), booked("activity")[1], deal.next_step) == (1, 1, "已改为别的")

    def test_other_words_under_the_same_form_are_not_dropped(self, world: World) -> None:
        deal, form = world.open(), said()
        lin = world.as_("lin")
        lin.send(f"/deals/{deal.pk}/log/", **form)
        lin.send(f"/deals/{deal.pk}/log/", **{**form, "text": "价格谈妥，另送一台"})
        assert sorted(Activity.objects.values_list("text", flat=True)) == ["价格谈妥", "价格谈妥，另送一台"]

    def test_an_empty_next_step_leaves_the_present_one(self, world: World) -> None:
        deal = world.open(next_step="打样")
        world.as_("lin").send(f"/deals/{deal.pk}/log/", **said())
        deal.refresh_from_db()
        assert deal.next_step == "打样"

    def test_both_or_neither(self, world: World) -> None:
        gone = NewActivity(
            kind="call", about_kind=DEAL, about_id=10**6, member_id=world.cast.lin.pk, happened_at=timezone.now()
        )
        with pytest.raises(Refusal):
            follow_up(
                gone, next_step="x", next_step_on=None, once=str(uuid.uuid4()), by=world.cast.lin, at=timezone.now()
            )
        assert not Activity.objects.exists()
        assert not Entry.objects.filter(dedupe_key__startswith="activity.logged").exists()

    @pytest.mark.parametrize(("who", "status"), [("lin", 200), ("shen", 200), ("wang", 404), ("qian", 403)])
    def test_who_may(self, world: World, who: str, status: int) -> None:
        deal = world.open()
        assert world.as_(who).send(f"/deals/{deal.pk}/log/", **said()).status_code == status
        assert Activity.objects.count() == (1 if status == 200 else 0)

    def test_a_closed_deal_takes_no_next_step(self, world: World) -> None:
        deal = world.open()
        Deal.objects.filter(pk=deal.pk).update(state=Deal.State.LOST, closed_on=world.today)
        lin = world.as_("lin")
        assert 'name="next_step"' not in text_of(lin.part(f"/deals/{deal.pk}/log/"))
        lin.send(f"/deals/{deal.pk}/log/", **said(next_step="再试"))
        deal.refresh_from_db()
        assert (deal.next_step, Activity.objects.count()) == ("", 1)


class TestOnACustomer:
    def test_the_next_step_becomes_a_task_of_the_one_who_logged(self, world: World) -> None:
        day = world.today + timedelta(days=1)
        form = said(next_step="寄样品", next_on=day)
        lin = world.as_("lin")
        assert lin.send(customer_log(world), **form).headers["HX-Trigger"] == "calendar-changed"
        lin.send(customer_log(world), **form)
        task = Task.objects.get()
        assert (task.title, task.due_on, task.owner_id) == ("寄样品", day, world.cast.lin.pk)
        assert (task.about_kind, task.about_id, task.customer_id) == (CUSTOMER, world.hers.pk, world.hers.pk)
        assert Activity.objects.get().customer_id == world.hers.pk

    def test_it_happened_now_unless_a_moment_is_chosen(self, world: World) -> None:
        before = timezone.now()
        lin = world.as_("lin")
        lin.send(customer_log(world), **said())
        lin.send(customer_log(world), **said(happened_at="2026-01-05T10:30"))
        chosen, now = Activity.objects.order_by("happened_at")
        assert now.happened_at >= before
        assert timezone.localtime(chosen.happened_at).strftime("%Y-%m-%d %H:%M") == "2026-01-05 10:30"

    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"text": "  "}, "Say in a few words what came of it."),
            ({"next_step": "寄样品"}, "By when?"),
            ({"next_on": "2030-01-01"}, "Say what will be done on that day."),
            ({"next_step": "x", "next_on": "0001-01-01"}, "Choose a day between 1990 and 2199."),
            ({"kind": "dance"}, "is not one of the available choices"),
            ({"happened_at": "2199-01-01T00:00"}, "This has not happened yet."),
            ({"happened_at": "no moment"}, "Enter a valid date"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
        self, world: World, more: dict[str, str], words: str
    ) -> None:
        form = said(**more)
        answer = world.as_("lin").send(customer_log(world), **form)
        assert answer.status_code == 422
        body = text_of(answer)
        assert words in body
        assert str(form["once"]) in body
        assert form["text"].strip() in body
        assert not Activity.objects.exists()

    def test_without_htmx_it_leads_back_to_the_record(self, world: World) -> None:
        answer = world.as_("lin").post(customer_log(world), **said())
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/customers/{world.hers.pk}/")
        assert "<html" in text_of(world.as_("lin").get(customer_log(world)))

    @pytest.mark.parametrize("key", ["", "no-key", "\x00"])
    def test_a_form_without_its_key_is_refused(self, world: World, key: str) -> None:
        assert world.as_("lin").send(customer_log(world), **{**said(), "once": key}).status_code == 422
