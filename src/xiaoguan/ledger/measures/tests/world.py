"""A small company with dated moves and a pen that writes postings straight into the ledger."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from xiaoguan.journal.kinds import DEAL, object_key
from xiaoguan.ledger.accounts import WHY, account
from xiaoguan.ledger.measures.answers import Answer, MeasureAnswer
from xiaoguan.ledger.measures.asking import Ask
from xiaoguan.ledger.measures.engine import ask
from xiaoguan.ledger.measures.language import measure
from xiaoguan.ledger.posting import write_rows
from xiaoguan.ledger.rows import Row
from xiaoguan.lib.money import SCALE
from xiaoguan.lib.periods import Period, parse_period
from xiaoguan.org.actions import (
    NewMember,
    NewUnit,
    Transfer,
    assign_members,
    create_members,
    create_units,
    ensure_company_unit,
)
from xiaoguan.org.tree import UnitTree

AT = datetime(2026, 1, 1, 2, tzinfo=UTC)
TODAY = date(2026, 6, 30)


def day(text: str) -> date:
    """A day of 2026: "02-16"."""
    return date.fromisoformat(f"2026-{text}")


class World:
    """West with teams one and two, East with team three. Ann is in one; Bob moves from one to three on 16 February; Cai
    is in three."""

    def __init__(self) -> None:
        self.company = ensure_company_unit(by=None, at=AT)
        self.west, self.east = self._units(("West", "region", self.company), ("East", "region", self.company))
        self.one, self.two, self.three = self._units(
            ("One", "team", self.west), ("Two", "team", self.west), ("Three", "team", self.east)
        )
        self.ann, self.bob, self.cai = create_members(
            [
                NewMember(name=name, username=name.lower(), unit_id=unit.pk)
                for name, unit in (("Ann", self.one), ("Bob", self.one), ("Cai", self.three))
            ],
            by=None,
            at=AT,
        )
        self.move(self.bob, self.three, day("02-16"))
        self._entries = count(1)

    def _units(self, *wanted: tuple[str, str, Any]) -> Any:
        return create_units(
            [NewUnit(name=name, kind=kind, parent_id=parent.pk) for name, kind, parent in wanted], by=None, at=AT
        )

    def move(self, member: Any, unit: Any, start: date) -> None:
        assign_members([Transfer(member_id=member.pk, unit_id=unit.pk, start=start)], by=None, at=AT)

    def post(self, *posts: "Post") -> None:
        """Append postings, each an entry of its own, with the unit of then stamped as the journal does."""
        tree = UnitTree.load()
        with transaction.atomic():
            write_rows([post.row(tree, next(self._entries)) for post in posts])


@dataclass(frozen=True, slots=True)
class Post:
    """One posting in words: account, day, amount or days, units, person, deal."""

    account: str
    on: date
    quantity: int = 0
    units: int = 1
    person: Any = None
    deal: int = 1
    why: str | None = None
    known: date | None = None
    dims: dict[str, Any] = field(default_factory=dict)

    def row(self, tree: UnitTree, entry_id: int) -> Row:
        known = datetime.combine(self.known or self.on, datetime.min.time(), UTC) + timedelta(hours=4)
        person_id = self.person.pk if self.person is not None else None
        empty = dict.fromkeys(Row._fields)
        return Row(**{
            **empty,
            "on_date": self.on, "recorded_at": known, "known_at": known, "entry_id": entry_id,
            "quantity": self.quantity * SCALE, "units": self.units, "person_id": person_id,
            "unit_id": tree.unit_of(person_id, self.on) if person_id else None,
            "object_key": object_key(DEAL, self.deal), "generation": 1, "line": 0,
            "account": account(self.account).code, "why": WHY[self.why] if self.why else None,
            **self.dims,
        })  # fmt: skip


def answer(*keys: str, period: str = "2026", **more: Any) -> Answer:
    wanted: Period = parse_period(period)
    return ask(Ask(measures=tuple(map(measure, keys)), period=wanted, today=TODAY, **more))


def one(key: str, **more: Any) -> MeasureAnswer:
    return answer(key, **more).measures[key]


def values(key: str, **more: Any) -> dict[str | None, Any]:
    """Group name → value."""
    return {row.group: row.figure.value for row in one(key, **more).rows}
