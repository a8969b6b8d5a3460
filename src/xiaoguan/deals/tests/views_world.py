"""The company in which the pages of deals are tested: the cast, a pipeline, two customers, and short forms."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Sum
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.deals.actions import NewDeal, create_deals
from xiaoguan.deals.models import Deal, LossReason, Stage
from xiaoguan.deals.setup import ensure_loss_reasons, ensure_pipeline
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.ledger.accounts import account
from xiaoguan.ledger.models import Posting
from xiaoguan.lib.days import company_day
from xiaoguan.org.models import Member
from xiaoguan.services.search.keeping import keep

BACKEND = "xiaoguan.org.sessions.MemberBackend"


@dataclass
class World:
    """Deals opened by Lin of East One unless a test says otherwise."""

    cast: Cast = field(default_factory=lambda: hire(password=None))

    def __post_init__(self) -> None:
        ensure_loss_reasons()
        self.stages: list[Stage] = list(ensure_pipeline().stages.order_by("position"))
        self.reason = LossReason.objects.get(code="price")
        self.today = company_day(timezone.now())
        self.hers = self.customer("宁波海铭", self.cast.lin)
        self.his = self.customer("东莞联岳", self.cast.zhou)
        self.product = _neighbour("Product").objects.create(name="码垛机器人", name_key="码垛机器人")
        self.source = _neighbour("Source").objects.create(name="展会", name_key="展会")

    def customer(self, name: str, owner: Member) -> Any:
        now = timezone.now()
        keys = {"name_key": name, "match_key": name, "created_at": now, "updated_at": now}
        created = _neighbour("Customer").objects.create(name=name, owner=owner, **keys)
        keep(CUSTOMER, [(created.pk, (name,))])
        return created

    def open(self, name: str = "二期产线", *, owner: Member | None = None, days_ago: int = 10, **more: Any) -> Deal:
        """Open a deal of 100,000 as if some days ago."""
        person = owner or self.cast.lin
        values: dict[str, Any] = {
            "customer_id": self.hers.pk,
            "amount": Decimal(100_000),
            "stage_id": self.stages[0].pk,
            "opened_on": self.today - timedelta(days=days_ago),
        }
        new = NewDeal(name=name, owner_id=person.pk, pipeline_id=self.stages[0].pipeline_id, **values | more)
        (deal_id,) = create_deals([new], by=person, at=timezone.now() - timedelta(days=days_ago))
        return Deal.objects.get(pk=deal_id)

    def as_(self, who: str, language: str = "en") -> "Browser":
        return Browser(self.cast.members[who], language)


def _neighbour(name: str) -> Any:
    """A model of customers and products, by name: rooms on one line do not import each other, tests included."""
    return apps.get_model("crm", name)


class Browser:
    """A signed-in person: plain requests, and the ones that htmx makes."""

    def __init__(self, member: Member, language: str) -> None:
        self.client = Client(HTTP_ACCEPT_LANGUAGE=language)
        self.client.cookies["xg_language"] = language
        self.client.force_login(member, backend=BACKEND)

    def get(self, path: str, **query: Any) -> HttpResponse:
        return self.client.get(f"{path}?{urlencode(query)}" if query else path)

    def part(self, path: str, target: str = "x-dialog-body") -> HttpResponse:
        return self.client.get(path, headers={"HX-Request": "true", "HX-Target": target})

    def post(self, path: str, **values: Any) -> HttpResponse:
        return self.client.post(path, {name: str(value) for name, value in values.items()})

    def send(self, path: str, *, target: str = "x-dialog-body", **values: Any) -> HttpResponse:
        """As htmx posts a form."""
        headers = {"HX-Request": "true", "HX-Target": target}
        return self.client.post(path, {name: str(value) for name, value in values.items()}, headers=headers)


def booked(key: str, **on: Any) -> tuple[Decimal, int]:
    """(amount, units) that the ledger has on an account."""
    found = Posting.objects.filter(account=account(key).code, **on).aggregate(
        amount=Sum("quantity"), units=Sum("units")
    )
    return Decimal(found["amount"] or 0) / 10_000, found["units"] or 0


def text_of(response: HttpResponse) -> str:
    return response.content.decode()
