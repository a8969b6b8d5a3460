"""Remove files that nobody can be reading: left behind by a crash, or replaced more than an hour ago."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from xiaoguan.ledger.models import Segment
from xiaoguan.ledger.segments.files import LOCK, folder
from xiaoguan.ledger.segments.manifest import files_wanted

KEPT: Final = timedelta(hours=1)


def sweep(at: datetime) -> int:
    """How many files were removed."""
    wanted = files_wanted(at - KEPT) | {LOCK}
    removed = 0
    for path in folder().iterdir():
        if path.name not in wanted and _is_old(path, at):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            removed += 1
    Segment.objects.filter(replaced_at__lt=at - KEPT).delete()
    return removed


def _is_old(path: Path, at: datetime) -> bool:
    try:
        return path.stat().st_mtime < (at - KEPT).timestamp()
    except FileNotFoundError:
        return False
