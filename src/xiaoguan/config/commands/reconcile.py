"""Prove that journal, ledger and tables agree. 证明流水、账本和各表一致。"""

import argparse
from dataclasses import asdict

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)
    # How the server works off what was asked for on the page of the books.
    parser.add_argument("--asked", action="store_true", help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.ledger.proofs import work_off
    from xiaoguan.ledger.reconcile import reconcile

    if args.asked:
        work_off()
        return 0
    report = reconcile()
    if args.json:
        print_json({"clean": report.clean, **asdict(report)})
        return 0 if report.clean else 1
    checks = ", ".join(report.checks)
    print(
        Words(
            f"核对了 {report.entries:,} 条分录、{report.postings:,} 笔过账（{checks}）。",
            f"Compared {report.entries:,} entries and {report.postings:,} postings ({checks}).",
        )
    )
    for difference in report.differences:
        print(f"✗ {difference.check}: {difference.about}: {difference.expected} ≠ {difference.found}")
    if report.clean:
        print(Words("✓ 全部一致。", "✓ Everything agrees."))
    return 0 if report.clean else 1
