"""The arguments of ``xiaoguan import``, importable before Django is set up so that ``--help`` answers at once."""

import argparse
from datetime import date
from pathlib import Path

from xiaoguan.services.transfer.contract import Tax

KINDS = ("members", "customers", "contacts", "products", "deals", "activities")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments; ``parser`` is the sub-command's own."""
    parser.add_argument("kind", metavar="KIND", choices=KINDS, help=", ".join(KINDS))
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, TSV, XLSX")
    parser.add_argument(
        "--map", metavar="FIELD=COLUMN", nargs="+", action="extend", default=[],
        help="which column is which field (FIELD= leaves it out) / 字段对应的列",
    )  # fmt: skip
    parser.add_argument("--sheet", default="", help="the sheet of a workbook / 工作表")
    parser.add_argument("--currency", type=_currency, help="currency of the amounts, such as CNY / 币种")
    parser.add_argument(
        "--tax", type=Tax, choices=list(Tax), default=Tax.UNKNOWN, metavar="in|ex|unknown",
        help="whether amounts include tax / 金额是否含税",
    )  # fmt: skip
    parser.add_argument(
        "--snapshot-day", type=date.fromisoformat, metavar="DAY",
        help="day on which rows without a date enter / 无日期的行记在哪一天",
    )  # fmt: skip
    parser.add_argument(
        "--accept-corrections", action="store_true", help="say yes to all proposed spellings / 接受更正"
    )
    parser.add_argument("--dry-run", action="store_true", help="check everything, write nothing / 试运行")
    parser.add_argument("--json", action="store_true", help="print JSON / 输出 JSON")


def _currency(text: str) -> str:
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise argparse.ArgumentTypeError("three letters, such as CNY")
    return text.upper()
