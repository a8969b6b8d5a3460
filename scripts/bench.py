"""`make bench`: run the comparisons of benchmarks/, each of which prints its figures."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import PYTHON, prepared  # noqa: E402  the path above comes first


def main() -> int:
    if not prepared("requirements-dev.txt"):
        return 3
    names = sys.argv[1:] or sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py"))
    if not names:
        print("benchmarks/ is empty", file=sys.stderr)
        return 2
    codes = []
    for name in names:
        print(f"== {name} ==", flush=True)
        codes.append(subprocess.call([PYTHON, ROOT / f"benchmarks/{name}.py"]))
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main())
