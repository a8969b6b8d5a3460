"""The console command ``xiaoguan``: one word per task, each in its own module of ``config.commands``.

A command's module is imported only when it is the one asked for, so that ``--help`` answers at once.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from xiaoguan.config.steps import StepFailed, Words, say

OK, FOUND_WRONG, REFUSED, NOT_SET_UP = 0, 1, 2, 3

COMMANDS = {
    "serve": Words("启动网站和后台工作", "start the web site and background work"),
    "demo": Words("填入演示公司", "fill in the demo company"),
    "user": Words(
        "成员登录：新建、设密码、列出、角色；汇率", "people who sign in: create, password, list, role; rates"
    ),
    "import": Words("导入表格", "bring a table in"),
    "export": Words("把流水导出为事件日志（OCEL 2.0、XES）", "write the journal as an event log (OCEL 2.0, XES)"),
    "measure": Words("查询指标", "ask a measure"),
    "reconcile": Words("证明流水、账本和各表一致", "prove that journal, ledger and tables agree"),
    "rebuild": Words("由流水重建账本", "rebuild the ledger from the journal"),
    "seal": Words("封存两册账并核对封存文件", "seal both books; prove that what is sealed is right"),
    "close": Words("结账到某一天", "close the books through a day"),
    "migrate": Words("建立或升级数据库", "create or upgrade the database"),
    "check": Words("检查设置和数据库", "check settings and database"),
}
_EXIT_CODES = Words(
    "退出码：0 正常；1 发现问题；2 被拒绝或输入有误；3 尚未准备好（缺数据库、端口被占用等）",
    "exit codes: 0 fine; 1 something wrong was found; 2 refused or bad input; 3 not set up (no database, port taken …)",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    name = arguments[0] if arguments else ""
    if name not in COMMANDS:
        return _general(arguments)
    _settle_environment()
    return _guarded(name, arguments[1:])


def _run(name: str, arguments: list[str]) -> int:
    command = import_module(f"xiaoguan.config.commands.{'import_' if name == 'import' else name}")
    parser = argparse.ArgumentParser(
        prog=f"xiaoguan {name}",
        description=command.__doc__,
        epilog=str(_EXIT_CODES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_arguments(parser)
    code: int = command.run(parser.parse_args(arguments))
    return code


def _general(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        from importlib.metadata import version

        print(f"xiaoguan {version('xiaoguan')}")
        return OK
    asked = not arguments or arguments[0] in ("-h", "--help", "help")
    out = sys.stdout if asked else sys.stderr
    if not asked:
        print(Words(f"没有命令“{arguments[0]}”。", f"There is no command “{arguments[0]}”."), file=out)
    print(
        Words("用法：xiaoguan 命令 [选项]　各命令有 --help", "usage: xiaoguan COMMAND [options]; each has --help"),
        file=out,
    )
    for name, words in COMMANDS.items():
        print(f"  {name:<10} {words}", file=out)
    print(_EXIT_CODES, file=out)
    return OK if asked else REFUSED


def _settle_environment() -> None:
    """A checkout keeps its data beside itself, so that the command finds it from any folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
    checkout = Path(__file__).resolve().parents[3]
    if not os.environ.get("XIAOGUAN_DATA") and (checkout / "Makefile").is_file():
        os.environ["XIAOGUAN_DATA"] = str(checkout / "data")


def _guarded(name: str, arguments: list[str]) -> int:
    """What a person can mend ends in one sentence; anything else is a defect and shows where it happened."""
    from xiaoguan.lib.refusal import Refusal

    try:
        return _run(name, arguments)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        if "--json" in arguments:
            told = {"refused": str(refusal), "field": refusal.field, "code": refusal.code}
            print(json.dumps(told, ensure_ascii=False))
        return REFUSED
    except StepFailed as failure:
        print(failure.report(), file=sys.stderr)
        return NOT_SET_UP
    except EOFError:
        sentence = Words("需要输入，但没有可读的内容。", "Input was needed, but there was nothing to read.")
        print(sentence, file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read the output has seen enough (`| head`); nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        say("已中断。", "Interrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
