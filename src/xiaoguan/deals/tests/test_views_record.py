"""The page of a deal: its facts and how they are amended, its story in two languages, the customer's panel."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from xiaoguan.deals import policy
from xiaoguan.deals.actions import (
    Amendment,
    Close,
    Reopening,
    amend_deals,
    correct_amounts,
    lose_deals,
    move_deals,
    remove_deals,
    reopen_by_mistake,
    reopen_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import deal_labels, deal_url, deals_seen, deals_unseen, deals_unseen_among
from xiaoguan.deals.queries.history import history
from xiaoguan.deals.queries.record import VERBS, deal_page, usable_verbs
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.deals.tests.views_world import World, booked, text_of
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.base import FACTS
from xiaoguan.journal.sentences import has_words
from xiaoguan.ledger.closing import close_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def titles(world: World, deal: Deal, who: str = "lin", language: str = "en") -> list[str]:
    with translation.override(language):
        return [told.sentence.title for told in history(world.cast.members[who], deal.pk).told]


# Amending ------------------------------------------------------------------------------------------------------------


def test_an_amount_that_changed_counts_from_today(world: World) -> None:
    deal = world.open()
    path = f"/deals/{deal.pk}/edit/amount/"
    assert world.as_("lin").post(path, amount="150000").status_code == 422, "asked: changed, or a typing error?"
    assert world.as_("lin").post(path, amount="15万", how="changed").status_code == 302
    assert booked("pipeline", on_date=world.today) == (Decimal(50_000), 0)
    assert booked("pipeline", on_date=deal.opened_on) == (Decimal(100_000), 1)


def test_the_tab_of_activities_says_when_there_are_none(world: World) -> None:
    deal = world.open()
    page = text_of(world.as_("lin").get(f"/deals/{deal.pk}/", tab="activities"))
    assert "Nothing logged yet" in page
    assert "Show the activities" not in page


def test_a_typing_error_is_corrected_on_its_day(world: World) -> None:
    deal = world.open()
    assert world.as_("lin").post(f"/deals/{deal.pk}/edit/amount/", amount="150000", how="typo").status_code == 302
    assert booked("pipeline", on_date=deal.opened_on) == (Decimal(150_000), 1)
    assert booked("pipeline", on_date=world.today) == (Decimal(0), 0)


def test_a_correction_in_a_closed_period_says_where_it_counts(world: World) -> None:
    deal, browser = world.open(days_ago=40), world.as_("lin")
    path = f"/deals/{deal.pk}/edit/amount/"
    assert "is closed and will be counted" not in text_of(browser.get(path))
    closed = world.today - timedelta(days=20)
    close_through(closed, by=None, at=timezone.now(), today=world.today)
    first_open = closed + timedelta(days=1)
    assert f"before {first_open} is closed" in text_of(browser.get(path))
    assert browser.post(path, amount="150000", how="typo").status_code == 302
    assert booked("pipeline", on_date=first_open) == (Decimal(50_000), 0)


def test_an_amount_that_becomes_known_is_not_asked_about(world: World) -> None:
    deal = world.open(amount=None)
    assert world.as_("lin").post(f"/deals/{deal.pk}/edit/amount/", amount="150000").status_code == 302
    assert booked("pipeline") == (Decimal(150_000), 1)
    assert booked("pipeline_unknown")[1] == 0


def test_the_amount_of_a_closed_deal_can_only_be_corrected(world: World) -> None:
    deal = world.open()
    win_deals([Close(deal_id=deal.pk, on=world.today, amount=Decimal(90_000))], by=world.cast.lin, at=timezone.now())
    assert "Why is it different" not in text_of(world.as_("lin").get(f"/deals/{deal.pk}/edit/amount/"))
    assert world.as_("lin").post(f"/deals/{deal.pk}/edit/amount/", amount="95000").status_code == 302
    assert booked("won") == (Decimal(95_000), 1)


def test_other_facts(world: World) -> None:
    deal, browser, due = world.open(), world.as_("lin"), world.today + timedelta(days=9)
    other = world.customer("启泰新能源", world.cast.lin)
    path = f"/deals/{deal.pk}/edit/"
    for what, values in (
        ("name", {"name": "新名字"}),
        ("due", {"due_on": due}),
        ("next", {"next_step": "送样板", "next_step_on": due}),
        ("customer", {"customer_name": "启泰新能源"}),
        ("product", {"product": world.product.pk}),
        ("source", {"source": world.source.pk}),
    ):
        answer = browser.send(f"{path}{what}/", target=f"fact-{what}", **values)
        assert answer.status_code == 200, what
        assert answer["HX-Retarget"] == "#deal"
    deal.refresh_from_db()
    assert (deal.name, deal.due_on, deal.next_step, deal.next_step_on) == ("新名字", due, "送样板", due)
    assert (deal.customer_id, deal.product_id, deal.source_id) == (other.pk, world.product.pk, world.source.pk)
    assert booked("pipeline", due_on=due, customer_id=other.pk, product_id=world.product.pk) == (Decimal(100_000), 1)
    assert booked("pipeline", customer_id=world.hers.pk) == (Decimal(0), 0)
    assert browser.get(f"{path}owner/").status_code == 404


def test_a_row_answers_with_its_own_small_form(world: World) -> None:
    deal = world.open()
    row = text_of(world.as_("lin").part(f"/deals/{deal.pk}/edit/due/", target="fact-due"))
    assert row.lstrip().startswith("<form")
    assert 'hx-target="#fact-due"' in row
    refused = world.as_("lin").send(f"/deals/{deal.pk}/edit/due/", target="fact-due", due_on="2001-01-01")
    assert refused.status_code == 422
    assert "before the deal was opened" in text_of(refused)
    assert "data-cancel" in text_of(refused)


def test_a_closed_deal_keeps_its_customer(world: World) -> None:
    deal = world.open()
    win_deals([Close(deal_id=deal.pk, on=world.today, amount=None)], by=world.cast.lin, at=timezone.now())
    refused = world.as_("lin").post(f"/deals/{deal.pk}/edit/product/", product=world.product.pk)
    assert refused.status_code == 422
    assert "Re-open it first" in text_of(refused)
    assert f"/deals/{deal.pk}/edit/product/" not in text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))


# The story -----------------------------------------------------------------------------------------------------------


def test_every_fact_about_deals_has_words() -> None:
    assert [kind.__name__ for kind in FACTS.values() if issubclass(kind, facts.Position) and not has_words(kind)] == []


def tell_everything(world: World) -> Deal:
    """A deal to which everything happens that can happen, day by day."""
    lin, day = world.cast.lin, world.today
    deal = world.open(days_ago=30)
    now = timezone.now()
    days = iter(range(29, 0, -1))

    def at() -> dict[str, object]:
        return {"by": lin, "at": now - timedelta(days=next(days))}

    amend_deals([Amendment(deal_id=deal.pk, amount=Decimal(120_000), due_on=day)], **at())
    correct_amounts([(deal.pk, Decimal(125_000))], **at())
    amend_deals([Amendment(deal_id=deal.pk, product_id=world.product.pk, name="新名字")], **at())
    move_deals([(deal.pk, world.stages[2].pk)], **at())
    transfer_deals([(deal.pk, world.cast.wang.pk)], **at())
    transfer_deals([(deal.pk, lin.pk)], **at())
    won_at = at()
    won_on = timezone.localtime(won_at["at"]).date()  # type: ignore[arg-type]  # a datetime
    win_deals([Close(deal_id=deal.pk, on=won_on, amount=Decimal(120_000))], **won_at)
    back_at = at()
    back_on = timezone.localtime(back_at["at"]).date()  # type: ignore[arg-type]  # a datetime
    reopen_deals([Reopening(deal_id=deal.pk, on=back_on)], **back_at)
    lost_at = at()
    lost_on = timezone.localtime(lost_at["at"]).date()  # type: ignore[arg-type]  # a datetime
    lost = Close(deal_id=deal.pk, on=lost_on, amount=Decimal(120_000), reason_id=world.reason.pk)
    lose_deals([lost], **lost_at)
    reopen_by_mistake([deal.pk], **at())
    return Deal.objects.get(pk=deal.pk)


def test_the_story_in_english(world: World) -> None:
    deal = tell_everything(world)
    assert titles(world, deal) == [
        "Taken back as a mistake",
        "Deal lost: Price",
        "Re-opened: the customer came back",
        "Deal won: ¥120,000.00",
        "Transferred to 林晓雯",
        "Transferred to 王浩然",
        "Moved to Negotiation",
        "Changed: Name of the deal",
        "Changed: Product",
        "Corrected: Expected close changed",
        "Corrected: Amount changed",
        "Expected close changed",
        "Amount changed",
        "Deal opened",
    ]


def test_the_story_in_chinese_has_no_english(world: World) -> None:
    deal = tell_everything(world)
    with translation.override("zh-hans"):
        for told in history(world.cast.lin, deal.pk).told:
            words = told.sentence.title + told.sentence.detail + "".join(c.label for c in told.sentence.changes)
            assert not any(letter.isascii() and letter.isalpha() for letter in words), words


def test_a_correction_says_what_was_and_what_is(world: World) -> None:
    deal = tell_everything(world)
    told = {entry.sentence.title: entry for entry in history(world.cast.lin, deal.pk).told}
    corrected = told["Corrected: Amount changed"]
    assert [(c.label, c.old, c.new) for c in corrected.sentence.changes] == [("Amount", "¥120,000.00", "¥125,000.00")]
    mistaken = told["Amount changed"]
    assert mistaken.taken_back is not None
    assert mistaken.taken_back.entry_id == corrected.entry.id
    assert mistaken.taken_back.corrected
    lost = told["Deal lost: Price"].taken_back
    assert lost is not None
    assert (lost.actor, lost.corrected) == ("林晓雯", False)
    assert told["Taken back as a mistake"].sentence.detail == "Deal lost: Price"
    assert told["Deal opened"].taken_back is None


def test_what_is_private_is_among_the_changes(world: World) -> None:
    deal = world.open("旧名字")
    amend_deals([Amendment(deal_id=deal.pk, name="新名字")], by=world.cast.lin, at=timezone.now())
    page = text_of(world.as_("lin").get(f"/deals/{deal.pk}/", tab="changes"))
    assert "旧名字 → <b>新名字</b>" in page


def test_the_day_it_belongs_to_and_what_is_assumed(world: World) -> None:
    deal = world.open(known_assumed=True)
    late = Close(deal_id=deal.pk, on=world.today - timedelta(days=3), amount=None)
    win_deals([late], by=world.cast.lin, at=timezone.now())
    page = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert "belongs to" in page
    assert "when it was known is assumed" in page


def test_a_long_story_comes_in_parts(world: World) -> None:
    deal, doing = world.open(), {"by": world.cast.lin, "at": timezone.now()}
    for number in range(34):
        amend_deals([Amendment(deal_id=deal.pk, next_step=str(number))], **doing)
    first = history(world.cast.lin, deal.pk)
    second = history(world.cast.lin, deal.pk, before=first.next_before)
    assert (len(first.told), len(second.told), second.next_before) == (30, 5, None)
    part = world.as_("lin").part(f"/deals/{deal.pk}/?before={first.next_before}-0")
    assert "Deal opened" in text_of(part)
    assert "<h1>" not in text_of(part)
    for nonsense in ("x", "-1", "9" * 40, "²"):
        assert world.as_("lin").get(f"/deals/{deal.pk}/", before=nonsense, tab=nonsense).status_code == 200


def test_a_record_that_the_reader_may_not_see_has_no_name_in_the_story(world: World) -> None:
    deal = world.open()
    amend_deals([Amendment(deal_id=deal.pk, customer_id=world.his.pk)], by=world.cast.gu, at=timezone.now())
    amend_deals([Amendment(deal_id=deal.pk, customer_id=world.hers.pk)], by=world.cast.gu, at=timezone.now())
    assert "东莞联岳" in text_of(world.as_("gu").get(f"/deals/{deal.pk}/"))
    hers = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert "东莞联岳" not in hers
    assert "one that you may not open" in hers


# The page ------------------------------------------------------------------------------------------------------------


def test_the_way_of_the_deal_says_when_and_how_long(world: World) -> None:
    deal = world.open(days_ago=20)
    at = timezone.now() - timedelta(days=8)
    move_deals([(deal.pk, world.stages[1].pk)], by=world.cast.lin, at=at)
    with translation.override("zh-hans"):
        path = deal_page(world.cast.lin, visible_in_full(world.cast.lin).get(pk=deal.pk), world.today).path
    assert [joint.state for joint in path] == ["done", "now", "", "", "", ""]
    assert (path[0].stay, path[1].stay) == ("12 天", "8 天")
    assert path[-1].label == "赢单"


def test_a_lost_deal_shows_where_it_was_lost(world: World) -> None:
    deal = world.open()
    lost = Close(deal_id=deal.pk, on=world.today, amount=None, reason_id=world.reason.pk)
    lose_deals([lost], by=world.cast.lin, at=timezone.now())
    path = deal_page(world.cast.lin, visible_in_full(world.cast.lin).get(pk=deal.pk), world.today).path
    assert [joint.state for joint in path] == ["lost", "", "", "", "", ""]


def test_a_deal_without_stage_customer_and_amount_has_a_page(world: World) -> None:
    deal = world.open(customer_id=None, stage_id=None, amount=None)
    page = text_of(world.as_("lin").get(f"/deals/{deal.pk}/"))
    assert "not known" in page
    assert "No stage" in page


def test_the_page_is_cheap(world: World) -> None:
    """With its parts: the form to log, the tasks and the contacts."""
    deal = tell_everything(world)
    browser = world.as_("lin")
    browser.get(f"/deals/{deal.pk}/")
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(f"/deals/{deal.pk}/").status_code == 200
    own = [query["sql"] for query in captured if not any(frame in query["sql"] for frame in FRAME)]
    assert len(own) <= 18, "\n".join(own)


FRAME = ("django_session", "org_role", "org_tree_version", "org_company", '"org_member"."password"', "org_holiday")


@pytest.mark.parametrize("who", ["admin", "gu", "he", "qian", "sun", "shen", "lin", "wang", "zhao"])
def test_the_buttons_follow_the_policy(world: World, who: str) -> None:
    member, deal = world.cast.members[who], world.open()
    fitting = {"edit", "win", "lose", "transfer"}
    asked = {verb for verb in VERBS if verb in fitting and getattr(policy, f"may_{verb}")(member, deal)}
    assert usable_verbs(member, deal, world.today) == asked


def test_other_rooms_name_and_open_deals(world: World) -> None:
    deal, gone = world.open("hers"), world.open("gone")
    remove_deals([gone.pk], reason="mistake", by=world.cast.admin, at=timezone.now())
    assert deals_seen(world.cast.lin, [deal.pk, gone.pk, 999]) == {deal.pk: deal.name}
    assert deals_seen(world.cast.zhou, [deal.pk]) == {}
    assert deals_unseen(world.cast.admin) == {gone.pk}
    assert deals_unseen(world.cast.lin) is None
    assert deals_unseen_among(world.cast.lin, [deal.pk, gone.pk]) == {gone.pk}
    assert deals_unseen_among(world.cast.zhou, [deal.pk, gone.pk]) == {deal.pk, gone.pk}
    assert deals_unseen_among(world.cast.admin, [deal.pk, gone.pk]) == {gone.pk}
    assert deals_unseen_among(world.cast.lin, []) == set()
    assert deal_labels([deal.pk, gone.pk]) == {deal.pk: "hers", gone.pk: "gone"}
    assert deal_url(deal.pk) == f"/deals/{deal.pk}/"


# The customer's panel ------------------------------------------------------------------------------------------------


def test_the_panel_counts_what_may_not_be_opened(world: World) -> None:
    world.open("hers")
    world.open("secret", owner=world.cast.zhou)
    won = world.open("won")
    win_deals([Close(deal_id=won.pk, on=world.today, amount=None)], by=world.cast.lin, at=timezone.now())
    panel = text_of(world.as_("lin").part(f"/deals/panel/customer/{world.hers.pk}/"))
    assert panel.index(">hers<") < panel.index(">won<")
    assert "secret" not in panel
    assert "1 more that you may not open" in panel
    assert "<html" not in panel


def test_the_panel_of_an_invisible_customer_is_not_there(world: World) -> None:
    for who, status in (("lin", 404), ("gu", 200), ("sun", 403)):
        assert world.as_(who).part(f"/deals/panel/customer/{world.his.pk}/").status_code == status
    assert world.as_("gu").part("/deals/panel/customer/999999/").status_code == 404
