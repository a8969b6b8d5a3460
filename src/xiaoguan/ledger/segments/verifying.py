"""Prove that segments and tail are the table: every row of every segment, compared with what stands in the database."""

from dataclasses import dataclass

import duckdb

from xiaoguan.ledger.models import Segment
from xiaoguan.ledger.segments import manifest
from xiaoguan.ledger.segments.books import BOOKS, Contents
from xiaoguan.ledger.segments.files import exported, literal, path_of, rows_in, workbench
from xiaoguan.ledger.segments.gathering import TABLE
from xiaoguan.ledger.segments.mending import is_damaged


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with which file."""

    file: str
    fault: str


def verify() -> list[Fault]:
    """Every fault of both books; empty where segments and tail are exactly the table."""
    faults = [fault for contents in BOOKS for fault in _verify_book(contents)]
    return faults + _verify_gathered()


def _verify_book(contents: Contents) -> list[Fault]:
    state = manifest.state_of(contents)
    segments = manifest.segments_of(contents, state.generation)
    faults = []
    next_lo = 1
    for segment in segments:
        if segment.lo != next_lo:
            faults.append(Fault(file=segment.file, fault=f"begins at {segment.lo}, not at {next_lo}"))
        next_lo = segment.hi + 1
        faults.extend(_verify_segment(contents, segment))
    if next_lo != state.sealed_to + 1:
        name = contents.book.label
        faults.append(Fault(file=name, fault=f"sealed to {state.sealed_to}, but segments end before {next_lo}"))
    return faults


def _verify_segment(contents: Contents, segment: Segment) -> list[Fault]:
    if is_damaged(segment):
        return [Fault(file=segment.file, fault="missing, or not what was written")]
    source = f"read_parquet({literal(str(path_of(segment.file)))})"
    with exported(contents, segment.generation, segment.lo, segment.hi) as text, workbench() as bench:
        bench.execute(f"CREATE TEMP TABLE told AS SELECT * FROM {rows_in(contents, text)}")
        names = ", ".join(contents.columns)
        missed = _count(bench, f"SELECT {names} FROM told EXCEPT ALL SELECT {names} FROM {source}")
        doubled = _count(bench, f"SELECT {names} FROM {source} EXCEPT ALL SELECT {names} FROM told")
    if missed or doubled:
        return [Fault(file=segment.file, fault=f"{missed} rows missing, {doubled} rows too many")]
    return []


def _count(bench: duckdb.DuckDBPyConnection, sql: str) -> int:
    found: int = bench.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0]
    return found


def _verify_gathered() -> list[Fault]:
    """The DuckDB file against the segments it was made of: count and sum of hashes."""
    for contents in BOOKS:
        state = manifest.state_of(contents)
        if not state.gathered_file:
            continue
        made_of = [
            str(path_of(item.file))
            for item in manifest.segments_of(contents, state.generation)
            if item.hi <= state.gathered_to
        ]
        names = ", ".join(contents.columns)
        sums = f"SELECT count(*), sum(hash({names})::HUGEINT) FROM"
        with workbench() as bench:
            try:
                bench.execute(f"ATTACH {literal(str(path_of(state.gathered_file)))} AS gathered (READ_ONLY)")
                held = bench.execute(f"{sums} gathered.{TABLE}").fetchall()
                if held != bench.execute(f"{sums} read_parquet({literal(made_of)})").fetchall():
                    return [Fault(file=state.gathered_file, fault="differs from its segments")]
            except duckdb.Error as error:
                return [Fault(file=state.gathered_file, fault=str(error).splitlines()[0])]
    return []
