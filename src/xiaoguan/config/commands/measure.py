"""Ask a measure; without a key the measures are listed. 查询指标；不写指标名则列出全部。

xiaoguan measure won_amount --period 2017-Q2 --by region --json
"""

import argparse

from xiaoguan.config import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    database.start_django()
    from xiaoguan.analysis import command

    command.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.analysis import command

    return command.run(args)
