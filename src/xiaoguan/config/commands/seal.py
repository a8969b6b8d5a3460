"""Seal both books into files that figures are read from, until nothing is left to do. 封存两册账，供指标读取。

--verify compares every row of every file with the tables and ends with 1 if one differs.
"""

import argparse
import time
from dataclasses import asdict
from typing import TYPE_CHECKING

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words

if TYPE_CHECKING:
    from xiaoguan.ledger.segments.upkeep import Done

_PATIENCE_SECONDS = 60.0
_BUSY_SECONDS = 0.5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="compare files and tables / 核对文件与各表")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.ledger.segments.mending import set_damaged_aside
    from xiaoguan.ledger.segments.verifying import verify

    if args.verify:
        faults = verify()
        if args.json:
            print_json({"clean": not faults, "faults": faults})
        else:
            for fault in faults:
                print(f"✗ {fault.file}: {fault.fault}")
            print(_verdict(bool(faults)))
        return 1 if faults else 0
    set_damaged_aside()
    done = _all_rounds()
    if done.sealed:
        database.count_what_has_grown()  # here, because this runs in a process of its own whenever the books have grown
    _report(done, as_json=args.json)
    return 0


def _verdict(wrong: bool) -> Words:
    if wrong:
        return Words("有文件不对：xiaoguan seal 会重做它们。", "Some files are wrong: xiaoguan seal makes them again.")
    return Words("✓ 封存文件与各表一致。", "✓ The files equal the tables.")


def _all_rounds() -> "Done":
    """Rounds until one makes nothing; another process that is at it is waited for."""
    from django.utils import timezone

    from xiaoguan.ledger.segments.upkeep import Done, round_of_upkeep

    total = Done()
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done = round_of_upkeep(timezone.now, patience=_PATIENCE_SECONDS)
        if done.busy and time.monotonic() < end:
            time.sleep(_BUSY_SECONDS)
            continue
        total = total.plus(done)
        if not done.made_something:
            return total


def _report(done: "Done", *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(done))
    elif done.busy:
        print(Words("另一个进程正在封存。", "Another process is sealing."))
    else:
        print(
            Words(
                f"新封存 {done.sealed} 个，合并 {done.merged} 次，重做 {done.mended} 个，清理 {done.swept} 个。",
                f"Sealed {done.sealed}, merged {done.merged}, made again {done.mended}, swept {done.swept}.",
            )
        )
