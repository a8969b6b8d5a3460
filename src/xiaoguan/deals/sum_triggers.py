"""The triggers that keep the sums of closed deals, and what a row of sums is, in SQL.

They are found by their names: whoever changes what they do changes these, so that they are put up anew everywhere.
"""

from typing import Final

from xiaoguan.deals.models import ClosedSum, Deal

DEALS: Final = Deal._meta.db_table
SUMS: Final = ClosedSum._meta.db_table
CLOSED: Final = f"({Deal.State.WON:d}, {Deal.State.LOST:d})"
_KEY: Final = "kind, state, closed, value, stage, rate, slot"
TO_SUMS: Final = f"INSERT INTO {SUMS} ({_KEY}, deals, known, amount)"
ADD: Final = f"""
ON CONFLICT ({_KEY}) DO UPDATE SET
    deals = {SUMS}.deals + excluded.deals, known = {SUMS}.known + excluded.known,
    amount = {SUMS}.amount + excluded.amount
"""
_MONTH: Final = {
    "sqlite": "CAST(REPLACE(SUBSTR({day}, 1, 7), '-', '') AS INTEGER)",
    "postgresql": "(EXTRACT(YEAR FROM {day}) * 100 + EXTRACT(MONTH FROM {day}))::integer",
}
_LOOKED_AT: Final = (
    "state",
    "owner_id",
    "product_id",
    "source_id",
    "due_on",
    "closed_on",
    "stage_id",
    "rate",
    "amount",
)
_SIDES: Final = {"insert": ("new",), "update": ("old", "new"), "delete": ("old",)}
_SIGN: Final = {"old": -1, "new": 1}
NAMES: Final = tuple(f"deals_closed_sums_{event}" for event in _SIDES)


def told(vendor: str, row: str) -> dict[int, tuple[str, str]]:
    """By kind: the value of a deal, and the month in which it was closed."""
    due, closed = (_MONTH[vendor].format(day=f"{row}.{column}") for column in ("due_on", "closed_on"))
    return {
        ClosedSum.Kind.WHOLE: ("0", closed),
        ClosedSum.Kind.OWNER: (f"{row}.owner_id", "0"),
        ClosedSum.Kind.PRODUCT: (f"COALESCE({row}.product_id, 0)", closed),
        ClosedSum.Kind.SOURCE: (f"COALESCE({row}.source_id, 0)", closed),
        ClosedSum.Kind.MONTH: (f"COALESCE({due}, 0)", closed),
    }


def triggers(vendor: str) -> list[str]:
    """The statements that put them all up."""
    make = _sqlite if vendor == "sqlite" else _postgresql
    return [sql for name, event in zip(NAMES, _SIDES, strict=True) for sql in make(name, event)]


def _sqlite(name: str, event: str) -> list[str]:
    closed = " OR ".join(f"{side}.state IN {CLOSED}" for side in _SIDES[event])
    of = f" OF {', '.join(_LOOKED_AT)}" if event == "update" else ""
    steps = " ".join(map(_sqlite_step, _SIDES[event]))
    return [f"CREATE TRIGGER IF NOT EXISTS {name} AFTER {event.upper()}{of} ON {DEALS} WHEN {closed} BEGIN {steps} END"]


def _sqlite_step(side: str) -> str:
    said = " UNION ALL ".join(f"SELECT {kind:d} AS kind, {closed} AS closed, {value} AS value"
                              for kind, (value, closed) in told("sqlite", side).items())  # fmt: skip
    sign = _SIGN[side]
    return (
        f"{TO_SUMS} SELECT kind, {side}.state, closed, value, COALESCE({side}.stage_id, 0), {side}.rate, 0,"
        f" {sign}, {sign} * ({side}.amount IS NOT NULL), {sign} * COALESCE({side}.amount, 0)"
        f" FROM ({said}) WHERE {side}.state IN {CLOSED} {ADD};"
    )


def _postgresql(name: str, event: str) -> list[str]:
    """Once a statement: its rows are added up before anything is written."""
    changed = " UNION ALL ".join(
        f"SELECT {_SIGN[side]} AS sign, {', '.join(_LOOKED_AT)} FROM {side}_deals WHERE state IN {CLOSED}"
        for side in _SIDES[event]
    )
    said = ", ".join(
        f"({kind:d}, {closed}, {value})" for kind, (value, closed) in told("postgresql", "changed").items()
    )
    tables = " ".join(f"{side.upper()} TABLE AS {side}_deals" for side in _SIDES[event])
    function = f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {TO_SUMS}
    SELECT * FROM (
        SELECT kind, state, closed, value, COALESCE(stage_id, 0), rate, pg_current_xact_id()::text::bigint,
            SUM(sign) AS deals, COALESCE(SUM(sign) FILTER (WHERE amount IS NOT NULL), 0) AS known,
            COALESCE(SUM(sign * amount), 0) AS amount
        FROM ({changed}) AS changed CROSS JOIN LATERAL (VALUES {said}) AS said(kind, closed, value)
        GROUP BY kind, state, closed, value, stage_id, rate
    ) AS added WHERE deals <> 0 OR known <> 0 OR amount <> 0
    {ADD};
    RETURN NULL;
END
$$
"""
    trigger = (
        f"CREATE OR REPLACE TRIGGER {name} AFTER {event.upper()} ON {DEALS} "
        f"REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
    return [function, trigger]
