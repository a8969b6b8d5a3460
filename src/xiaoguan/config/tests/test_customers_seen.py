"""Whose customers somebody may see, by their owner or by the owner of one of their deals: told in three ways."""

import pytest
from django.utils import timezone

from xiaoguan.crm import policy
from xiaoguan.crm.actions import NewCustomer, create_customers
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
