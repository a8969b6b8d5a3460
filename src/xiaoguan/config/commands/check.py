"""Check settings, database and its protections. 检查设置、数据库及其保护。"""

import argparse

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    database.start_django()
    from django.core import checks

    from xiaoguan.config.triggers import missing_triggers
    from xiaoguan.ledger.segments.mending import lost_segments

    found = [str(message) for message in checks.run_checks() if message.is_serious()]
    upgrade = database.pending()
    if upgrade:
        found.append("migrations are waiting: xiaoguan migrate")
    else:
        found.extend(f"trigger {name} is missing: xiaoguan migrate" for name in missing_triggers())
        found.extend(
            f"segment {segment.file} is missing or cut short, figures are right but slow: xiaoguan seal"
            for _contents, segment in lost_segments()
        )
    if args.json:
        print_json({"clean": not found, "found": found})
    else:
        print("\n".join(found) if found else "✓")
    if upgrade:
        return 3
    return 1 if found else 0
