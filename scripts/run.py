"""`make run`: set up what is missing, then become the running program."""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import VENV, prepared  # noqa: E402  the path above comes first

from xiaoguan.config.steps import say  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only-setup", action="store_true", help="do not start the program")
    arguments = parser.parse_args()
    say("销管：准备中", "Xiaoguan: getting ready")
    try:
        if not prepared():
            return 3
    except KeyboardInterrupt:
        say("已中断；再次运行会从这里继续。", "Interrupted; the next run goes on from here.")
        return 130
    if not arguments.only_setup:
        # Replacing this process leaves nobody between the terminal's Ctrl-C and the server.
        os.execv(VENV / "bin/xiaoguan", ["xiaoguan", "serve", "--demo"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
