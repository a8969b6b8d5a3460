"""The Python side of `make test-deps`: the environment with the tools of tests, types and style."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import prepare  # noqa: E402  the path above comes first

from xiaoguan.config.steps import StepFailed, tail  # noqa: E402

os.chdir(ROOT)
try:
    prepare("requirements-dev.txt")
except StepFailed as failure:
    print(failure.report(), file=sys.stderr)
    if failure.log:
        print(tail(failure.log), file=sys.stderr)
    sys.exit(3)
