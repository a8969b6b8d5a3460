"""Whose customers somebody may see, by their owner or by the owner of one of their deals: told in three ways."""

import pytest
from django.utils import timezone

from xiaoguan.crm import policy
from xiaoguan.crm.actions import NewCustomer, create_customers
from xiaoguan.crm.queries import lists
from xiaoguan.deals.actions import remove_deals
from xiaoguan.deals.tests.views_world import World

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def world() -> World:
    return World()


@pytest.mark.parametrize("small", [0.0, 1.0])
@pytest.mark.parametrize("who", ["lin", "zhou", "shen", "gu", "admin", "sun"])
def test_lists_hold_what_may_be_opened(world: World, monkeypatch: pytest.MonkeyPatch, who: str, small: float) -> None:
    monkeypatch.setattr(policy, "_SMALL_SHARE", small)
    create_customers([NewCustomer(name="free")], by=world.cast.admin, at=timezone.now())
    world.open("across", owner=world.cast.lin, customer_id=world.his.pk)
    gone = world.open("gone", owner=world.cast.zhou)
    remove_deals([gone.pk], reason="mistake", by=world.cast.admin, at=timezone.now())
    member = world.cast.members[who]
    seen = set(policy.visible_customers(member).values_list("pk", flat=True))
    listed = list(policy.listed_customers(member).values_list("pk", flat=True))
    assert sorted(listed) == sorted(seen), "each once"
    assert set(policy.owned_customers(member).values_list("pk", flat=True)) <= seen
    if who == "lin":
        assert world.his.pk in seen


@pytest.mark.parametrize("typed", ["", "电", "电气", "电气股", "没有"])
@pytest.mark.parametrize("who", ["lin", "zhou", "shen", "gu", "sun"])
def test_a_list_is_the_same_however_it_is_read(
    world: World, monkeypatch: pytest.MonkeyPatch, who: str, typed: str
) -> None:
    """By names or by rows, counted to the end or not."""
    names = ["东风电气", "西风电气股份", "南风电器", "电气北风"]
    owners = [world.cast.lin, world.cast.zhou, None, world.cast.lin]
    new = [NewCustomer(name=name, owner_id=owner and owner.pk) for name, owner in zip(names, owners, strict=True)]
    ids = create_customers(new, by=world.cast.admin, at=timezone.now())
    world.open("across", owner=world.cast.lin, customer_id=ids[1])
    member = world.cast.members[who]
    visible = policy.visible_customers(member).filter(name__contains=typed).order_by("name_key", "pk")
    expected = list(visible.values_list("name", flat=True))
    for many, most, to in ((9, 9, 999), (0, 9, 999), (0, 0, 999), (9, 9, 0), (0, 9, 0), (0, 0, 0)):
        monkeypatch.setattr(lists, "MANY_NAMES", many)
        monkeypatch.setattr(lists, "MOST_NAMES", most)
        monkeypatch.setattr(lists, "COUNT_TO", to)
        found = lists.customers(member, lists.Wanted(search=typed, sort="name"))
        assert [line.customer.name for line in found.lines] == expected
        assert found.count == min(len(expected), to)
        assert found.more is (len(expected) > to)
