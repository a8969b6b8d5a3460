"""The house's rules that a reader cannot be asked to watch over: arrows, pure decisions, thin views, small files."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "xiaoguan"
LONGEST_FILE = 350
# Sentences of a refusal are translated where they are written; nothing else of the framework decides anything.
ALLOWED_IN_RULES = ("django.utils.translation",)


def test_imports_follow_the_arrows() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([program], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rules_and_postings_know_neither_framework_nor_clock() -> None:
    wrong = [
        f"{_shown(path)} imports {name}"
        for path in _parts("rules", "postings")
        for name in _imported(path)
        if name.startswith(("django", "random", "secrets")) and not name.startswith(ALLOWED_IN_RULES)
    ]
    wrong += [f"{_shown(path)} reads the clock" for path in _parts("rules", "postings") if _reads_clock(path)]
    assert not wrong, "\n".join(wrong)


def test_actions_get_the_moment_from_their_caller() -> None:
    wrong = [
        _shown(path)
        for path in _parts("actions", "reactions")
        if {"django.utils.timezone.now", "django.http"} & set(_imported(path)) or _reads_clock(path)
    ]
    assert not wrong, f"a clock or HTTP in {wrong}: pass `at=` down from the view"


def test_views_and_forms_go_through_queries() -> None:
    wrong = [_shown(path) for path in _parts("views", "forms", "urls", "api") if "objects" in set(_attributes(path))]
    assert not wrong, f"`.objects` in {wrong}: put the read into queries.py, which starts from the policy"


def test_files_stay_small_enough_to_read() -> None:
    lengths = {
        _shown(path): len(path.read_text().splitlines())
        for path in SOURCE.rglob("*.py")
        if not {"migrations", "tests"} & set(path.parts)
    }
    long = {name: length for name, length in lengths.items() if length > LONGEST_FILE}
    assert not long, f"make a package of the same name of {long}"


def _parts(*names: str) -> Iterator[Path]:
    """Files of these names, and all files of packages of these names, in every room."""
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE)
        if "tests" not in inside.parts and (path.stem in names or set(inside.parts[:-1]) & set(names)):
            yield path


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _attributes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            yield node.attr


def _reads_clock(path: Path) -> bool:
    """``timezone.now()``, ``date.today()`` or the like, somewhere in the file."""
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ("now", "today", "utcnow") for call in calls)


def _shown(path: Path) -> str:
    return str(path.relative_to(SOURCE))
