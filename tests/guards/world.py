"""A small company in which every row carries a mark of its own, and who must and must not see that mark.

Who sees what is worked out here from the organisation alone (whose record, which unit, which level), never by asking
a policy: the guards compare the program with this second opinion.
"""

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.cast import Cast, hire
from xiaoguan.crm import actions as crm
from xiaoguan.deals import actions as deals
from xiaoguan.deals.models import Deal, LossReason, Stage
from xiaoguan.deals.setup import ensure_loss_reasons, ensure_pipeline
from xiaoguan.journal import kinds
from xiaoguan.ledger.closing import close_through
from xiaoguan.org import actions as org
from xiaoguan.services.calendar import actions as calendar
from xiaoguan.services.jobs.models import Delivery
from xiaoguan.services.transfer import runs
from xiaoguan.services.transfer.contract import Options

ZONE: Final = ZoneInfo("Asia/Shanghai")

# One person of the cast speaks for each role; None is a visitor who has not signed in.
PERSON_OF: Final[dict[str, str]] = {
    "administrator": "admin",
    "director": "gu",
    "manager": "shen",
    "representative": "lin",
    "operations": "he",
    "finance": "qian",
    "hr": "sun",
}
ROLES: Final = tuple(PERSON_OF)
VISITOR: Final = "visitor"

_UNIT_OF: Final = {"lin": "east_one", "wang": "east_one", "shen": "east_one", "zhou": "south_one", "zhao": "south_one"}
# How far the selling permissions of each role reach, as docs and the default roles promise.
_LEVEL: Final = {
    "administrator": "company", "director": "company", "operations": "company", "finance": "company",
    "manager": "subtree", "representative": "own", "hr": None,
}  # fmt: skip
_NO_CONTACTS: Final = frozenset({"finance"})
_IMPORTS: Final = frozenset({"administrator", "operations"})
_BOOKS: Final = frozenset({"administrator", "operations", "finance"})
_PRODUCTS: Final = frozenset(ROLES) - {"hr"}
_READS_ALL_HISTORY: Final = frozenset({"administrator", "director", "hr"})


def reaching(owner: str | None) -> frozenset[str]:
    """The roles whose person reaches the records of a member of the cast; a record without owner is everybody's who
    sells."""
    return frozenset(role for role in ROLES if _reaches(role, owner))


def _reaches(role: str, owner: str | None) -> bool:
    level, person = _LEVEL[role], PERSON_OF[role]
    if level is None:
        return False
    if level == "company" or owner is None or owner == person:
        return True
    return level == "subtree" and _UNIT_OF[owner] == _UNIT_OF[person]


@dataclass(frozen=True, slots=True)
class Planted:
    """A row, the mark that stands in each of its texts, and the roles that may read it."""

    mark: str
    model: str
    pk: int
    seen_by: frozenset[str]


@dataclass(slots=True)
class World:
    cast: Cast
    planted: list[Planted] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    def mark(self) -> str:
        """ASCII, so that neither HTML nor JSON writes it differently."""
        return f"zq{next(self._numbers):04d}v"

    def plant(self, mark: str, model: str, pk: int, seen_by: frozenset[str]) -> int:
        self.planted.append(Planted(mark, model, pk, seen_by))
        return pk

    def rows(self, model: str, role: str, *, visible: bool) -> list[int]:
        """Ids of planted rows of a model ("deals.deal") that a role may, or may not, see."""
        return [row.pk for row in self.planted if row.model == model and (role in row.seen_by) is visible]

    def has(self, model: str) -> bool:
        return any(row.model == model for row in self.planted)

    def hidden_from(self, role: str) -> dict[str, Planted]:
        """Marks that no answer to the role may contain."""
        return {row.mark: row for row in self.planted if role not in row.seen_by}

    def seen_by(self, model: str, pk: int) -> frozenset[str]:
        return next(row.seen_by for row in self.planted if row.model == model and row.pk == pk)


def build(scale: int = 1) -> World:
    """Fill the connected, empty database. ``scale`` times the customers and deals, everything else alike."""
    world = World(hire(password=None))
    ensure_loss_reasons()
    stages = list(ensure_pipeline().stages.order_by("position"))
    things = _things(world)
    _sellers(world, stages, things, scale)
    _crossing(world, stages)
    _history(world)
    _imported(world)
    _failed_delivery(world)
    close_through(days_ago(100), by=world.cast.qian.pk, at=moment(90), today=days_ago(90))
    return world


def days_ago(days: int) -> date:
    return timezone.now().astimezone(ZONE).date() - timedelta(days=days)


def moment(days: int) -> datetime:
    """Some time in the morning so many days ago."""
    return datetime.combine(days_ago(days), time(0, 30), tzinfo=ZONE)


def doing(world: World, who: str, days: int) -> dict[str, Any]:
    return {"by": world.cast.members[who], "at": moment(days)}


def _things(world: World) -> dict[str, list[int]]:
    """Products with lines, and sources: seen by everybody who sees products, so by all but HR."""
    names = [world.mark() for _ in range(3)]
    lines = [world.mark() for _ in range(2)]
    new = [
        crm.NewProduct(name=f"{name} 机器", code=name, line=f"{lines[i % 2]} 系列", price=Decimal(1000 * (i + 1)))
        for i, name in enumerate(names)
    ]
    products = crm.create_products(new, **doing(world, "admin", 200))
    for name, pk in zip(names, products, strict=True):
        world.plant(name, "crm.product", pk, _PRODUCTS)
    for name, pk in crm.ensure_lines([f"{line} 系列" for line in lines], **doing(world, "admin", 200)).items():
        world.plant(name.split()[0], "crm.productline", pk, _PRODUCTS)
    named = [f"{world.mark()} 展会", f"{world.mark()} 介绍"]
    sources = crm.ensure_sources(named, **doing(world, "admin", 200))
    for name, pk in sources.items():
        world.plant(name.split()[0], "crm.source", pk, _PRODUCTS)
    return {"products": products, "sources": list(sources.values())}


def _sellers(world: World, stages: list[Stage], things: dict[str, list[int]], scale: int) -> None:
    for seller in ("lin", "wang", "zhou", "zhao"):
        for number in range(2 * scale):
            customer = _customer(world, seller, things, number)
            made = _deals(world, seller, customer, stages, things)
            _work(world, seller, kinds.CUSTOMER, customer, customer, reaching(seller))
            _work(world, seller, kinds.DEAL, made[0], customer, reaching(seller))
        _free_task(world, seller)


def _customer(
    world: World, owner: str | None, things: dict[str, list[int]], number: int, *, also: Iterable[str] = ()
) -> int:
    """A customer with a contact. ``also`` are further members who have a deal with it, and so see it."""
    mark, contact = world.mark(), world.mark()
    values = {name: f"{mark} {name}" for name in ("short_name", "industry", "region", "country", "city", "website")} | {
        "external_id": mark,
        "source_id": things["sources"][number % 2],
        "revenue": Decimal(5_000_000),
        "employees": 80,
    }
    owner_id = world.cast.members[owner].pk if owner else None
    (pk,) = crm.create_customers(
        [crm.NewCustomer(name=f"{mark} 客户公司", owner_id=owner_id, values=values)], **doing(world, owner or "he", 150)
    )
    seen = reaching(owner).union(*(reaching(other) for other in also))
    world.plant(mark, "crm.customer", pk, seen)
    (contact_id,) = crm.create_contacts(
        [
            crm.NewContact(
                customer_id=pk, name=f"{contact} 联系人", title=f"{contact} 经理", phone=f"{contact} 13900000000",
                email=f"{contact}@example.com", wechat=contact,
            )
        ],
        **doing(world, owner or "he", 149),
    )  # fmt: skip
    world.plant(contact, "crm.contact", contact_id, seen - _NO_CONTACTS)
    return pk


def _deals(world: World, owner: str, customer: int, stages: list[Stage], things: dict[str, list[int]]) -> list[int]:
    """Five deals: open, open with unknown amount, won, lost, and won before the books were closed."""
    marks = [world.mark() for _ in range(5)]
    opened = [60, 50, 45, 40, 140]
    ids = [
        deals.create_deals(
            [
                deals.NewDeal(
                    name=f"{mark} 商机", owner_id=world.cast.members[owner].pk, pipeline_id=stages[0].pipeline_id,
                    stage_id=stages[i % len(stages)].pk, customer_id=customer, product_id=things["products"][i % 3],
                    source_id=things["sources"][i % 2], opened_on=days_ago(days), due_on=days_ago(-30 * i),
                    amount=None if i == 1 else Decimal(10_000 * (i + 1)) + Decimal("0.25"),
                    next_step=f"{mark} 下一步", next_step_on=days_ago(-2), external_id=mark,
                )
            ],
            **doing(world, owner, days),
        )[0]
        for i, (mark, days) in enumerate(zip(marks, opened, strict=True))
    ]  # fmt: skip
    for mark, pk in zip(marks, ids, strict=True):
        world.plant(mark, "deals.deal", pk, reaching(owner))
    _close(world, owner, won=ids[2], lost=ids[3], long_ago=ids[4])
    deals.move_deals([(ids[0], stages[2].pk)], **doing(world, owner, 30))
    deals.amend_deals([deals.Amendment(deal_id=ids[0], amount=Decimal("23456.78"))], **doing(world, owner, 20))
    return ids


def _close(world: World, owner: str, *, won: int, lost: int, long_ago: int) -> None:
    reason = LossReason.objects.values_list("pk", flat=True)[0]
    for pk, days, amount in ((long_ago, 120, Decimal(77_000)), (won, 10, Decimal("30000.5"))):
        deals.win_deals([deals.Close(deal_id=pk, on=days_ago(days), amount=amount)], **doing(world, owner, days))
    gone = deals.Close(deal_id=lost, on=days_ago(5), amount=None, reason_id=reason)
    deals.lose_deals([gone], **doing(world, owner, 5))


def _work(world: World, owner: str, kind: int, about: int, customer: int, subject_seen_by: frozenset[str]) -> None:
    """An activity and a task about a record."""
    member, mark, task = world.cast.members[owner].pk, world.mark(), world.mark()
    logged = calendar.NewActivity(
        kind="call", about_kind=kind, about_id=about, customer_id=customer, member_id=member, minutes=12,
        happened_at=moment(8), text=f"{mark} 谈了价格", external_id=mark,
    )  # fmt: skip
    (pk,) = calendar.log_activities([logged], **doing(world, owner, 8))
    world.plant(mark, "calendar.activity", pk, subject_seen_by)
    given = calendar.NewTask(
        title=f"{task} 回电话", due_on=days_ago(-1), owner_id=member, about_kind=kind, about_id=about,
        customer_id=customer,
    )  # fmt: skip
    (pk,) = calendar.create_tasks([given], **doing(world, owner, 7))
    world.plant(task, "calendar.task", pk, subject_seen_by | reaching(owner))


def _free_task(world: World, owner: str) -> None:
    mark = world.mark()
    given = calendar.NewTask(title=f"{mark} 写周报", due_on=days_ago(1), owner_id=world.cast.members[owner].pk)
    (pk,) = calendar.create_tasks([given], **doing(world, owner, 3))
    world.plant(mark, "calendar.task", pk, reaching(owner))


def _crossing(world: World, stages: list[Stage]) -> None:
    """Records that belong to people of two teams: the seller of a deal sees its customer, the owner of a customer does
    not see the deal; a deal that was transferred is its new owner's alone, though its past win counts for the old."""
    nothing: dict[str, list[int]] = {"sources": [None, None]}  # type: ignore[list-item]  # customers without a source
    shared = _customer(world, "zhou", nothing, 0, also=["lin"])
    for owner, customer in (("lin", shared), ("zhao", _customer(world, "lin", nothing, 0, also=["zhao"]))):
        _one_deal(world, owner, customer, stages[1])
    _customer(world, None, nothing, 0)
    moved = _one_deal(world, "lin", None, stages[0], seen_by=reaching("zhou"))
    win = deals.Close(deal_id=moved, on=days_ago(15), amount=Decimal(5_500))
    deals.win_deals([win], **doing(world, "lin", 15))
    deals.reopen_deals([deals.Reopening(deal_id=moved, on=days_ago(12))], **doing(world, "lin", 12))
    deals.transfer_deals([(moved, world.cast.zhou.pk)], **doing(world, "gu", 11))


def _one_deal(
    world: World, owner: str, customer: int | None, stage: Stage, *, seen_by: frozenset[str] | None = None
) -> int:
    mark = world.mark()
    new = deals.NewDeal(
        name=f"{mark} 跨组商机", owner_id=world.cast.members[owner].pk, pipeline_id=stage.pipeline_id,
        stage_id=stage.pk, customer_id=customer, opened_on=days_ago(25), amount=Decimal("4444.44"),
        next_step=f"{mark} 约时间",
    )  # fmt: skip
    (pk,) = deals.create_deals([new], **doing(world, owner, 25))
    return world.plant(mark, "deals.deal", pk, reaching(owner) if seen_by is None else seen_by)


def _history(world: World) -> None:
    """Old values that only some may read, and roles that came and went."""
    for username in ("lin", "zhou"):
        old, new = world.mark(), world.mark()
        member = world.cast.members[username].pk
        for mark, days in ((old, 80), (new, 70)):
            change = org.MemberChange(member_id=member, values={"phone": f"{mark} 13800000000"})
            org.update_members([change], **doing(world, "sun", days))
        world.plant(old, "org.member", member, _READS_ALL_HISTORY | _selves(username, "manager", "representative"))
    _late_news(world)
    renamed = _one_deal(world, "zhou", None, Stage.objects.order_by("position")[0])
    deals.amend_deals([deals.Amendment(deal_id=renamed, name="改过的名字")], **doing(world, "zhou", 9))
    grant = org.Grant(member_id=world.cast.wang.pk, role="finance", start=days_ago(40))
    org.grant_roles([grant], **doing(world, "admin", 40))
    org.revoke_role(world.cast.wang.pk, "finance", days_ago(30), **doing(world, "admin", 30))


def _late_news(world: World) -> None:
    """A win that was a mistake, and a stay in another team that is entered when it is long over."""
    mistaken = _one_deal(world, "wang", None, Stage.objects.order_by("position")[0])
    deals.win_deals([deals.Close(deal_id=mistaken, on=days_ago(7), amount=Decimal(999))], **doing(world, "wang", 7))
    deals.reopen_by_mistake([mistaken], **doing(world, "shen", 6))
    for unit, since in (("south_one", 70), ("east_one", 50)):
        stay = org.Transfer(member_id=world.cast.wang.pk, unit_id=world.cast.units[unit].pk, start=days_ago(since))
        org.assign_members([stay], **doing(world, "sun", 6))


def _selves(username: str, *roles: str) -> frozenset[str]:
    """Those of the roles whose person is the member himself or leads his unit."""
    return frozenset(
        role for role in roles
        if PERSON_OF[role] == username or (role == "manager" and _UNIT_OF[PERSON_OF[role]] == _UNIT_OF[username])
    )  # fmt: skip


def _imported(world: World) -> None:
    """A file of deals with a row that is refused; the run's own page is for those who import."""
    run_mark, bad = world.mark(), world.mark()
    marks = {owner: (world.mark(), world.mark()) for owner in ("wang", "zhou")}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{run_mark}.csv"
        with path.open("w", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow(["商机编号", "负责人", "客户", "阶段", "开始日期", "成交日期", "金额", "商机名称"])
            for owner, (deal, customer) in marks.items():
                day = days_ago(35).isoformat()
                name = world.cast.members[owner].name
                sheet.writerow([deal, name, f"{customer} 导入客户", "赢单", day, day, "12000", f"{deal} 导入商机"])
            sheet.writerow([bad, f"{bad} 不存在的人", "", "赢单", "2025-01-01", "2025-01-02", "1", bad])
        run = runs.prepare_file(
            "deals", path, by=world.cast.he, at=moment(33), options=Options(), file_name=f"{run_mark}.csv"
        )
        runs.write_run(run, clock=lambda: moment(33))
    world.plant(run_mark, "transfer.importrun", run.pk, _IMPORTS)
    world.plant(bad, "transfer.importrow", run.pk, _IMPORTS)
    for owner, (mark, customer_mark) in marks.items():
        imported = Deal.objects.get(external_id=mark)
        world.plant(mark, "deals.deal", imported.pk, reaching(owner))
        world.plant(customer_mark, "crm.customer", imported.customer_id or 0, reaching(None))


def _failed_delivery(world: World) -> None:
    """Work that was given up, with an error text that names a record."""
    mark = world.mark()
    delivery = Delivery.objects.order_by("pk")[0]
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DEAD, error=f"{mark} could not be reached")
    world.plant(mark, "jobs.delivery", delivery.pk, _BOOKS)
