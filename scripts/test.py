"""`make test`: every test on SQLite, those of `both_databases` again on PostgreSQL, then one total.

`--trial` runs the volume and crash trials instead. Further words go to pytest.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "scripts")]

from environment import PYTHON, prepared  # noqa: E402  the path above comes first

_NOTHING_COLLECTED = 5


def main() -> int:
    arguments = sys.argv[1:]
    trial = "--trial" in arguments
    further = [argument for argument in arguments if argument != "--trial"]
    if not prepared("requirements-dev.txt"):
        return 3
    started = time.monotonic()
    both = "both_databases and trial" if trial else "both_databases and not trial"
    passes = {
        "SQLite": ["-m", "trial"] if trial else [],
        "PostgreSQL": ["--postgresql", "-m", both],
    }
    # Trials measure and kill: beside another test they would measure that one too.
    workers = [] if trial else ["-n", "2", "--dist", "loadscope"]
    outcomes = {name: _pytest(name, [*workers, *options, *further]) for name, options in passes.items()}
    reports = [report for _code, report in outcomes.values()]
    _print_budget(reports)
    print("== by database ==")
    for name, (_code, report) in outcomes.items():
        print(f"{name}: {_counts(Counter(report['counts']))}")
    total = sum((Counter(report["counts"]) for report in reports), Counter[str]())
    print(f" {_counts(total)} in {time.monotonic() - started:.2f}s ".center(80, "="))
    return next((code for code, _report in outcomes.values() if code), 0)


def _pytest(name: str, options: list[str]) -> tuple[int, dict[str, Any]]:
    """Run pytest to its end; its exit code, and what the project's plugin reported."""
    print(f"== {name} ==", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.json"
        code = subprocess.call(
            [PYTHON, "-m", "pytest", *options], env={**os.environ, "XIAOGUAN_TEST_REPORT": str(path)}
        )
        empty: dict[str, Any] = {"counts": {"error": 1}, "left_out": {}, "seconds": {}}
        report = json.loads(path.read_text()) if path.exists() else empty
    if code == _NOTHING_COLLECTED:
        return 0, report
    return code, report


def _print_budget(reports: list[dict[str, Any]]) -> None:
    spent: Counter[str] = Counter()
    for report in reports:
        for group, seconds in report["seconds"].items():
            spent[group] += seconds
    budget = tomllib.loads((ROOT / "tests/budget.toml").read_text())["seconds"]
    print("== seconds by group (budget) ==")
    for group, seconds in spent.most_common():
        allowed = budget.get(group)
        note = "no budget yet" if allowed is None else f"{allowed:.0f}{'  over' if seconds > allowed else ''}"
        print(f"{seconds:8.1f}  {group:<24} {note}")


def _counts(counts: Counter[str]) -> str:
    """As pytest closes: failed first, then passed and what was skipped."""
    order = ("failed", "passed", "skipped", "xfailed", "xpassed", "error")
    names = {"error": "errors"}
    shown = [f"{counts[kind]} {names.get(kind, kind)}" for kind in order if counts[kind]]
    return ", ".join(shown) or "no tests ran"


if __name__ == "__main__":
    sys.exit(main())
