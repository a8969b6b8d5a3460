"""`make lint`: style, types, arrows. All three run; the first failure is the exit code."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import VENV, prepared  # noqa: E402  the path above comes first

CHECKS = (
    ["ruff", "check", "src", "tests", "scripts", "manage.py"],
    ["mypy", "src/xiaoguan"],
    ["lint-imports"],
)


def main() -> int:
    if not prepared("requirements-dev.txt"):
        return 3
    codes = []
    for name, *options in CHECKS:
        print(f"== {name} ==", flush=True)
        codes.append(subprocess.call([VENV / "bin" / name, *options]))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
