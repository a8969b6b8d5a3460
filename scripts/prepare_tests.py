"""The Python side of `make test-deps`: the environment with the tools of tests, types and style."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import prepared  # noqa: E402  the path above comes first

if __name__ == "__main__":
    sys.exit(0 if prepared("requirements-dev.txt") else 3)
