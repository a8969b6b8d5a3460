"""The world of the guards is what they believe it to be."""

import pytest

from tests.guards.world import ROLES, World
from xiaoguan.ledger.reconcile import reconcile

pytestmark = pytest.mark.both_databases


def test_its_books_are_in_order(world: World) -> None:
    report = reconcile()
    assert report.clean, report.differences


def test_every_selling_role_has_rows_that_it_sees(world: World) -> None:
    for role in ROLES:
        sees = bool(world.rows("deals.deal", role, visible=True))
        assert sees is (role != "hr")


def test_those_who_do_not_see_everything_have_rows_hidden_from_them(world: World) -> None:
    for role in ("manager", "representative", "hr"):
        for model in ("deals.deal", "crm.customer", "crm.contact", "calendar.activity", "calendar.task"):
            assert world.rows(model, role, visible=False), (role, model)
