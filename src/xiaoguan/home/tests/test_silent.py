"""Silent customers, of any history of deals and contacts, against the rule told in Python."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.cast import Cast, hire
from xiaoguan.crm import rules
from xiaoguan.crm.models import Customer
from xiaoguan.crm.queries import attention
from xiaoguan.deals.models import Deal
from xiaoguan.deals.setup import ensure_pipeline
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.days import company_day, start_of_day
from xiaoguan.services.calendar.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TODAY = company_day(timezone.now())
NOW = timezone.now()
QUIET, BOUGHT = rules.silent_before(TODAY), rules.bought_since(TODAY)
NEAR = [QUIET + timedelta(days=days) for days in (-400, -1, 0, 3)] + [BOUGHT - timedelta(days=1), BOUGHT]


@dataclass(frozen=True)
class Past:
    """A deal: opened, closed as won (None: open), for how much (None: not known)."""

    opened: date
    closed: date | None
    amount: int | None


pasts = st.builds(
    lambda days, won, amount: Past(min(days), max(days) if won else None, amount),
    st.lists(st.sampled_from(NEAR), min_size=2, max_size=2),
    st.booleans(),
    st.sampled_from([None, 0, 5, 5, 9]),
)
customers = st.tuples(st.lists(pasts, max_size=3), st.sampled_from([None, *NEAR]))


def is_silent(deals: list[Past], contact: date | None) -> bool:
    matters = any(deal.closed is None or deal.closed >= BOUGHT for deal in deals)
    days = [day for deal in deals for day in (deal.opened, deal.closed) if day]
    return matters and all(day < QUIET for day in days) and (contact is None or contact < QUIET)


class TestSilent(TestCase):
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = hire(password=None)

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(customers, max_size=6), st.booleans())
    def test_they_are_those_of_the_rule_in_the_order_of_their_money(self, told: list[Any], everybody: bool) -> None:
        stages = list(ensure_pipeline().stages.order_by("position"))
        expected = []
        for number, (deals, contact) in enumerate(told):
            customer = Customer.objects.create(
                name=f"c{number}", name_key=f"c{number}", owner=self.cast.lin, created_at=NOW, updated_at=NOW
            )
            for deal in deals:
                Deal.objects.create(
                    name="x", customer=customer, owner=self.cast.lin, pipeline=stages[0].pipeline, stage=stages[0],
                    state=Deal.State.WON if deal.closed else Deal.State.OPEN, opened_on=deal.opened,
                    closed_on=deal.closed, amount=deal.amount, rate=1, updated_at=NOW,
                )  # fmt: skip
            if contact:
                Activity.objects.create(
                    kind="call", about_kind=CUSTOMER, about_id=customer.pk, customer_id=customer.pk,
                    member=self.cast.lin, happened_at=start_of_day(contact), text="x", created_at=NOW,
                )  # fmt: skip
            if is_silent(deals, contact):
                stake = sum(deal.amount or 0 for deal in deals if deal.closed is None)
                expected.append((-stake, -customer.pk))
        wanted = [-pk for _stake, pk in sorted(expected)]
        persons = None if everybody else {self.cast.lin.pk}
        found: list[int] = []
        after = ""
        while page := attention.silent(self.cast.shen, persons, TODAY, most=1, after=after):
            found.append(page[0].customer.pk)
            after = page[0].place
        assert found == wanted
        assert attention.silent_count(persons, TODAY) == len(wanted)
        both = attention.silent_and_how_many(self.cast.shen, persons, TODAY, most=2)
        assert ([item.customer.pk for item in both[0]], both[1]) == (wanted[:3], len(wanted))
