"""Tell what the steps of the demo company cause and gather the rows, for whole days at once.

A deal's row is written once, as it will stand when the story ends; its facts are told day by day. The facts are made
of the same rules as those of the actions, and a test holds both to be equal.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection

from xiaoguan.deals import rules
from xiaoguan.deals.actions.create import COLUMNS
from xiaoguan.deals.demo.standing import Row
from xiaoguan.deals.models import Deal, Tax
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.facts.general import MISTAKE, EntriesReversed, FieldsChanged
from xiaoguan.journal.kinds import DEAL
from xiaoguan.journal.recording import Happening, Private, Recorded, Signed
from xiaoguan.lib.bulk import insert_rows, next_id, update_rows, writer
from xiaoguan.lib.demo import (
    DealStep,
    HandDeal,
    Ids,
    LoseDeal,
    MoveDeal,
    OpenDeal,
    PlanDeal,
    PriceDeal,
    RedateDeal,
    ReopenDeal,
    UncloseDeal,
    WinDeal,
    moment,
)
from xiaoguan.lib.money import RATE_SCALE, to_stored
from xiaoguan.org.company import company


class Bulk:
    """``closings`` waits for the entries of the closings that the story will come back to."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._next = next_id(Deal)
        self._standing: dict[int, Row] = {}
        self._rows: list[tuple[Any, ...]] = []
        self._new_owners: list[tuple[int, int]] = []
        self._currency = company().currency
        self._write = writer(connection)
        self._closed: dict[int, Recorded] = {}
        self._tell: dict[type, Callable[[Any, Row, date, Signed], Happening | None]] = {
            MoveDeal: self._moved,
            PriceDeal: self._priced,
            RedateDeal: self._redated,
            HandDeal: self._handed,
            PlanDeal: self._planned,
            WinDeal: self._won,
            LoseDeal: self._lost,
            UncloseDeal: self._unclosed,
            ReopenDeal: self._reopened,
        }

    def open(self, step: OpenDeal, day: date, signed: Signed) -> list[Happening]:
        pk, self._next = self._next, self._next + 1
        self._ids.deals[step.number] = pk
        row = self._row(pk, step, day, signed)
        if step.later:
            self._standing[step.number] = row
        self._gather(self._row(pk, step, day, signed), step)
        return [Happening(fact=facts.DealCreated(**row.position()), on=day, signed=signed)]

    def _row(self, pk: int, step: OpenDeal, day: date, signed: Signed) -> Row:
        ids = self._ids
        return Row(
            pk=pk, name=step.name, state=rules.OPEN, customer_id=ids.customers[step.customer],
            owner_id=ids.members[step.by], product_id=ids.products[step.product],
            product_line_id=ids.lines[step.product], source_id=ids.sources[step.source], stage_id=ids.stages[0],
            amount=step.amount, currency=self._currency, tax=int(Tax.INCLUDED), opened_on=day, due_on=step.due_on,
            stage_since=day, updated_at=signed.at, left=len(step.later),
        )  # fmt: skip

    def change(self, step: DealStep, day: date, signed: Signed) -> list[Happening]:
        """What an open deal's next step tells; the deal is forgotten with its last."""
        row = self._standing[step.deal]
        told = self._tell[type(step)](step, row, day, signed)
        row.change(step, day, signed.at, self._ids)
        row.left -= 1
        if not row.left:
            del self._standing[step.deal]
        return [] if told is None else [told]

    def flush(self) -> None:
        insert_rows(Deal, ("id", *COLUMNS), self._rows, ids=False)
        update_rows(Deal, ("owner_id",), self._new_owners)
        self._rows.clear()
        self._new_owners.clear()

    def remember(self, step: WinDeal | LoseDeal, entry: Recorded) -> None:
        """The entry of a closing that the story will come back to."""
        self._closed[step.deal] = entry

    # --- rows -----------------------------------------------------------------------------------------------

    def _gather(self, row: Row, step: OpenDeal) -> None:
        write, owner_id = self._write, row.owner_id
        for day, change in step.later:
            row.change(change, day, moment(day, change.minute), self._ids)
        row.owner_id = owner_id  # who takes over may not have joined yet
        self._rows.append((
            row.pk, row.name, row.state, row.customer_id, row.owner_id, self._ids.pipeline, row.stage_id,
            row.product_id, row.source_id, None if row.amount is None else to_stored(row.amount), row.currency,
            RATE_SCALE, row.tax, write(row.opened_on), write(row.due_on), write(row.stage_since),
            write(row.closed_on), row.loss_reason_id, row.next_step, write(row.next_step_on), None,
            write(row.updated_at),
        ))  # fmt: skip

    # --- facts, each told of the row as it stands before the step ---------------------------------------------

    def _moved(self, step: MoveDeal, row: Row, day: date, signed: Signed) -> Happening:
        told = row.position() | {"stage_id": self._ids.stages[step.stage]}
        days = (day - row.stage_since).days
        return Happening(
            fact=facts.DealStageChanged(**told, stage_from=row.stage_id, stage_days=days), on=day, signed=signed
        )

    def _priced(self, step: PriceDeal, row: Row, day: date, signed: Signed) -> Happening | None:
        if step.amount == row.amount:
            return None
        told = row.position() | {"amount": step.amount}
        return Happening(fact=facts.DealAmountChanged(**told, amount_from=row.amount), on=day, signed=signed)

    def _redated(self, step: RedateDeal, row: Row, day: date, signed: Signed) -> Happening | None:
        if step.due_on == row.due_on:
            return None
        told = row.position() | {"due_on": step.due_on}
        return Happening(fact=facts.DealRedated(**told, due_from=row.due_on), on=day, signed=signed)

    def _handed(self, step: HandDeal, row: Row, day: date, signed: Signed) -> Happening:
        to = self._ids.members[step.to]
        self._new_owners.append((row.pk, to))
        told = row.position() | {"person_id": to}
        return Happening(fact=facts.DealTransferred(**told, person_from=row.owner_id), on=day, signed=signed)

    def _planned(self, step: PlanDeal, row: Row, day: date, signed: Signed) -> Happening | None:
        private = []
        if step.next_step != row.next_step:
            private.append(Private(field="next_step", old=row.next_step or None, new=step.next_step))
        if step.next_step_on != row.next_step_on:
            old = row.next_step_on.isoformat() if row.next_step_on else None
            private.append(Private(field="next_step_on", old=old, new=step.next_step_on.isoformat()))
        if not private:
            return None
        fields = tuple(one.field for one in private)
        told = FieldsChanged(kind=DEAL, object_id=row.pk, customer_id=row.customer_id, fields=fields)
        return Happening(fact=told, on=day, private=tuple(private), signed=signed)

    def _won(self, step: WinDeal, row: Row, day: date, signed: Signed) -> Happening:
        won = facts.DealWon(
            **row.position(),
            won_amount=step.amount,
            won_rate=RATE_SCALE,
            cycle_days=(day - row.opened_on).days,
            stage_days=(day - row.stage_since).days,
        )
        return Happening(fact=won, on=day, signed=signed)

    def _lost(self, step: LoseDeal, row: Row, day: date, signed: Signed) -> Happening:
        lost = facts.DealLost(
            **row.position(),
            lost_amount=step.amount,
            lost_rate=RATE_SCALE,
            reason_id=self._ids.reasons[step.reason],
            stage_days=(day - row.stage_since).days,
        )
        return Happening(fact=lost, on=day, signed=signed)

    def _unclosed(self, step: UncloseDeal, row: Row, day: date, signed: Signed) -> Happening:
        closing = self._closed.pop(step.deal)
        told = EntriesReversed(kind=DEAL, object_id=row.pk, customer_id=row.customer_id, reason=MISTAKE)
        return Happening(fact=told, on=closing.on_date, reverses=(closing.id,), signed=signed)

    def _reopened(self, step: ReopenDeal, row: Row, day: date, signed: Signed) -> Happening:
        closing = self._closed.pop(step.deal)
        told = row.position() | {"amount": row.open_amount if row.amount is None else row.amount}
        match closing.fact:
            case facts.DealWon() as won:
                fact: facts.Position = facts.WonDealReopened(
                    **told, won_amount=won.won_amount, won_rate=won.won_rate, winner_id=won.person_id,
                    cycle_days=won.cycle_days, was_new=closing.stamp.get("new"),
                )  # fmt: skip
            case facts.DealLost() as lost:
                fact = facts.LostDealReopened(
                    **told, lost_amount=lost.lost_amount, lost_rate=lost.lost_rate, loser_id=lost.person_id
                )
            case other:
                raise TypeError(type(other))
        return Happening(fact=fact, on=day, signed=signed)
