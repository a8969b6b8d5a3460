"""Problems, corrections, assumptions and options in JSON, as a run keeps them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from xiaoguan.services.transfer.contract import Assumption, Correction, Options, Problem, Tax
from xiaoguan.services.transfer.words import Words


def problems_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "reason": problem.reason.as_json(),
            "hint": problem.hint.as_json(),
            "field": problem.field,
            "column": problem.column,
            "value": problem.value,
        }
        for problem in problems
    ]


def problems_of(line: int, stored: Iterable[Mapping[str, Any]] | None) -> list[Problem]:
    return [
        Problem(
            line=line,
            reason=Words.from_json(problem["reason"]),
            hint=Words.from_json(problem["hint"]),
            field=problem["field"],
            column=problem["column"],
            value=problem["value"],
        )
        for problem in stored or ()
    ]


def corrections_json(corrections: Iterable[Correction]) -> list[dict[str, Any]]:
    return [
        {
            "field": c.field,
            "column": c.column,
            "written": c.written,
            "meant": c.meant,
            "rows": c.rows,
            "why": c.why.as_json(),
        }
        for c in corrections
    ]


def corrections_of(stored: Iterable[Mapping[str, Any]]) -> list[Correction]:
    return [Correction(**{**c, "why": Words.from_json(c["why"])}) for c in stored]


def assumptions_json(assumptions: Iterable[Assumption]) -> list[dict[str, Any]]:
    return [{"code": a.code, "words": a.words.as_json(), "rows": a.rows} for a in assumptions]


def assumptions_of(stored: Iterable[Mapping[str, Any]]) -> list[Assumption]:
    return [Assumption(code=a["code"], words=Words.from_json(a["words"]), rows=a["rows"]) for a in stored]


def added_up(assumptions: Iterable[Assumption]) -> list[Assumption]:
    """One assumption per code, rows added, in the order in which they were first met."""
    found: dict[str, Assumption] = {}
    for a in assumptions:
        earlier = found.get(a.code)
        rows = a.rows + (earlier.rows if earlier else 0)
        found[a.code] = Assumption(code=a.code, words=earlier.words if earlier else a.words, rows=rows)
    return list(found.values())


def options_json(options: Options) -> dict[str, Any]:
    return {
        "currency": options.currency,
        "tax": str(options.tax),
        "snapshot_day": options.snapshot_day and options.snapshot_day.isoformat(),
        "accept_corrections": options.accept_corrections,
        "clear_empty": options.clear_empty,
    }


def options_of(stored: Mapping[str, Any]) -> Options:
    day = stored.get("snapshot_day")
    return Options(
        currency=stored.get("currency"),
        tax=Tax(stored.get("tax", Tax.UNKNOWN)),
        snapshot_day=date.fromisoformat(day) if day else None,
        accept_corrections=stored.get("accept_corrections", False),
        clear_empty=stored.get("clear_empty", False),
    )
