"""Create the database or bring it to this version. 建立或升级数据库。"""

import argparse

from xiaoguan.config import database
from xiaoguan.config.steps import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    database.ready(upgrade_server=True)
    say("数据库已是最新。", "The database is up to date.")
    return 0
