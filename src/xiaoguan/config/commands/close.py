"""Close the books through a day: later corrections go to the first open day. 结账到某一天。"""

import argparse
from datetime import date

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("through", type=date.fromisoformat, help="last closed day / 最后关闭的一天, 2026-10-31")
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from django.utils import timezone

    from xiaoguan.ledger.closing import close_through
    from xiaoguan.lib.days import company_day

    now = timezone.now()
    close = close_through(args.through, by=None, at=now, today=company_day(now))
    if args.json:
        print_json({"closed_through": close.through})
    else:
        print(Words(f"已结账到 {close.through}。", f"The books are closed through {close.through}."))
    return 0
