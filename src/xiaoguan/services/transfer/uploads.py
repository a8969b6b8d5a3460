"""Uploaded files: kept in a private folder under names of our own, and deleted the moment their cells are staged."""

import contextlib
import os
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

MOST_BYTES = 50 * 1024 * 1024
"""of an upload through the browser; the console takes larger files"""
_KEPT = timedelta(days=1)
_LONGEST_NAME = 120


def folder() -> Path:
    """Where uploads wait: in the data folder, outside everything that is served, readable by this account only."""
    path = Path(settings.DATA) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def store(chunks: Iterable[bytes]) -> str:
    """Write an upload to the private folder; its name there is random, whatever the person's file was called."""
    name = f"{secrets.token_hex(16)}.upload"
    descriptor = os.open(folder() / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return name


def path_of(name: str) -> Path:
    return folder() / name


def delete(name: str) -> None:
    """Remove a stored upload; harmless where it is gone already."""
    if name:
        with contextlib.suppress(FileNotFoundError):
            path_of(name).unlink()


def sweep(*, at: datetime) -> None:
    """Remove uploads that nothing came of: a process that died between storing a file and noting it."""
    for path in folder().glob("*.upload"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < (at - _KEPT).timestamp():
                path.unlink()


def shown_name(name: str) -> str:
    """A file's name as pages show it: no folders, no control or direction characters, not endless."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    return clean[-_LONGEST_NAME:] or "–"
