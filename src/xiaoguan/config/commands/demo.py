"""Fill an empty database with the demo company. 在空数据库里填入演示公司。"""

import argparse
from datetime import date

from xiaoguan.config import database
from xiaoguan.config.steps import Words, say, step
from xiaoguan.lib.refusal import Refusal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-empty", action="store_true", help="do nothing if there are members / 已有成员时跳过")
    parser.add_argument("--seed", type=int, default=1, help="another company of the same kind / 随机种子")
    parser.add_argument("--day", type=date.fromisoformat, help="the day the company is at / 演示公司所处的日期")


def run(args: argparse.Namespace) -> int:
    database.ready(upgrade_server=args.if_empty)
    from xiaoguan.config.demo import has_members

    if has_members():
        if args.if_empty:
            return 0
        raise Refusal(
            Words(
                "数据库里已有成员，没有填入演示公司，数据未改动。请换文件夹：XIAOGUAN_DATA=./demo xiaoguan demo",
                "There are members in the database already: the demo company was not filled in and nothing changed. "
                "Use another folder: XIAOGUAN_DATA=./demo xiaoguan demo",
            )
        )
    fill(day=args.day, seed=args.seed)
    say("演示公司已就绪。", "The demo company is ready.")
    return 0


def fill(*, day: date | None = None, seed: int = 1) -> None:
    """All or nothing: a half-filled company would never be completed, because it has members."""
    from django.db import transaction
    from django.utils import timezone

    from xiaoguan.config import demo
    from xiaoguan.lib.days import company_day

    with step("填入演示公司", "Fill in the demo company"), transaction.atomic():
        demo.fill(day or company_day(timezone.now()), seed=seed)
