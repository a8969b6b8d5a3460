"""Rebuild the ledger from the journal as a new generation, the search, and the sums of deals.
由流水重建账本（新的一代），并重建搜索和已关闭商机的合计。

Ends with 1 if an account's total differs from before.
"""

import argparse
from dataclasses import asdict

from xiaoguan.config import database
from xiaoguan.config.commands.output import add_json, print_json
from xiaoguan.config.steps import Words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    database.ready()
    from xiaoguan.config.search import rebuild_search
    from xiaoguan.deals.closed_sums import add_up_anew
    from xiaoguan.ledger.rebuild import rebuild

    rebuilt = rebuild()
    found = rebuild_search()
    add_up_anew()
    if args.json:
        print_json(asdict(rebuilt) | {"searchable": found})
    else:
        print(
            Words(
                f"第 {rebuilt.generation} 代：{rebuilt.postings:,} 笔过账。",
                f"Generation {rebuilt.generation}: {rebuilt.postings:,} postings.",
            )
        )
        print(Words(f"可搜索的记录：{found:,} 条。", f"Records that can be searched: {found:,}."))
        for code, before, after in rebuilt.changed_accounts:
            print(Words(f"✗ 科目 {code}：{before} → {after}", f"✗ account {code}: {before} → {after}"))
    return 1 if rebuilt.changed_accounts else 0
