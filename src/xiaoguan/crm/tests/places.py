"""What the tests of this room share: a cast with some customers, moments, and wins told without a deals room."""

from datetime import UTC, date, datetime
from decimal import Decimal

from django.db import transaction

from xiaoguan.crm.actions import NewCustomer, create_customers
from xiaoguan.crm.models import Customer
from xiaoguan.journal.facts.deals import DealWon, WonDealReopened
from xiaoguan.journal.facts.general import MISTAKE, EntriesReversed
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.org.models import Member

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = date(2026, 3, 2)


def customer(name: str, owner: Member | None = None, **values: object) -> Customer:
    """A customer entered at AT by its owner."""
    item = NewCustomer(name=name, owner_id=owner.pk if owner else None, values=values)
    (pk,) = create_customers([item], by=owner, at=AT)
    return Customer.objects.get(pk=pk)


def _position(deal_id: int, customer_id: int | None, person_id: int) -> dict[str, object]:
    return {
        "deal_id": deal_id, "person_id": person_id, "customer_id": customer_id, "product_id": None,
        "product_line_id": None, "source_id": None, "stage_id": None, "due_on": None, "amount": Decimal(5),
        "currency": "CNY", "rate": 100_000_000, "tax": 0,
    }  # fmt: skip


def won(deal_id: int, customer_id: int | None, on: date, person_id: int = 1, **told: object) -> Happening:
    """That a deal was won."""
    fact = DealWon(
        **_position(deal_id, customer_id, person_id),  # type: ignore[arg-type]
        won_amount=Decimal(5), won_rate=100_000_000, cycle_days=1, stage_days=None,
    )  # fmt: skip
    return Happening(fact=fact, on=on, **told)  # type: ignore[arg-type]


def came_back(deal_id: int, customer_id: int, on: date, person_id: int = 1) -> Happening:
    """That the customer of a won deal came back."""
    fact = WonDealReopened(
        **_position(deal_id, customer_id, person_id),  # type: ignore[arg-type]
        won_amount=Decimal(5), won_rate=100_000_000, winner_id=person_id, cycle_days=1, was_new=True,
    )  # fmt: skip
    return Happening(fact=fact, on=on)


def taken_back(entry: Recorded, customer_id: int | None) -> Happening:
    """That a win was a mistake."""
    deal_id = entry.fact.deal_id  # type: ignore[attr-defined]
    fact = EntriesReversed(kind=DEAL, object_id=deal_id, customer_id=customer_id, reason=MISTAKE)
    return Happening(fact=fact, on=entry.on_date, reverses=(entry.id,))


def tell(*happenings: Happening, origin: int = Origin.LIVE) -> list[Recorded]:
    """Record in one call, as an action would."""
    with transaction.atomic():
        return record(happenings, by=None, at=AT, origin=origin)
