"""What the rows of a file mean: which deal, whose, since when and how it ended, or what is wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext_noop

from xiaoguan.deals import rules
from xiaoguan.deals.imports.stages import stages_missing
from xiaoguan.lib.days import company_day
from xiaoguan.org.company import company
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.contract import Assumption, Context, Prepared, Problem, Ready, Row, Tax
from xiaoguan.services.transfer.words import Words, listed

_WON: Final = frozenset({"won", "closedwon", "win", "赢单", "已赢单", "赢", "成交", "已成交", "签约", "已签约", "成功"})
_LOST: Final = frozenset({"lost", "closedlost", "lose", "输单", "已输单", "输", "丢单", "失败", "流失", "未成交"})


def words(text: str, **values: object) -> Words:
    """A stored sentence; days and the like are kept as text."""
    return Words(text, {key: value if isinstance(value, int) else str(value) for key, value in values.items()})


class DealRow(NamedTuple):
    """A row that makes sense: who, what, since when, and how it ended."""

    external_id: str | None
    name: str
    owner_id: int
    customer: str | None
    product: str | None
    stage: str | None
    state: int
    opened_on: date
    closed_on: date | None
    due_on: date | None
    amount: Decimal | None


def _bare(word: str) -> str:
    return "".join(word.split()).replace("_", "").replace("-", "").casefold()


def state_of(stage: str) -> int:
    """Whether a stage as written in a file means won, lost or still open."""
    bare = _bare(stage)
    if bare in _WON:
        return rules.WON
    return rules.LOST if bare in _LOST else rules.OPEN


def study(rows: Sequence[Row], memory: dict[str, Any]) -> None:
    """Note what only the whole file tells: the last day, whether lost rows carry amounts, customers' first days."""
    first_wins: dict[str, str] = memory.setdefault("first_wins", {})
    first_days: dict[str, str] = memory.setdefault("first_days", {})
    stages: list[str] = memory.setdefault("stages", [])
    for row in rows:
        values = row.values
        for field in ("opened_on", "closed_on"):
            day = values.get(field)
            if day and day.isoformat() > memory.get("last_day", ""):
                memory["last_day"] = day.isoformat()
        customer = values.get("customer")
        if customer and values.get("opened_on"):
            opened = values["opened_on"].isoformat()
            first_days[customer] = min(first_days.get(customer, opened), opened)
        stage = values.get("stage")
        if not stage:
            continue
        state = state_of(stage)
        if state == rules.OPEN and stage not in stages:
            stages.append(stage)
        elif state == rules.LOST:
            memory["lost"] = memory.get("lost", 0) + 1
            if values.get("amount"):
                memory["lost_valued"] = memory.get("lost_valued", 0) + 1
        elif state == rules.WON and customer and values.get("closed_on"):
            day = values["closed_on"].isoformat()
            first_wins[customer] = min(first_wins.get(customer, day), day)


def _lost_amounts_missing(context: Context) -> bool:
    """All lost rows carry zero or nothing: that is unknown, not zero (settled, point 6)."""
    return bool(context.memory.get("lost")) and not context.memory.get("lost_valued")


def _snapshot_day(context: Context) -> date:
    if context.options.snapshot_day:
        return context.options.snapshot_day
    last = context.memory.get("last_day")
    return date.fromisoformat(last) if last else company_day(context.at)


def assume(context: Context) -> list[Assumption]:
    """What is taken for granted about the whole file."""
    result = [Assumption(code="known_at", words=words(gettext_noop(
        "The file does not say when each deal became known; its own day is taken."
    )))]  # fmt: skip
    if context.options.currency is None:
        result.append(Assumption(code="currency", words=words(
            gettext_noop("Amounts are taken to be in %(currency)s, the company's currency."),
            currency=company().currency,
        )))  # fmt: skip
    if context.options.tax is Tax.UNKNOWN:
        result.append(Assumption(code="tax", words=words(gettext_noop(
            "It is not known whether amounts include tax."
        ))))  # fmt: skip
    if missing := stages_missing(context):
        result.append(Assumption(code="new_stages", words=words(
            gettext_noop("Stages that do not exist yet will be created behind the others: %(names)s."),
            names=listed(missing),
        )))  # fmt: skip
    if _lost_amounts_missing(context):
        result.append(Assumption(code="lost_amounts_missing", rows=context.memory["lost"], words=words(gettext_noop(
            "All lost deals carry 0: their amounts are taken as not known, not as zero."
        ))))  # fmt: skip
    return result


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into deals to write, or say what is wrong with them."""
    result = Prepared()
    people = _people(context)
    undated = no_customer = no_amount = 0
    for row in rows:
        ready = _prepare(row, context, people)
        if isinstance(ready, Problem):
            result.problems.append(ready)
            continue
        undated += row.values.get("opened_on") is None
        no_customer += ready.customer is None
        no_amount += ready.state == rules.OPEN and ready.amount is None
        result.rows.append(Ready(line=row.line, external_id=ready.external_id, payload=ready))
    result.assumptions = _assumed(context, undated, no_customer, no_amount)
    return result


def _assumed(context: Context, undated: int, no_customer: int, no_amount: int) -> list[Assumption]:
    found = (
        Assumption(code="opened_on", rows=undated, words=words(
            gettext_noop("Rows without a date enter on %(day)s, the day of the snapshot."), day=_snapshot_day(context)
        )),
        Assumption(code="no_customer", rows=no_customer, words=words(
            gettext_noop("Rows without a customer become deals without a customer.")
        )),
        Assumption(code="open_amount_unknown", rows=no_amount, words=words(
            gettext_noop("Open deals without an amount: their amount is not known, not zero.")
        )),
    )  # fmt: skip
    return [assumption for assumption in found if assumption.rows]


@dataclass(frozen=True, slots=True)
class _Person:
    id: int
    left_on: date | None


def _people(context: Context) -> dict[str, list[_Person]]:
    """Members by everything a file may call them: name, user name, employee number."""
    people = context.scratch.get("people")
    if people is None:
        people = {}
        rows = Member.objects.filter(removed=False).values_list("pk", "left_on", "name", "username", "employee_no")
        for pk, left_on, *called in rows:
            for word in {_bare(word) for word in called if word}:
                people.setdefault(word, []).append(_Person(pk, left_on))
        context.scratch["people"] = people
    return people


def _prepare(row: Row, context: Context, people: Mapping[str, list[_Person]]) -> DealRow | Problem:
    values = row.values
    state = state_of(values["stage"])
    opened_on = values.get("opened_on") or _snapshot_day(context)
    closed_on = values.get("closed_on") if state != rules.OPEN else None
    owner = _owner(row, people, opened_on)
    if isinstance(owner, Problem):
        return owner
    wrong = _wrong_days(row, state, opened_on, closed_on, context)
    if wrong:
        return wrong
    amount = values.get("amount")
    if state == rules.LOST and _lost_amounts_missing(context):
        amount = None
    customer, product = values.get("customer"), values.get("product")
    name = values.get("name") or " · ".join(part for part in (customer, product) if part)
    return DealRow(
        external_id=values.get("external_id"),
        name=(name or values.get("external_id") or values["stage"])[:200],
        owner_id=owner.id,
        customer=customer,
        product=product,
        stage=values["stage"] if state == rules.OPEN else None,
        state=state,
        opened_on=opened_on,
        closed_on=closed_on,
        due_on=values.get("due_on") if state == rules.OPEN else None,
        amount=amount,
    )


def _owner(row: Row, people: Mapping[str, list[_Person]], opened_on: date) -> _Person | Problem:
    written = row.values["owner"]
    found = people.get(_bare(written), [])
    if not found:
        return _problem(
            row, "owner", gettext_noop("Nobody here is called “%(value)s”."),
            gettext_noop("Add the person under Team, or correct the name in the file."),
        )  # fmt: skip
    if len(found) > 1:
        return _problem(
            row, "owner", gettext_noop("%(count)s people are called “%(value)s”."),
            gettext_noop("Write the employee number or the user name instead."), count=len(found),
        )  # fmt: skip
    person = found[0]
    if person.left_on and opened_on >= person.left_on:
        return _problem(
            row, "owner", gettext_noop("“%(value)s” left on %(left)s, before this deal was opened."),
            gettext_noop("Give the deal to the person who took over."), left=person.left_on,
        )  # fmt: skip
    return person


def _wrong_days(row: Row, state: int, opened_on: date, closed_on: date | None, context: Context) -> Problem | None:
    if state != rules.OPEN and closed_on is None:
        return _problem(
            row, "closed_on", gettext_noop("The deal is closed, but the file does not say on which day."),
            gettext_noop("Fill in the closing day."),
        )  # fmt: skip
    if closed_on and closed_on < opened_on:
        return _problem(
            row, "closed_on", gettext_noop("Closed on %(value)s, before it was opened on %(opened)s."),
            gettext_noop("Check both dates."), opened=opened_on,
        )  # fmt: skip
    today = company_day(context.at)
    for field, day in (("opened_on", opened_on), ("closed_on", closed_on)):
        if day and day > today:
            return _problem(row, field, gettext_noop("%(value)s lies in the future."), gettext_noop("Check the year."))
    due_on = row.values.get("due_on")
    if state == rules.OPEN and due_on and due_on < opened_on:
        return _problem(
            row, "due_on", gettext_noop("Expected to close on %(value)s, before it was opened on %(opened)s."),
            gettext_noop("Check both dates."), opened=opened_on,
        )  # fmt: skip
    return None


def _problem(row: Row, field: str, reason: str, hint: str, **values: object) -> Problem:
    written = row.values.get(field)
    shown = "" if written is None else str(written)
    return Problem(
        line=row.line, field=field, value=shown, reason=words(reason, value=shown, **values), hint=words(hint)
    )
