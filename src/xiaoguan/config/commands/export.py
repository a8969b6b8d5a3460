"""Write the journal as an event log for process-mining programs. 把流水导出为事件日志，供流程挖掘软件使用。

  xiaoguan export ocel log.json
  xiaoguan export ocel log.sqlite --from 2026-01-01 --to 2026-06-30
  xiaoguan export xes log.xes.gz --case customer

The whole company's. People, customers and deals appear by number only; --names adds their names, which makes the file
personal data. What was taken back is left out and what was corrected appears corrected; --with-reversed keeps both.
整个公司的数据。人员、客户、商机只以编号出现；--names 会写入名称，文件即含个人信息。已撤回的内容不导出，
已更正的内容按更正后导出；--with-reversed 则全部保留。
"""

import argparse
import sys
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words

_ENDINGS = {".json": "ocel-json", ".jsonocel": "ocel-json", ".sqlite": "ocel-sqlite", ".sqlite3": "ocel-sqlite"}
_FORMATS = {"json": "ocel-json", "sqlite": "ocel-sqlite"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="ocel | xes")
    ocel = kinds.add_parser("ocel", help="object-centric, OCEL 2.0: JSON or SQLite / 以对象为中心")
    ocel.add_argument("file", type=Path, help="FILE.json | FILE.sqlite")
    ocel.add_argument("--format", choices=tuple(_FORMATS), help="if the ending does not tell / 结尾看不出格式时")
    xes = kinds.add_parser("xes", help="a trace for each case, XES (IEEE 1849) / 每个案例一条轨迹")
    xes.add_argument("file", type=Path, help="FILE.xes | FILE.xes.gz")
    xes.add_argument("--case", choices=("deal", "customer"), default="deal", help="what a trace is / 以什么为案例")
    for one in (ocel, xes):
        one.add_argument("--from", dest="day_from", type=date.fromisoformat, metavar="DAY", help="first day / 首日")
        one.add_argument("--to", dest="day_to", type=date.fromisoformat, metavar="DAY", help="last day / 末日")
        one.add_argument(
            "--names", action="store_true", help="with names of members, customers, deals / 写入成员、客户、商机名称"
        )
        one.add_argument(
            "--with-reversed",
            action="store_true",
            help="keep what was taken back or corrected, marked / 保留已撤回、已更正的内容并标明",
        )
        one.add_argument("--force", action="store_true", help="replace an existing file / 覆盖已有文件")
        add_json(one)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from django.utils import timezone

    from xiaoguan.processes.exporting import export
    from xiaoguan.processes.queries import Wanted

    started = time.monotonic()
    file_format = _format(args)
    wanted = Wanted(day_from=args.day_from, day_to=args.day_to, names=args.names, with_reversed=args.with_reversed)
    done = export(
        args.file,
        file_format=file_format,
        wanted=wanted,
        at=timezone.now(),
        case=args.case if args.kind == "xes" else None,
        force=args.force,
        progress=_progress,
    )
    seconds = time.monotonic() - started
    _clear()
    if args.json:
        print_json({
            "file": str(args.file), "format": file_format, "from": args.day_from, "to": args.day_to,
            **asdict(done), "seconds": round(seconds, 2),
        })  # fmt: skip
    else:
        print(_told(args.file, file_format, done.events, done.objects, done.traces, seconds))
    return 0


def _format(args: argparse.Namespace) -> str:
    from django.utils.translation import gettext as _

    from xiaoguan.lib.refusal import Refusal

    name = args.file.name.lower()
    if args.kind == "xes":
        if not name.endswith((".xes", ".xes.gz")):
            raise Refusal(_("Name the file .xes or .xes.gz."), field="file")
        return "xes"
    if args.format:
        return _FORMATS[args.format]
    if args.file.suffix.lower() not in _ENDINGS:
        raise Refusal(_("Name the file .json or .sqlite, or say --format."), field="file")
    return _ENDINGS[args.file.suffix.lower()]


def _told(file: Path, file_format: str, events: int, objects: int, traces: int, seconds: float) -> Words:
    if file_format == "xes":
        return Words(
            f"✓ {file}：{events:,} 个事件，{traces:,} 条轨迹，{seconds:.1f} 秒。",
            f"✓ {file}: {events:,} events in {traces:,} traces, {seconds:.1f} s.",
        )
    return Words(
        f"✓ {file}：{events:,} 个事件，{objects:,} 个对象，{seconds:.1f} 秒。",
        f"✓ {file}: {events:,} events, {objects:,} objects, {seconds:.1f} s.",
    )


def _progress(events: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K  … {Words(f'{events:,} 个事件', f'{events:,} events')}", end="", file=sys.stderr, flush=True)


def _clear() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
