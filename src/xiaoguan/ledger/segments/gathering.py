"""One DuckDB file of all closed segments of the ledger: what the engine reads fastest. Derived: lost, it is remade."""

import secrets

import duckdb

from xiaoguan.ledger.segments import manifest
from xiaoguan.ledger.segments.books import LEDGER, LIMITS, Limits
from xiaoguan.ledger.segments.files import Settings, discard, folder, keep, literal, path_of
from xiaoguan.ledger.segments.sealing import closed_segments

TABLE = "posting"


def worth_gathering(limits: Limits = LIMITS) -> bool:
    """Whether a segment was closed since the file was made, or the file is gone."""
    state = manifest.state_of(LEDGER)
    closed = closed_segments(LEDGER, limits)
    if not closed:
        return False
    return closed[-1].hi > state.gathered_to or not path_of(state.gathered_file).exists()


def gather(limits: Limits = LIMITS) -> bool:
    """Write the closed segments into a new file beside the old one and name it. Readers of the old one go on."""
    state = manifest.state_of(LEDGER)
    closed = closed_segments(LEDGER, limits)
    if not worth_gathering(limits):
        return False
    hi = closed[-1].hi
    file = f"ledger-{state.generation}-{hi:012d}-{secrets.token_hex(4)}.duckdb"
    part = folder() / (file + ".part")
    source = literal([str(path_of(item.file)) for item in closed])
    config: Settings = {"memory_limit": "256MB", "threads": "1", "temp_directory": str(folder() / f"spill-{file}")}
    with duckdb.connect(str(part), config=config) as bench:
        order = ", ".join(LEDGER.order)
        bench.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_parquet({source}) ORDER BY {order}")
        counted: int = bench.execute(f"SELECT count(*) FROM {TABLE}").fetchall()[0][0]
        bench.execute("CHECKPOINT")
    if counted != sum(item.rows for item in closed):
        part.unlink()
        raise RuntimeError(f"{file} has {counted} rows, its segments say otherwise")
    keep(part, file)
    if not manifest.gathered(LEDGER, state, file, hi):
        discard(file)
        return False
    return True
