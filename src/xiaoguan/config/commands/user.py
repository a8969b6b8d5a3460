"""People who sign in: create, set a password, list, give a role; exchange rates. 成员登录与汇率。

xiaoguan user create wang --name 王芳 --role administrator
"""

import argparse

from xiaoguan.config import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    database.start_django()
    from xiaoguan.org import command

    command.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.org import command

    return command.run(args)
