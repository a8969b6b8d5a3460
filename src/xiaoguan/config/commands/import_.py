"""Bring a table of another program in: members, customers, contacts, products, deals, activities. 导入表格。

  xiaoguan import deals deals.xlsx --dry-run
  xiaoguan import deals deals.csv --map amount=成交金额 owner=销售 --currency CNY --tax in

Columns are guessed where no map is given. Nothing is asked; what was taken for granted stands in the output.
"""

import argparse

from xiaoguan.config import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from xiaoguan.services.transfer import arguments

    arguments.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.services.transfer import command

    return command.run(args)
