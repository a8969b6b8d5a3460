"""Fill an empty database with the demo company. 在空数据库里填入演示公司。

The same size, seed and day give the same company. 规模、种子和日期相同，公司就相同。
"""

import argparse
import time
from collections.abc import Callable
from datetime import date

from xiaoguan.config import database
from xiaoguan.config.steps import Words, say, step
from xiaoguan.lib.refusal import Refusal

SIZES = ("tiny", "small", "medium", "large", "huge", "peer", "customers")
_SECONDS_BETWEEN = 10.0
# The published calendar begins in 2004, the story two years before its day.
_YEARS = (2007, 2100)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--if-empty", action="store_true", help="do nothing if there are members / 已有成员时跳过")
    parser.add_argument(
        "--size",
        choices=SIZES,
        default="small",
        help="small: 30 people, 3,000 deals (default); medium: 150, 30,000; large: 500, 100,000; huge: 5,000, 1 M; "
        "peer: 200 sellers, 1 M deals; customers: 500,000 customers / 规模",
    )
    parser.add_argument("--seed", type=int, default=1, help="another company of the same kind / 随机种子")
    parser.add_argument("--as-of", "--day", type=_day, help="the day the company is at / 演示公司所处的日期")


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise argparse.ArgumentTypeError(f"{text}: {_YEARS[0]}–{_YEARS[1]}")
    return day


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
    fill(size=args.size, as_of=args.as_of, seed=args.seed)
    say("演示公司已就绪。", "The demo company is ready.")
    return 0


def fill(*, size: str = "small", as_of: date | None = None, seed: int = 1) -> None:
    """All or nothing: a half-filled company would never be completed, because it has members."""
    from django.utils import timezone

    from xiaoguan.config import demo
    from xiaoguan.lib.days import company_day

    with step("填入演示公司", "Fill in the demo company"):
        demo.fill(as_of or company_day(timezone.now()), size=size, seed=seed, progress=_telling())


def _telling() -> Callable[[int, int, int], None]:
    """Says every few seconds how far it is and how fast."""
    started = told = time.monotonic()

    def tell(done: int, total: int, entries: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < _SECONDS_BETWEEN:
            return
        told = now
        percent, rate = 100 * done // total, int(entries / (now - started))
        say(
            f"    {percent} %，流水 {entries:,} 条，每秒 {rate:,} 条",
            f"    {percent} %, {entries:,} entries, {rate:,} a second",
        )

    return tell
