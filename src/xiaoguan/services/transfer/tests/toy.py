"""A small importable kind for the tests of the engine: things with a code, an owner's name, a day and a value.

Its table is made by the tests; what it does is recorded in the real journal, as a module would.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop

from xiaoguan.journal.facts.general import EntriesReversed, FieldsChanged
from xiaoguan.journal.kinds import SOURCE, object_key
from xiaoguan.journal.models import Entry, Origin
from xiaoguan.journal.recording import Happening, record
from xiaoguan.lib.days import company_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Assumption,
    Column,
    ColumnKind,
    Context,
    Correction,
    Did,
    Importable,
    Outcome,
    Prepared,
    Problem,
    Ready,
    Row,
)
from xiaoguan.services.transfer.words import Words

TABLE = "toy_thing"
OWNERS = {"王芳": 1, "李伟": 2}
REFUSED = "S-refused"
"""a code that the toy's rule refuses while it is written"""


def create_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {TABLE} (id integer PRIMARY KEY, code varchar(40), owner integer, product varchar(40), "
            "day varchar(10), value bigint, removed integer DEFAULT 0)"
        )


def drop_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")


def things() -> dict[str, tuple[Any, ...]]:
    """code → (owner, product, day, value) of the things that are there."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT code, owner, product, day, value FROM {TABLE} WHERE removed = 0 ORDER BY id")
        return {row[0]: tuple(row[1:]) for row in cursor.fetchall()}


def toy(**changes: Any) -> Importable:
    """The importable kind "things"; a test replaces what it wants to see fail."""
    settled: dict[str, Any] = {
        "kind": "things", "label": "Things", "object_kind": SOURCE, "columns": COLUMNS, "prepare": prepare,
        "apply": apply, "undo": undo, "study": study, "assume": assume, "accept": accept,
    }  # fmt: skip
    return Importable(**(settled | changes))


ALIASES: list[tuple[str, str]] = []
COLUMNS = (
    Column(field="code", label="Code", synonyms=("编号", "id"), required=True, filled=True),
    Column(field="owner", label="Owner", synonyms=("负责人",), kind=ColumnKind.REF, required=True, filled=True),
    Column(
        field="product", label="Product", synonyms=("产品",), kind=ColumnKind.REF, known=lambda: ["GTX Pro"], alias=True
    ),
    Column(
        field="city",
        label="City",
        synonyms=("城市",),
        kind=ColumnKind.CHOICE,
        reference=lambda: ["Shanghai", "Beijing"],
    ),
    Column(field="day", label="Day", synonyms=("日期",), kind=ColumnKind.DATE),
    Column(field="value", label="Value", synonyms=("金额",), kind=ColumnKind.AMOUNT),
)


def study(rows: Sequence[Row], memory: dict[str, Any]) -> None:
    memory["valued"] = memory.get("valued", 0) + sum(1 for row in rows if row.values.get("value"))


def assume(context: Context) -> list[Assumption]:
    if context.options.currency is None:
        return [Assumption(code="currency", words=Words(gettext_noop("Amounts are in the company's currency.")))]
    return []


def accept(corrections: Sequence[Correction], context: Context) -> None:
    ALIASES.extend((c.written, c.meant) for c in corrections)


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    result = Prepared()
    undated = 0
    for row in rows:
        owner = row.values["owner"]
        if owner not in OWNERS:
            words = Words(gettext_noop("nobody is called so"))
            result.problems.append(Problem(line=row.line, reason=words, field="owner", value=owner))
            continue
        undated += row.values.get("day") is None
        result.rows.append(Ready(row.line, row.values["code"], row.values | {"owner": OWNERS[owner]}))
    if undated:
        result.assumptions = [Assumption(code="day", words=Words(gettext_noop("Undated.")), rows=undated)]
    return result


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    outcomes = []
    with connection.cursor() as cursor:
        for row in rows:
            if row.payload["code"] == REFUSED:
                raise Refusal("this one is refused", field="code")
            outcomes.append(_write(cursor, row))
    facts = [FieldsChanged(kind=SOURCE, object_id=o.object_id, fields=("toy",), old=None, new=None) for o in outcomes]
    _record([Happening(fact=fact, on=company_day(context.at)) for fact in facts], context)
    return outcomes


def _write(cursor: Any, row: Ready) -> Outcome:
    said = row.payload
    day, value = said.get("day"), said.get("value")
    values = [said["owner"], said.get("product"), day and day.isoformat(), value and int(value)]
    if row.object_id is None:
        cursor.execute(
            f"INSERT INTO {TABLE} (id, code, owner, product, day, value) "
            f"SELECT coalesce(max(id), 0) + 1, %s, %s, %s, %s, %s FROM {TABLE}",
            [said["code"], *values],
        )
        cursor.execute(f"SELECT max(id) FROM {TABLE}")
        return Outcome(row.line, cursor.fetchone()[0], Did.CREATED)
    cursor.execute(f"SELECT owner, product, day, value FROM {TABLE} WHERE id = %s", [row.object_id])
    before = dict(zip(("owner", "product", "day", "value"), cursor.fetchone(), strict=True))
    cursor.execute(
        f"UPDATE {TABLE} SET owner = %s, product = %s, day = %s, value = %s WHERE id = %s", [*values, row.object_id]
    )
    return Outcome(row.line, row.object_id, Did.UPDATED, before)


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    with connection.cursor() as cursor:
        for row in rows:
            if row.did is Did.CREATED:
                cursor.execute(f"UPDATE {TABLE} SET removed = 1 WHERE id = %s", [row.object_id])
            else:
                before = row.before or {}
                cursor.execute(
                    f"UPDATE {TABLE} SET owner = %s, product = %s, day = %s, value = %s WHERE id = %s",
                    [before["owner"], before["product"], before["day"], before["value"], row.object_id],
                )
    keys = {object_key(SOURCE, row.object_id): row.object_id for row in rows}
    entries = Entry.objects.filter(batch_id=context.run_id, subject_key__in=list(keys), kind=1)
    happenings = [
        Happening(
            fact=EntriesReversed(kind=SOURCE, object_id=keys[entry.subject_key], reason="import_undone"),
            on=entry.on_date,
            reverses=(entry.pk,),
        )
        for entry in entries
    ]
    _record(happenings, context)


def _record(happenings: list[Happening], context: Context) -> None:
    by = context.by.pk if context.by else None
    record(happenings, by=by, at=context.at, origin=Origin.IMPORT, batch_id=context.run_id)
