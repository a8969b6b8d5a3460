"""The life of segments: sealed, merged, gathered, lost and made again, ended by a rebuild, swept."""

import os
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from xiaoguan.ledger.accounts import account
from xiaoguan.ledger.measures import queries
from xiaoguan.ledger.measures.building import Query
from xiaoguan.ledger.measures.compiler import of_accounts
from xiaoguan.ledger.measures.figures import NO_SUMS, Sums
from xiaoguan.ledger.measures.sql import column
from xiaoguan.ledger.models import Book, LedgerState, Posting, SealedBook, Segment
from xiaoguan.ledger.posting import write_rows
from xiaoguan.ledger.rebuild import rebuild
from xiaoguan.ledger.rows import Row
from xiaoguan.ledger.segments import manifest, reading
from xiaoguan.ledger.segments.books import LEDGER, Limits
from xiaoguan.ledger.segments.files import LOCK, folder, path_of
from xiaoguan.ledger.segments.gathering import gather
from xiaoguan.ledger.segments.mending import lost_segments
from xiaoguan.ledger.segments.reading import Engine, Sealed
from xiaoguan.ledger.segments.sealing import closed_segments, compact, seal
from xiaoguan.ledger.segments.sweeping import sweep
from xiaoguan.ledger.segments.tests.tiny import TINY, now, seal_all
from xiaoguan.ledger.segments.upkeep import due, round_of_upkeep
from xiaoguan.ledger.segments.verifying import verify
from xiaoguan.lib.alone import alone

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(reading, "_KEPT_SECONDS", 0)  # what happens to the files is to be met at once
    return tmp_path


def write(many: int, generation: int = 1) -> None:
    """Postings with every column filled or empty."""
    chance = random.Random(many)
    first = Posting.objects.count()
    rows = []
    for number in range(many):
        full = chance.random() < 0.7
        rows.append(Row(
            on_date=date(2026, 1, 1) + timedelta(days=chance.randrange(90)), due_on=date(2026, 5, 1) if full else None,
            recorded_at=AT, known_at=AT + timedelta(microseconds=number), entry_id=first + number,
            quantity=chance.randrange(-(10**15), 10**15), original_quantity=5 if full else None,
            rate=10**8 if full else None, person_id=3 if full else None, unit_id=4 if full else None,
            customer_id=5 if full else None, object_key=chance.randrange(9) << 48, product_id=6 if full else None,
            product_line_id=7 if full else None, source_id=8 if full else None, stage_id=9 if full else None,
            generation=generation, line=0, account=account(chance.choice(["won", "lost", "pipeline"])).code,
            units=chance.choice([1, 0, -1]), why=1 if full else None, tax=2 if full else None,
            is_new=chance.choice([True, False, None]), currency=chance.choice(["CNY", "USD", None]),
        ))  # fmt: skip
    with transaction.atomic():
        write_rows(rows)


def won() -> Sums:
    """What the account adds up to, read as measures read."""
    columns = tuple((name, column(name)) for name in ("account", "quantity", "units"))
    totals = queries.run_totals(Query("totals", columns, of_accounts(["won"]), ("account",)))
    return totals.get(account("won").code, {}).get((), NO_SUMS)


def won_in_table() -> tuple[int, int]:
    rows = Posting.objects.filter(
        account=account("won").code, generation=LedgerState.objects.get(pk=1).generation
    ).values_list("quantity", "units")
    return sum(row[0] for row in rows), sum(row[1] for row in rows)


def segments() -> list[Segment]:
    return manifest.segments_of(LEDGER, manifest.generation_of(LEDGER))


def test_below_the_start_nothing_is_sealed():
    write(9)
    assert seal(LEDGER, now, limits=Limits(start=10, seal=3)) == 0
    assert not due(Limits(start=10, seal=3))
    assert not segments()
    write(1)
    assert due(Limits(start=10, seal=3))
    assert seal(LEDGER, now, limits=Limits(start=10, seal=3)) == 1


def test_later_segments_begin_where_the_last_ended_and_have_the_least_size():
    limits = Limits(start=1, seal=3)
    write(4)
    seal(LEDGER, now, limits=limits)
    write(2)
    assert seal(LEDGER, now, limits=limits) == 0
    write(1)
    assert seal(LEDGER, now, limits=limits) == 1
    first, second = segments()
    assert (first.lo, second.lo, second.hi) == (1, first.hi + 1, manifest.state_of(LEDGER).sealed_to)
    assert (first.rows, second.rows) == (4, 3)


def test_a_large_book_is_sealed_in_pieces():
    write(25)
    assert seal(LEDGER, now, limits=Limits(start=1, seal=1, close=10)) == 3
    assert [item.rows for item in segments()] == [10, 10, 5]


def test_every_value_comes_back_as_it_was():
    write(50)
    seal_all()
    assert verify() == []
    # A proof that finds nothing wrong must be able to.
    Segment.objects.filter(pk=segments()[0].pk).update(hi=segments()[0].hi - 1)
    SealedBook.objects.update(sealed_to=segments()[0].hi)
    assert verify()


def test_small_neighbours_become_one_and_a_large_one_is_closed():
    for _ in range(3):
        write(2)
        seal(LEDGER, now, limits=TINY)
    assert compact(LEDGER, now, limits=TINY)
    (merged,) = segments()
    assert (merged.rows, merged.level) == (6, 1)
    assert Segment.objects.exclude(replaced_at=None).count() == 3
    assert not compact(LEDGER, now, limits=TINY)
    write(2)
    seal(LEDGER, now, limits=TINY)
    assert [item.rows for item in segments()] == [6, 2]
    assert verify() == []


def test_closed_segments_are_gathered_and_read():
    for _ in range(4):
        write(7)
        seal_all()
    state = manifest.state_of(LEDGER)
    assert 0 < state.gathered_to == closed_segments(LEDGER, TINY)[-1].hi
    write(3)
    assert won() == won_in_table()
    assert verify() == []
    path_of(state.gathered_file).unlink()
    assert won() == won_in_table()
    assert gather(TINY)
    assert manifest.state_of(LEDGER).gathered_file != state.gathered_file


def test_an_older_manifest_is_as_right_as_a_newer_one(monkeypatch):
    monkeypatch.setattr(reading, "_KEPT_SECONDS", 60)
    write(7)
    seal_all()
    assert won() == won_in_table()
    kept = reading.sealed_postings()
    write(3)
    seal(LEDGER, now, limits=TINY)
    write(2)
    assert won() == won_in_table()
    assert reading.sealed_postings() is kept
    rebuild()
    write(4, generation=2)
    assert won() == won_in_table()
    assert reading.sealed_postings() is not kept


def test_what_is_known_outlives_a_sealing(monkeypatch):
    """After a sealing the new segment alone is asked; after a merger of segments all of them."""
    asked: list[tuple[bool, int]] = []
    source = Engine.source

    def noted(engine: Engine, sealed: Sealed) -> str:
        asked.append((bool(sealed.gathered_file), len(sealed.segments)))
        return source(engine, sealed)

    monkeypatch.setattr(Engine, "source", noted)
    write(6)
    seal_all()  # closed and gathered
    for _ in range(2):
        write(2)
        seal(LEDGER, now, limits=TINY)
        assert won() == won_in_table()
    assert asked == [(True, 1), (False, 1)]
    assert won() == won_in_table()
    assert len(asked) == 2
    write(2)
    seal_all()
    assert won() == won_in_table()
    assert asked[2:] == [(True, 0)]


@pytest.mark.parametrize("harm", ["missing", "cut", "changed"])
def test_a_lost_file_gives_no_wrong_figure_and_is_made_again(harm, caplog):
    write(5)
    seal(LEDGER, now, limits=TINY)
    write(1)
    (segment,) = segments()
    path = path_of(segment.file)
    if harm == "missing":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content[: -(harm == "cut") or None])
    assert verify()
    assert won() == won_in_table()
    assert "segments cannot be read" in caplog.text
    assert lost_segments()
    assert due(TINY)
    assert round_of_upkeep(now, limits=TINY).mended == 1
    assert not lost_segments()
    assert verify() == []
    assert won() == won_in_table()


@pytest.mark.parametrize("harm", ["zeros", "cut", "changed"])
def test_a_damaged_gathered_file_gives_no_wrong_figure_and_is_made_again(harm):
    write(900)
    seal_all(Limits(start=1, seal=1, close=500))
    path = path_of(manifest.state_of(LEDGER).gathered_file)
    content = path.read_bytes()
    half = len(content) // 2
    path.write_bytes({
        "zeros": b"\0" * len(content),
        "cut": content[:half],
        "changed": b"".join(bytes([byte ^ 0xFF]) if place % 4096 == 99 else bytes([byte])
                            for place, byte in enumerate(content)),
    }[harm])  # fmt: skip
    assert won() == won_in_table()
    assert not path.exists()
    assert won() == won_in_table()
    seal_all(Limits(start=1, seal=1, close=500))
    assert path_of(manifest.state_of(LEDGER).gathered_file).exists()
    assert won() == won_in_table()
    assert verify() == []


def test_a_manifest_with_a_gap_is_not_believed(caplog):
    for _ in range(2):
        write(3)
        seal(LEDGER, now, limits=Limits(start=1, seal=1))
    segments()[0].delete()
    assert won() == won_in_table()
    assert "gaps" in caplog.text


def test_a_gathered_file_that_ends_inside_a_segment_is_not_read():
    write(900)
    seal_all(Limits(start=1, seal=1, close=500))
    seal(LEDGER, now, limits=TINY)
    compact(LEDGER, now, limits=Limits(merge=2, close=5_000))
    assert len(segments()) == 1
    assert won() == won_in_table()


def test_segments_of_an_older_generation_count_no_more():
    write(8)
    seal_all()
    assert won() != (0, 0)
    rebuild()  # the journal is empty, so the ledger is
    assert won() == won_in_table() == (0, 0)
    assert not segments()
    assert not SealedBook.objects.filter(book=Book.LEDGER).exists()
    write(4, generation=2)
    assert won() == won_in_table()
    seal_all()
    write(2, generation=2)
    assert won() == won_in_table()
    assert verify() == []


def test_a_swap_between_manifest_and_tail_is_noticed(monkeypatch):
    """The manifest of generation 1 is read, then the rebuild commits, then the tail is read."""
    write(8)
    seal_all()
    older = queries.sealed_postings()
    rebuild()
    write(3, generation=2)
    monkeypatch.setattr(queries, "sealed_postings", lambda: older)
    assert won() == won_in_table()


def test_a_sealer_that_comes_too_late_leaves_nothing():
    write(5)
    state = manifest.state_of(LEDGER)
    seal(LEDGER, now, limits=TINY)
    before = {path.name for path in folder().iterdir()}
    from xiaoguan.ledger.segments.files import write_range

    written = write_range(LEDGER, state.generation, 1, segments()[0].hi)
    assert not manifest.add(LEDGER, state, segments()[0].hi, written, now())
    assert {path.name for path in folder().iterdir()} == before


def test_a_replaced_file_stays_an_hour_and_an_orphan_too():
    for _ in range(3):
        write(2)
        seal(LEDGER, now, limits=TINY)
    compact(LEDGER, now, limits=TINY)
    orphan = folder() / "ledger-1-left-behind.parquet.part"
    orphan.write_text("killed before the manifest row")
    assert sweep(now()) == 0
    long_ago = (now() - timedelta(hours=3)).timestamp()
    for path in folder().iterdir():
        os.utime(path, (long_ago, long_ago))
    assert sweep(now()) == 1
    assert not orphan.exists()
    Segment.objects.exclude(replaced_at=None).update(replaced_at=now() - timedelta(hours=2))
    assert sweep(now()) == 3
    assert {path.name for path in folder().iterdir()} == {item.file for item in segments()}
    assert verify() == []


def test_only_one_process_at_a_time_does_the_upkeep():
    with alone(folder() / LOCK) as mine:
        assert mine
        assert round_of_upkeep(now, limits=TINY).busy
    assert not round_of_upkeep(now, limits=TINY).busy


def test_ids_come_from_the_columns_default_alone():
    """The lock-holder rule rests on it: no id is fetched before the INSERT, and a sequence gives them one by one."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for table in ("ledger_posting", "journal_entry"):
            cursor.execute(
                "SELECT seqcache FROM pg_sequence WHERE seqrelid = pg_get_serial_sequence(%s, 'id')::regclass", [table]
            )
            assert cursor.fetchone() == (1,)


def test_an_engine_at_rest_gives_back_what_it_keeps_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_AT_REST", "100KB")  # this file is small
    write(3_000)
    seal_all()
    gather(TINY)
    sealed = reading.sealed_postings_now()
    assert sealed is not None
    engine = reading.engine()
    question = f"SELECT account, SUM(quantity)::TEXT, COUNT(*) FROM {engine.source(sealed)} GROUP BY 1 ORDER BY 1"
    answer = engine.ask(question, {})
    ((limit,),) = engine.ask("SELECT current_setting('memory_limit')", {})
    assert kept_in_memory(engine) > 100_000
    reading.rest_engine()
    assert kept_in_memory(engine) < 100_000
    assert engine.ask(question, {}) == answer
    assert engine.ask("SELECT current_setting('memory_limit')", {}) == [(limit,)]


def kept_in_memory(engine: Engine) -> int:
    asked = "SELECT SUM(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag = 'BASE_TABLE'"
    return int(engine.ask(asked, {})[0][0])
