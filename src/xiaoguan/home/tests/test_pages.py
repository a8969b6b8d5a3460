"""The homes of the cast: what each says, who sees which, and what needs whom."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.crm.actions import NewCustomer, create_customers
from xiaoguan.crm.queries.attention import silent, silent_count
from xiaoguan.deals.actions import Amendment, Close, NewDeal, amend_deals, create_deals, win_deals
from xiaoguan.deals.queries import attention
from xiaoguan.deals.queries.open_deals import open_deals
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.home import needs
from xiaoguan.home.queries.company import company_page
from xiaoguan.home.queries.day import day_page
from xiaoguan.home.queries.team import team_page
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.days import company_day
from xiaoguan.services.calendar.actions import NewActivity, NewTask, create_tasks, log_activities

pytestmark = pytest.mark.django_db
TODAY = company_day(timezone.now())


@pytest.fixture
def cast(db: None) -> Cast:
    return hire(password=None)


def ago(days: int) -> Any:
    return timezone.now() - timedelta(days=days)


def a_deal(cast: Cast, who: str, days: int, amount: int | None, **values: Any) -> int:
    stages = list(ensure_pipeline().stages.order_by("position"))
    new = NewDeal(
        name=values.pop("name", "视觉检测线"), owner_id=cast.members[who].pk, pipeline_id=stages[0].pipeline_id,
        stage_id=stages[0].pk, opened_on=TODAY - timedelta(days=days),
        amount=None if amount is None else Decimal(amount), **values,
    )  # fmt: skip
    return create_deals([new], by=cast.members[who], at=ago(days))[0]


def body(cast: Cast, who: str, path: str = "/", status: int = 200) -> str:
    client = Client()
    client.force_login(cast.members[who])
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == status, path
    return answer.content.decode()


def test_what_needs_somebody_comes_by_the_money_at_stake(cast: Cast) -> None:
    a_deal(cast, "lin", 40, 100, name="small and resting", next_step="call")
    a_deal(cast, "wang", 2, 900, name="large without step")
    a_deal(cast, "wang", 2, 5000, name="fine", next_step="visit")
    a_deal(cast, "lin", 30, 7000, name="a month is not too long", next_step="visit")
    a_deal(cast, "zhou", 99, 9999, name="another team's")
    found = needs.waiting(cast.shen, {cast.lin.pk, cast.wang.pk}, TODAY)
    assert [need.title for need in found.first] == ["large without step", "small and resting"]
    assert found.total == 2


def test_nobody_sees_needs_beyond_his_scope(cast: Cast) -> None:
    a_deal(cast, "zhou", 99, 9999, name="another team's")
    everybody = {member.pk for member in cast.members.values()}
    assert needs.waiting(cast.shen, everybody, TODAY).total == 0
    assert needs.waiting(cast.zhao, everybody, TODAY).total == 1


def test_the_list_pages_through_everything_once(cast: Cast) -> None:
    pks = {a_deal(cast, "lin", 1, amount) for amount in (5, 5, None, 7, 0)}
    deals = open_deals(cast.lin, [cast.lin.pk], TODAY)
    seen: list[int] = []
    after = ""
    for _page in range(5):
        (item, *_more) = attention.worst(deals, most=1, after=after)
        seen.append(item.deal.pk)
        after = item.place
    assert set(seen) == pks
    assert not attention.worst(deals, most=1, after=after)
    assert [item.deal.amount for item in attention.worst(deals, most=9)][:3] == [7, 5, 5]


def test_a_customer_is_silent_after_thirty_days_without_a_word(cast: Cast) -> None:
    quiet, spoken, fresh, gone = create_customers(
        [NewCustomer(name=name, owner_id=cast.lin.pk) for name in ("quiet", "spoken", "fresh", "nothing to lose")],
        by=cast.lin, at=ago(90),
    )  # fmt: skip
    a_deal(cast, "lin", 60, 100, customer_id=quiet)
    a_deal(cast, "lin", 60, 100, customer_id=spoken)
    a_deal(cast, "lin", 10, 100, customer_id=fresh)
    for customer, days in ((quiet, 31), (spoken, 29), (gone, 80)):
        told = NewActivity(
            kind="call", about_kind=CUSTOMER, about_id=customer, customer_id=customer, member_id=cast.lin.pk,
            happened_at=ago(days), text="x",
        )  # fmt: skip
        log_activities([told], by=cast.lin, at=ago(days))
    assert [item.customer.name for item in silent(cast.shen, {cast.lin.pk}, TODAY, most=5)] == ["quiet"]
    assert silent_count({cast.lin.pk}, TODAY) == 1


def test_a_day_says_what_it_means_and_lights_what_is_next(cast: Cast) -> None:
    a_deal(cast, "lin", 1, 100)
    create_tasks(
        [NewTask(title="today", due_on=TODAY, owner_id=cast.lin.pk),
         NewTask(title="late", due_on=TODAY - timedelta(days=3), owner_id=cast.lin.pk)],
        by=cast.lin, at=ago(4),
    )  # fmt: skip
    page = day_page(cast.lin, timezone.now(), TODAY)
    assert [(slot.title, slot.state) for slot in page.slots] == [("today", "next")]
    assert [(slot.title, slot.late) for slot in page.late] == [("late", 3)]
    assert page.stop is not None
    assert page.stop.slot.title == "today"
    assert page.no_step == 1
    text = body(cast, "lin")
    assert "1 thing to do today, 1 overdue, 1 deal without a next step" in text


def test_the_footer_is_worked_out_at_its_own_level_and_the_movement_adds_up(cast: Cast) -> None:
    for who, amount in (("lin", 300), ("wang", 500)):
        pk = a_deal(cast, who, 5, amount)
        win_deals([Close(deal_id=pk, on=TODAY, amount=Decimal(amount))], by=cast.members[who], at=timezone.now())
    a_deal(cast, "lin", 1, 70, due_on=TODAY, next_step="visit")
    a_deal(cast, "wang", 1, 9000, due_on=TODAY + timedelta(days=800))
    page = team_page(cast.shen, timezone.now(), TODAY, "year")
    assert [line.label for line in page.table.lines][:2] == ["王浩然", "林晓雯"]
    assert page.table.total[0].value == 800
    assert page.table.resting.no_step == sum(line.resting.no_step for line in page.table.lines) == 1
    lines = page.moved.picture.lines
    assert lines[0].value + sum(line.value for line in lines[1:-1]) == lines[-1].value == 70
    assert page.figures[1].shown.value == 70, "what should close in the year, not all that is open"


def test_what_is_put_off_beyond_the_period_moves_out_and_is_a_risk_to_the_director(cast: Cast) -> None:
    kept, put_off = (a_deal(cast, "lin", 20, amount, due_on=TODAY, next_step="visit") for amount in (70, 30))
    later = Amendment(deal_id=put_off, due_on=TODAY + timedelta(days=800))
    amend_deals([later], by=cast.lin, at=timezone.now())
    page = team_page(cast.shen, timezone.now(), TODAY, "year")
    lines = page.moved.picture.lines
    assert [(line.why, line.value) for line in lines[1:-1]] == [("redated_out", -30)]
    assert (lines[0].value, lines[-1].value) == (100, 70)
    assert [deal.amount for deal in page.moved.deals] == [-30]
    opened = body(cast, "shen", lines[1].href)
    assert f"/deals/{put_off}/" in opened
    assert f"/deals/{kept}/" not in opened
    text = body(cast, "gu", "/?period=year")
    assert "1 deal was put off beyond" in text


def test_the_director_reads_what_could_go_wrong_with_its_weight(cast: Cast) -> None:
    a_deal(cast, "lin", 99, 300, name="rests", next_step="call")
    a_deal(cast, "wang", 2, 100, name="no step", due_on=TODAY - timedelta(days=1))
    page = company_page(cast.members["gu"], timezone.now(), TODAY, "quarter")
    said = {risk.icon: risk.evidence for risk in page.risks}
    assert "75" in said["hourglass"], "300 of 400"
    assert "25" in said["alert-circle"]
    assert "25" in said["calendar"]
    for risk in page.risks:
        assert body(cast, "gu", risk.url)


def test_a_period_in_which_nothing_is_due_says_so(cast: Cast) -> None:
    a_deal(cast, "lin", 1, 70, due_on=TODAY + timedelta(days=800))
    assert 'id="moved-nothing"' in body(cast, "shen")
    assert 'id="moved-nothing"' in body(cast, "gu"), "but the page is not empty"


def test_the_trend_shows_the_present_month_as_far_as_it_has_come(cast: Cast) -> None:
    won = [a_deal(cast, "lin", 50, 7000), a_deal(cast, "wang", 50, 300)]
    win_deals([Close(deal_id=won[0], on=TODAY, amount=Decimal(7000))], by=cast.members["lin"], at=timezone.now())
    win_deals(
        [Close(deal_id=won[1], on=TODAY - timedelta(days=40), amount=Decimal(300))],
        by=cast.members["wang"],
        at=timezone.now(),
    )
    trend = company_page(cast.members["gu"], timezone.now(), TODAY, "quarter").trend.series[0].values
    assert sum(value or 0 for value in trend) == 7300
    assert trend[-1] == 7000


def test_empty_homes_offer_first_steps(cast: Cast) -> None:
    assert "Enter your first customer" in body(cast, "lin")
    assert "Open the first deal" in body(cast, "gu")
    assert "Nothing waits for you" in body(cast, "shen")
    assert "What can I do here?" in body(cast, "sun")


@pytest.mark.parametrize("view", ["day", "team", "company", "office", "x", "%00", "9" * 400])
def test_an_address_shows_only_homes_of_ones_own(cast: Cast, view: str) -> None:
    assert 'id="waits"' in body(cast, "sun", f"/?view={view}&period={view}")


@pytest.mark.parametrize(
    "query",
    [
        "kind=x", "person=999999999999999999", "person=-1", "after=nan|1", "after=x|y", "kind=tasks&after=-5",
        "kind=leavers", "why=x", "kind=deals&after=1e999|3",
    ],
)  # fmt: skip
def test_whatever_the_address_of_the_list_says(cast: Cast, query: str) -> None:
    body(cast, "lin", f"/needs/?{query}")
    body(cast, "sun", f"/needs/?{query}", status=403)
