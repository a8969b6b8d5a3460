"""What the import announces: a file was brought in, or taken back as a whole."""

from xiaoguan.journal.facts.base import Fact, fact
from xiaoguan.journal.kinds import IMPORT


@fact(code=301, subject="run_id", subject_kind=IMPORT)
class ImportApplied(Fact):
    """All rows of a file are written; ``record_kind`` is the object kind of its records."""

    run_id: int
    record_kind: int
    created: int
    updated: int
    unchanged: int
    skipped: int


@fact(code=302, subject="run_id", subject_kind=IMPORT)
class ImportUndone(Fact):
    """What a file had written was taken back, but for ``kept`` records that were edited since."""

    run_id: int
    record_kind: int
    rows: int
    kept: int
