"""Ask a measure. 查询指标。

  xiaoguan measure won_amount --period 2017 --by region --json

Everything is seen, as by the whole company. Without a key the measures are listed.
"""

import argparse
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

from xiaoguan.ledger.measures.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from decimal import Decimal

    from xiaoguan.ledger.measures.answers import MeasureAnswer, Row
    from xiaoguan.lib.periods import Period


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the console command."""
    parser.add_argument("key", nargs="?", help="which measure, e.g. won_amount / 指标")
    parser.add_argument("--period", help="2017, 2017-Q2, 2017-03, 2017-W12, 2017-01-01..2017-03-31 / 期间")
    parser.add_argument("--by", help=f"group by / 分组: {', '.join(DIMENSIONS)} (several with commas)")
    parser.add_argument("--known-on", type=date.fromisoformat, help="as known at the end of that day / 按当日已知")
    parser.add_argument("--org", choices=("then", "now"), default="then", help="organisation / 组织口径")
    parser.add_argument("--json", action="store_true", help="print JSON / 输出 JSON")


def run(args: argparse.Namespace) -> int:
    """Print the answer. Refusal for a key, period or dimension that does not exist."""
    if args.key is None:
        return _list(args.json)
    from xiaoguan.analysis.asking import console_ask
    from xiaoguan.ledger.measures.engine import ask

    question = console_ask(args.key, args.period, args.by, args.org, args.known_on)
    answer = ask(question).measures[args.key]
    if args.json:
        document = {
            "measure": args.key,
            "name": answer.measure.name,
            "unit": str(answer.measure.unit),
            "adds_up": str(answer.measure.adds_up),
            "period": {"start": str(question.period.start), "end": str(question.period.end)},
            "by": list(question.by),
            "org": str(question.org),
            "known_on": str(question.known_on) if question.known_on else None,
            "rows": [_row(question.by, row) for row in answer.rows],
            "total": _figure(answer.total),
        }
        _say(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _table(question.period, question.by, answer)
    return 0


def _list(as_json: bool) -> int:
    from xiaoguan.ledger.measures.language import all_measures

    if as_json:
        _say(json.dumps([{"measure": item.key, "name": item.name} for item in all_measures()], ensure_ascii=False))
    else:
        for item in all_measures():
            _say(f"{item.key:<20} {item.name} — {item.formula}")
    return 0


def _row(by: tuple[str, ...], row: "Row") -> dict[str, Any]:
    from xiaoguan.analysis.words import group_name

    key: Any = None if not row.key else row.key[0] if len(row.key) == 1 else list(row.key)
    return {"group": group_name(by, row), "key": key, **_figure(row.figure)}


def _figure(figure: Any) -> dict[str, Any]:
    from xiaoguan.analysis.words import reason_sentence

    result = {"value": _number(figure.value), "count": figure.count, "unknown": figure.unknown}
    return result | {"reason": reason_sentence(figure.reason)} if figure.reason else result


def _number(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _table(period: "Period", by: tuple[str, ...], answer: "MeasureAnswer") -> None:
    from xiaoguan.analysis.words import DIMENSION_NAMES, group_name, reason_sentence, unknown_sentence

    _say(f"{answer.measure.name} · {period.label}")
    lines = [(group_name(by, row) or "", row.figure) for row in answer.rows]
    if by:
        _say(" · ".join(str(DIMENSION_NAMES[name]) for name in by))
        lines.append(("=", answer.total))
    width = max((len(name) for name, _figure in lines), default=0)
    for name, figure in lines:
        value = _written(answer.measure.unit, figure.value)
        notes = [unknown_sentence(figure), reason_sentence(figure.reason)]
        _say(f"{name:<{width}}  {value:>18}  ({figure.count:,})  {'; '.join(filter(None, notes))}".rstrip())


def _written(unit: str, value: "Decimal | None") -> str:
    from xiaoguan.ui import format as write

    if unit == "percent":
        return write.percent(value)
    return write.number(value, 0 if unit == "count" else 2)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
