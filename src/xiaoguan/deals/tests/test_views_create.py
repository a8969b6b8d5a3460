"""Opening a deal: what people type, once, for a customer they may see, for an owner they may name."""

import uuid
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from xiaoguan.deals.models import Deal
from xiaoguan.deals.tests.views_world import World, booked, text_of
from xiaoguan.ledger.closing import close_through
from xiaoguan.org.models import ExchangeRate

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def typed(world: World, **more: Any) -> dict[str, Any]:
    """What a browser sends of the form as it is shown, with some fields filled in."""
    return {
        "once": uuid.uuid4(),
        "name": "视觉检测线一期",
        "customer_name": "",
        "customer": "",
        "product": "",
        "amount": "",
        "due_on": "",
        "next_step": "",
        "next_step_on": "",
        "stage": world.stages[0].pk,
        "source": "",
        "opened_on": world.today,
        "tax": 0,
        "currency": "CNY",
        "owner": world.cast.lin.pk,
    } | more


def test_a_deal_with_little_to_say(world: World) -> None:
    answer = world.as_("lin").post("/deals/new/", **typed(world))
    deal = Deal.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/deals/{deal.pk}/")
    assert (deal.name, deal.owner_id, deal.amount, deal.state) == ("视觉检测线一期", world.cast.lin.pk, None, 1)
    assert booked("pipeline") == (Decimal(0), 1)
    assert booked("pipeline_unknown")[1] == 1
    assert booked("new_deals")[1] == 1


def test_a_deal_with_everything(world: World) -> None:
    due = world.today + timedelta(days=30)
    filled = typed(
        world,
        customer=world.hers.pk,
        product=world.product.pk,
        source=world.source.pk,
        amount="12.5万",
        due_on=due,
        next_step="拜访",
        next_step_on=due,
        tax=1,
        stage=world.stages[1].pk,
    )
    assert world.as_("lin").post("/deals/new/", **filled).status_code == 302
    deal = Deal.objects.get()
    assert (deal.amount, deal.due_on, deal.next_step, deal.tax) == (Decimal(125_000), due, "拜访", 1)
    assert (deal.customer_id, deal.product_id, deal.source_id) == (world.hers.pk, world.product.pk, world.source.pk)
    assert booked("pipeline", due_on=due, customer_id=world.hers.pk) == (Decimal(125_000), 1)


def test_the_same_form_opens_one_deal(world: World) -> None:
    filled, browser = typed(world), world.as_("lin")
    first, second = browser.post("/deals/new/", **filled), browser.post("/deals/new/", **filled)
    assert first["Location"] == second["Location"]
    assert Deal.objects.count() == 1
    # Another person's form with the same key is his own.
    other = world.as_("wang").post("/deals/new/", **filled | {"owner": world.cast.wang.pk})
    assert other["Location"] != first["Location"]
    assert Deal.objects.count() == 2


def test_each_form_has_a_key_of_its_own(world: World) -> None:
    browser = world.as_("lin")
    keys = {text_of(browser.get("/deals/new/")).split('name="once" value="')[1][:36] for _each in range(2)}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "This field is required"),
        ("name", "x" * 201, "at most 200"),
        ("name", "a\x07b", "control characters"),
        ("amount", "about ten", "cannot be read as an amount"),
        ("amount", "-1", "cannot be below zero"),
        ("amount", "999999999999", "cannot be read as an amount"),
        ("due_on", "2026-13-01", "valid date"),
        ("owner", "0", "valid choice"),
        ("stage", "999", "valid choice"),
        ("currency", "XXX", "valid choice"),
        ("tax", "7", "valid choice"),
        ("once", "not-a-uuid", ""),
        ("product", "1' OR 1=1", "valid choice"),
    ],
)
def test_what_cannot_be_read_is_kept_and_explained(world: World, field: str, value: str, words: str) -> None:
    answer = world.as_("lin").post("/deals/new/", **typed(world, **{field: value}))
    assert answer.status_code == 422
    assert words in text_of(answer)
    if field != "name":
        assert "视觉检测线一期" in text_of(answer)
    assert Deal.objects.count() == 0


def test_days_that_do_not_fit(world: World) -> None:
    browser = world.as_("lin")
    tomorrow, yesterday = world.today + timedelta(days=1), world.today - timedelta(days=1)
    assert "in the future" in text_of(browser.post("/deals/new/", **typed(world, opened_on=tomorrow)))
    assert "before the deal was opened" in text_of(browser.post("/deals/new/", **typed(world, due_on=yesterday)))
    assert Deal.objects.count() == 0


def test_the_customer_by_name(world: World) -> None:
    browser = world.as_("lin")
    browser.post("/deals/new/", **typed(world, customer_name=" 宁波海铭 "))
    assert Deal.objects.get().customer_id == world.hers.pk
    unknown = browser.post("/deals/new/", **typed(world, customer_name="没有这家"))
    assert unknown.status_code == 422
    assert "No customer of yours is called" in text_of(unknown)
    world.customer("宁波海铭", world.cast.lin)
    twice = browser.post("/deals/new/", **typed(world, customer_name="宁波海铭"))
    assert "Several customers are called" in text_of(twice)
    picked = browser.post("/deals/new/", **typed(world, customer_name="宁波海铭", customer=world.hers.pk))
    assert picked.status_code == 302


def test_a_customer_that_the_person_may_not_see_is_not_there(world: World) -> None:
    browser = world.as_("lin")
    for given in ({"customer_name": "东莞联岳"}, {"customer": world.his.pk}, {"customer": 10**14}):
        answer = browser.post("/deals/new/", **typed(world, **given))
        assert answer.status_code == 422
    assert "东莞联岳" not in text_of(browser.get("/deals/new/", customer=world.his.pk))
    assert "宁波海铭" in text_of(browser.get("/deals/new/", customer=world.hers.pk))
    assert Deal.objects.count() == 0


def test_the_owner_is_somebody_within_reach(world: World) -> None:
    refused = world.as_("lin").post("/deals/new/", **typed(world, owner=world.cast.wang.pk))
    assert refused.status_code == 422
    boss = world.as_("shen")
    assert boss.post("/deals/new/", **typed(world, owner=world.cast.wang.pk)).status_code == 302
    assert boss.post("/deals/new/", **typed(world, owner=world.cast.zhou.pk)).status_code == 422
    assert Deal.objects.get().owner_id == world.cast.wang.pk


def test_who_may_not_open_deals(world: World) -> None:
    for who in ("qian", "sun"):
        assert world.as_(who).get("/deals/new/").status_code == 403
        assert world.as_(who).post("/deals/new/", **typed(world)).status_code == 403
    assert "/deals/new/" not in text_of(world.as_("qian").get("/deals/"))


def test_another_currency(world: World) -> None:
    ExchangeRate.objects.create(currency="USD", on_date=world.today - timedelta(days=5), rate=Decimal("7.2"))
    filled = typed(world, amount="US$1,000", currency="USD")
    assert world.as_("lin").post("/deals/new/", **filled).status_code == 302
    assert booked("pipeline") == (Decimal(7_200), 1)
    assert "US$1,000" in text_of(world.as_("lin").get("/deals/"))
    assert "¥7,200.00" in text_of(world.as_("lin").get("/deals/")), "the sum is in company currency"


def test_a_deal_opened_in_a_closed_period(world: World) -> None:
    closed = world.today - timedelta(days=20)
    close_through(closed, by=None, at=timezone.now(), today=world.today)
    filled = typed(world, opened_on=closed, amount="1000")
    asked = world.as_("lin").post("/deals/new/", **filled)
    assert asked.status_code == 422
    assert "will be counted on" in text_of(asked)
    first_open = closed + timedelta(days=1)
    assert world.as_("lin").post("/deals/new/", **filled, counted_on=first_open).status_code == 302
    assert booked("pipeline", on_date=first_open) == (Decimal(1000), 1)
