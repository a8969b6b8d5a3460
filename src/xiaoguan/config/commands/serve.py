"""Start the web site and background work; Ctrl-C stops it. 启动网站和后台工作。

HOST, PORT, XIAOGUAN_WORKERS, XIAOGUAN_DATA, DATABASE_URL and XIAOGUAN_HOSTS are read from the environment.
"""

import argparse
import os

from xiaoguan.config import database


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="address / 地址, 127.0.0.1")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000", help="port / 端口, 8000")
    parser.add_argument(
        "--workers",
        type=_workers,
        default=os.environ.get("XIAOGUAN_WORKERS"),
        help="processes that answer / 应答的进程数, 1 – 64",
    )
    parser.add_argument("--demo", action="store_true", help="fill the demo company if empty / 无成员时填入演示公司")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"PORT must be 1 to 65535, not {text!r}")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 64:
        raise argparse.ArgumentTypeError(f"XIAOGUAN_WORKERS must be 1 to 64, not {text!r}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    from xiaoguan.config.serve import allow_host, check_port, default_workers, serve

    check_port(args.host, args.port)
    allow_host(args.host)
    database.ready(upgrade_server=True)
    if args.demo:
        from xiaoguan.config.commands import demo
        from xiaoguan.config.demo import has_members

        if not has_members():
            demo.fill()
    serve(args.host, args.port, args.workers or default_workers())
    return 0
