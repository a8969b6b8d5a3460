"""Saying what a long command is doing: one line a step, with its time, in Chinese or English by LANG.

Standard library only: set-up uses it before anything is installed. Steps are told on standard error, so that what a
command prints can be read by a program.
"""

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Words:
    """One sentence in the two languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if speaks_english() else self.zh


class StepFailed(Exception):
    """A step could not be done: what happened, the line to type, and where the details are."""

    def __init__(self, sentence: Words, *, advice: Words | None = None, log: Path | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence, self.advice, self.log = sentence, advice, log

    def report(self) -> str:
        lines = [str(self.sentence)]
        if self.advice:
            lines.append(str(self.advice))
        if self.log:
            lines.append(f"{Words('详细记录：', 'Details: ')}{self.log}")
        return "\n".join(lines)


def speaks_english() -> bool:
    """Chinese unless the environment asks for English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    return next((value for name in names if (value := os.environ.get(name))), "").startswith("en")


def say(zh: str, en: str) -> None:
    """One line for the person at the terminal."""
    print(Words(zh, en), file=sys.stderr, flush=True)


@contextmanager
def step(zh: str, en: str) -> Iterator[None]:
    """Name a step before it runs and give its time afterwards."""
    title, started = Words(zh, en), time.monotonic()
    _show(f"  … {title}")
    try:
        yield
    except BaseException:
        _finish(f"  ✗ {title}")
        raise
    _finish(f"  ✓ {title}  {time.monotonic() - started:.1f} s")


def run(
    command: Sequence[str | Path],
    *,
    log: Path,
    failure: Words,
    advice: Words | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command with its words in ``log``; on a terminal its last line is shown as progress."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        file.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
        file.flush()
        offset = file.tell()
        try:
            process = subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL, cwd=cwd, env=env)
        except OSError as error:
            raise StepFailed(failure, advice=advice or Words(str(error), str(error)), log=log) from error
        try:
            _watch(process, log, offset)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.returncode != 0:
        raise StepFailed(failure, advice=advice, log=log)


def tail(log: Path, count: int = 8) -> str:
    """The last lines of a log, for showing under a failure."""
    with log.open(errors="replace") as file:
        return "".join(deque(file, count)).rstrip()


def _watch(process: "subprocess.Popen[bytes]", log: Path, offset: int) -> None:
    started = time.monotonic()
    while True:
        try:
            process.wait(0.3)
            break
        except subprocess.TimeoutExpired:
            if sys.stderr.isatty():
                with log.open(errors="replace") as file:
                    file.seek(offset)
                    last = "".join(deque(file, 1)).strip()
                _show(f"    {time.monotonic() - started:4.0f} s  {last[:70]}")


def _show(line: str) -> None:
    """A line that the next one replaces; only where there is a terminal to replace it on."""
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)


def _finish(line: str) -> None:
    print(f"\r\033[K{line}" if sys.stderr.isatty() else line, file=sys.stderr, flush=True)
