"""Filters in an address: read, written, shown as chips, edited; what cannot be read is said and does not filter."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.deals.forms.filters import read_filters, write_filters
from xiaoguan.deals.queries import filters
from xiaoguan.deals.queries.filters import Among, Amounts, Days, Filters, filtered
from xiaoguan.deals.tests.views_world import World, text_of

DAYS_AROUND = st.dates(date(1990, 1, 1), date(2199, 12, 31))
IDS = st.lists(st.integers(1, 2**48 - 1), min_size=1, max_size=6, unique=True).map(tuple)
SOMEBODY = st.builds(Among, ids=IDS, but=st.booleans())
AMONG = SOMEBODY | st.just(Among(unset=True))
AMOUNT = st.integers(0, 10**15 - 1).map(lambda stored: Decimal(stored).scaleb(-4))


def ends_in_order(low: Any, high: Any) -> bool:
    return (low, high) != (None, None) and (low is None or high is None or low <= high)


AMOUNTS = st.just(Amounts(unknown=True)) | st.builds(
    Amounts, at_least=st.none() | AMOUNT, at_most=st.none() | AMOUNT
).filter(lambda one: ends_in_order(one.at_least, one.at_most))
SPANS = st.builds(Days, start=st.none() | DAYS_AROUND, end=st.none() | DAYS_AROUND).filter(
    lambda one: ends_in_order(one.start, one.end)
)


@given(
    st.builds(
        Filters,
        state=st.sampled_from([0, 1, 2, 3]),
        stage=st.none() | AMONG,
        owner=st.none() | SOMEBODY,
        unit=st.none() | st.builds(Among, ids=IDS),
        customer=st.none() | AMONG,
        line=st.none() | AMONG,
        amount=st.none() | AMOUNTS,
        due=st.none() | SPANS | st.just(Days(word="next-quarter")),
        closed=st.none() | SPANS | st.just(Days(word="last-quarter")),
        rests=st.none() | st.integers(0, 10_000),
        next_step=st.sampled_from(["", "none", "overdue", "week"]),
        text=st.sampled_from(["", "二期 产线", "a&b=c"]),
    )
)
def test_what_is_written_is_read_again(wanted: Filters) -> None:
    assert read_filters(write_filters(wanted), me=7) == (wanted, {})


KEYS = st.sampled_from(["stage", "owner", "unit", "amount", "due", "rests", "next", "q", "state", "x"])


@given(st.dictionaries(KEYS, st.text()))
def test_nothing_typed_breaks_the_reading(params: dict[str, str]) -> None:
    read, problems = read_filters(params, me=7)
    assert read_filters(write_filters(read), me=7)[0] == read
    assert "x" not in problems


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"amount": "20万.."}, Filters(amount=Amounts(at_least=Decimal(200_000)))),
        ({"amount": "500000..200000"}, Filters(amount=Amounts(at_least=Decimal(200_000), at_most=Decimal(500_000)))),
        ({"owner": "me"}, Filters(owner=Among(ids=(7,)))),
        ({"owner": "3,3,me"}, Filters(owner=Among(ids=(3, 7)))),
        ({"stage": "not:3"}, Filters(stage=Among(ids=(3,), but=True))),
        ({"due": "2026-02-03..2026-01-01"}, Filters(due=Days(start=date(2026, 1, 1), end=date(2026, 2, 3)))),
        ({"state": "all"}, Filters(state=0)),
        ({"next": "none", "rests": "14"}, Filters(next_step="none", rests=14)),
    ],
)
def test_reading(params: dict[str, str], expected: Filters) -> None:
    assert read_filters(params, me=7) == (expected, {})


@pytest.mark.parametrize(
    "params",
    [
        {"stage": "0"}, {"stage": "²"}, {"stage": "1,,2"}, {"owner": "none"}, {"unit": "not:1"}, {"amount": "1"},
        {"amount": ".."}, {"amount": "-5.."}, {"amount": "1e99.."}, {"due": "2026-02-30.."}, {"due": "soon"},
        {"rests": "-1"}, {"rests": "99999999"}, {"next": "x"}, {"state": "removed"}, {"stage": ",".join("1" * 60)},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_does_not_filter(params: dict[str, str]) -> None:
    read, problems = read_filters(params, me=7)
    assert read == Filters()
    assert list(problems) == list(params)


@pytest.fixture
def world(db: None) -> World:
    return World()


def names(world: World, who: str, **wanted: Any) -> set[str]:
    deals = filtered(world.cast.members[who], Filters(**wanted), today=world.today)
    return {deal.name for deal in deals}


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["lin", "gu"])
def test_each_filter_leaves_what_it_says(world: World, who: str) -> None:
    today, week = world.today, timedelta(days=7)
    line = type(world.product)._meta.get_field("line").related_model.objects.create(name="机器人", name_key="机器人")
    type(world.product).objects.filter(pk=world.product.pk).update(line=line)
    world.open("small", amount=Decimal(50), product_id=world.product.pk, days_ago=40)
    world.open("large", amount=Decimal(900_000), source_id=world.source.pk, due_on=today + week)
    step = {"next_step": "visit", "next_step_on": today - week}
    world.open("unknown", amount=None, customer_id=None, days_ago=3, **step)
    assert names(world, who, amount=Amounts(at_least=Decimal(50))) == {"small", "large"}
    assert names(world, who, amount=Amounts(at_least=Decimal(51), at_most=Decimal(900_000))) == {"large"}
    assert names(world, who, amount=Amounts(unknown=True)) == {"unknown"}
    assert names(world, who, product=Among(ids=(world.product.pk,))) == {"small"}
    assert names(world, who, product=Among(ids=(world.product.pk,), but=True)) == {"large", "unknown"}
    assert names(world, who, product=Among(unset=True)) == {"large", "unknown"}
    assert names(world, who, line=Among(ids=(line.pk,))) == {"small"}
    assert names(world, who, source=Among(ids=(world.source.pk,))) == {"large"}
    assert names(world, who, customer=Among(unset=True)) == {"unknown"}
    assert names(world, who, owner=Among(ids=(world.cast.lin.pk,), but=True)) == set()
    assert names(world, who, due=Days(start=today, end=today + week)) == {"large"}
    assert names(world, who, due=Days(word="none")) == {"small", "unknown"}
    assert names(world, who, opened=Days(start=today - week)) == {"unknown"}
    assert names(world, who, rests=40) == {"small"}
    assert names(world, who, rests=10) == {"small", "large"}
    assert names(world, who, next_step="overdue") == {"unknown"}
    assert names(world, who, next_step="none") == {"small", "large"}
    assert names(world, who, text="海铭") == {"small", "large"}


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("many", [0, 20_000])
@pytest.mark.parametrize("who", ["lin", "gu"])
def test_many_or_few_of_the_name_the_search_is_exact(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str, many: int
) -> None:
    monkeypatch.setattr(filters, "MANY_NAMES", many)
    world.open("二期产线")
    world.open("ＡＧＶ 调度", customer_id=None)
    world.open("海铭试点", customer_id=None)
    assert names(world, who, text="agv 调") == {"ＡＧＶ 调度"}
    assert names(world, who, text="海铭") == {"二期产线", "海铭试点"}
    assert names(world, who, text="期产线x") == set()


@pytest.mark.django_db
def test_a_filter_never_shows_what_the_member_may_not_see(world: World) -> None:
    world.open("hers")
    world.open("his", owner=world.cast.zhou, customer_id=world.his.pk)
    page = text_of(world.as_("lin").get("/deals/", owner=str(world.cast.zhou.pk)))
    assert "was left out" in page
    assert "hers" in page
    page = text_of(world.as_("lin").get("/deals/", customer=str(world.his.pk)))
    assert "was left out" in page
    assert "东莞联岳" not in page
    assert "东莞联岳" not in text_of(world.as_("lin").get("/deals/filter/customer/find/", find="东莞"))
    assert "东莞联岳" in text_of(world.as_("gu").get("/deals/filter/customer/find/", find="东莞"))


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/deals/", "/deals/board/"])
def test_units_are_offered_only_to_whom_has_some_to_choose(world: World, path: str) -> None:
    assert "/deals/filter/unit/" in text_of(world.as_("gu").get(path))
    own = text_of(world.as_("lin").get(path))
    assert "/deals/filter/owner/" in own
    assert "/deals/filter/unit/" not in own


@pytest.mark.django_db
def test_a_filter_is_set_changed_and_removed(world: World) -> None:
    one, two = world.stages[0].pk, world.stages[1].pk
    browser = world.as_("lin")
    asked = f"/deals/filter/stage/?of=list&amount=5..&sort=-amount&set=1&value={one}&value={two}&op=not"
    address = f"/deals/?stage=not:{one},{two}&amount=5..&sort=-amount"
    sent = browser.client.get(asked).headers["Location"]
    assert sorted(sent.partition("?")[2].split("&")) == sorted(address.partition("?")[2].split("&"))
    answer = browser.part(asked, target="filter-pop")
    assert f'"path": "{sent}"' in answer.headers["HX-Location"]
    emptied = f"/deals/filter/stage/?of=list&stage={one}&set=1"
    assert browser.client.get(emptied).headers["Location"] == "/deals/"
    page = text_of(browser.get("/deals/", stage=f"not:{one}"))
    assert "is not" in page
    assert 'href="/deals/" hx-get="/deals/"' in page, "the cross leads to the list without it"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "sent", "address"),
    [
        ("amount", "low=20万&high=", "amount=20万.."),
        ("amount", "op=unset&low=5", "amount=none"),
        ("due", "word=week&start=&end=", "due=week"),
        ("due", "word=week&start=2026-01-01&end=", "due=2026-01-01.."),
        ("rests", "days=14", "rests=14"),
        ("next", "word=none", "next=none"),
        ("customer", "op=unset", "customer=none"),
    ],
)
def test_what_the_form_sends(world: World, field: str, sent: str, address: str) -> None:
    answer = world.as_("lin").client.get(f"/deals/filter/{field}/?of=list&set=1&{sent}")
    assert answer.headers["Location"].replace("%E4%B8%87", "万") == f"/deals/?{address}"


@pytest.mark.django_db
def test_a_wrong_value_is_said_in_the_form(world: World) -> None:
    answer = world.as_("lin").part("/deals/filter/amount/?of=list&set=1&low=much", target="filter-pop")
    assert answer.status_code == 422
    assert "“much..”" in text_of(answer)


@pytest.mark.django_db
def test_unknown_fields_and_pages_are_not_there(world: World) -> None:
    assert world.as_("lin").get("/deals/filter/nothing/").status_code == 404
    assert world.as_("lin").get("/deals/filter/stage/", of="elsewhere").status_code == 404
    assert world.as_("lin").get("/deals/filter/amount/find/").status_code == 404


@pytest.mark.django_db
def test_typing_finds_colleagues_and_keeps_what_is_ticked(world: World) -> None:
    answer = text_of(world.as_("gu").get("/deals/filter/owner/find/", find="林", value=str(world.cast.zhou.pk)))
    assert "林晓雯" in answer
    assert f'value="{world.cast.zhou.pk}" checked' in answer


@pytest.mark.django_db
def test_one_character_is_too_little_to_search_for(world: World) -> None:
    world.open("hers")
    page = text_of(world.as_("lin").get("/deals/", q="x"))
    assert "Type at least two characters" in page
    assert "hers" in page
