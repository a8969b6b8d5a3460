"""OCEL 2.0: an independent reader finds in the file what the journal says, in both forms, whatever happened."""

import tempfile
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from xiaoguan.deals.actions import (
    Amendment,
    Close,
    amend_deals,
    correct_amounts,
    move_deals,
    reopen_by_mistake,
    transfer_deals,
    win_deals,
)
from xiaoguan.journal.models import Entry
from xiaoguan.journal.reading import fact_of
from xiaoguan.lib.money import MAX_AMOUNT
from xiaoguan.processes import queries
from xiaoguan.processes.exporting import OCEL_JSON, OCEL_SQLITE, Exported, export
from xiaoguan.processes.queries import Wanted
from xiaoguan.processes.tests.history import STEPS, History, moment
from xiaoguan.processes.tests.reading import (
    broken_rules,
    by_id,
    objects_of,
    read_back,
    standing_entries,
    tables,
    told_values,
    values,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = moment(date(2026, 12, 1))
FORMATS = {OCEL_JSON: "log.json", OCEL_SQLITE: "log.sqlite"}


def written(folder: Path, file_format: str, **wanted: Any) -> tuple[dict[str, Any], Exported]:
    file = folder / FORMATS[file_format]
    done = export(file, file_format=file_format, wanted=Wanted(**wanted), at=AT, force=True)
    return read_back(file), done


@pytest.fixture
def history(db: None) -> History:
    """A deal that is moved, mistyped and put right, called about, handed over, won by mistake and won at last."""
    history = History()
    deal = history.open()

    def after(days: int) -> dict[str, Any]:
        history.day += timedelta(days=days)
        return history.doing

    move_deals([(deal, history.stages[1].pk)], **after(7))
    history.call(deal)
    amend_deals([Amendment(deal_id=deal, amount=Decimal(1_500_000))], **after(8))
    correct_amounts([(deal, Decimal(150_000))], **after(7))
    history.task(deal)
    transfer_deals([(deal, history.cast.wang.pk)], **after(6))
    win_deals([Close(deal_id=deal, on=history.day, amount=Decimal(148_000))], **after(0))
    reopen_by_mistake([deal], **after(2))
    win_deals([Close(deal_id=deal, on=history.day + timedelta(days=1), amount=Decimal("149000.5"))], **after(1))
    return history


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_reader_finds_what_the_journal_says(history: History, tmp_path: Path, file_format: str) -> None:
    log, done = written(tmp_path, file_format)
    _equals_journal(log, done)
    assert broken_rules(log) == []


def test_a_deal_carries_what_was_told_of_it_over_time(history: History, tmp_path: Path) -> None:
    log, _done = written(tmp_path, OCEL_JSON)
    (deal,) = [item for item in log["objects"] if item["type"] == "deal"]
    told = [(one["time"][:10], one["name"], one["value"]) for one in deal["attributes"]]
    began = {name: value for day, name, value in told if day == "1970-01-01"}
    lin, wang = (f"member:{history.cast.members[name].pk}" for name in ("lin", "wang"))
    stages = [f"stage:{stage.pk}" for stage in history.stages]
    assert (began["amount"], began["stage"], began["owner"], began["status"]) == (100_000, stages[0], lin, "open")
    assert [one for one in told if one[0] != "1970-01-01"] == [
        ("2026-01-12", "stage", stages[1]),
        ("2026-01-20", "amount", 150_000),  # the million was a typing error
        ("2026-02-02", "owner", wang),
        ("2026-02-05", "amount", 149_000.5),
        ("2026-02-05", "status", "won"),
    ]
    related = {(one["objectId"], one["qualifier"]) for one in deal["relationships"]}
    assert related == {(f"customer:{history.customer}", "customer"), (lin, "owner"), (wang, "owner")}


def test_an_event_names_its_objects_by_their_role(history: History, tmp_path: Path) -> None:
    log, _done = written(tmp_path, OCEL_JSON)
    (call,) = [event for event in log["events"] if event["type"] == "ActivityLogged"]
    lin = f"member:{history.cast.lin.pk}"
    assert [(one["objectId"].split(":")[0], one["qualifier"]) for one in call["relationships"]] == [
        ("activity", "subject"), ("deal", "about"), ("customer", "customer"), ("member", "member"), ("member", "actor"),
    ]  # fmt: skip
    assert datetime.fromisoformat(call["time"]) == moment(date(2026, 1, 12), 10)
    assert values(call) == {
        "day": "2026-01-12", "recorded_at": "2026-01-12T15:00:00+08:00", "origin": "live", "actor": lin,
        "activity_kind": "call", "minutes": 20,
    }  # fmt: skip


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_was_taken_back_stays_out_unless_asked_for(history: History, tmp_path: Path, file_format: str) -> None:
    plain, _done = written(tmp_path, file_format)
    assert [event["type"] for event in plain["events"]].count("DealWon") == 1
    amounts = [values(event)["amount"] for event in plain["events"] if event["type"] == "DealAmountChanged"]
    assert amounts == [150_000]
    full, _done = written(tmp_path, file_format, with_reversed=True)
    assert broken_rules(full) == []
    events = by_id(full["events"])
    gone = {name for name, event in events.items() if values(event)["reversed"]}
    back_taking = {name for name, event in events.items() if event["type"] == "EntriesReversed"}
    assert gone
    assert events.keys() - gone == set(by_id(plain["events"])) | back_taking
    for name in gone:
        back = events[values(events[name])["reversed_by"]]
        assert back["type"] == "EntriesReversed" or values(back)["replaces"] == name
    # What the objects are told to be is the same: a mistake never was.
    assert by_id(full["objects"]).keys() >= by_id(plain["objects"]).keys()
    assert _sorted(full["objects"], "deal") == _sorted(plain["objects"], "deal")


def test_a_correction_stands_at_the_moment_of_what_it_corrects(history: History, tmp_path: Path) -> None:
    log, _done = written(tmp_path, OCEL_JSON)
    (amended,) = [event for event in log["events"] if event["type"] == "DealAmountChanged"]
    assert amended["time"] == "2026-01-20T15:00:00+08:00"
    assert values(amended)["recorded_at"] == "2026-01-27T15:00:00+08:00"


def test_days_bound_the_log_and_its_objects(history: History, tmp_path: Path) -> None:
    log, done = written(tmp_path, OCEL_JSON, day_from=date(2026, 2, 1), day_to=date(2026, 2, 3))
    assert broken_rules(log) == []
    assert [event["type"] for event in log["events"]] == ["DealTransferred"]
    assert (done.events, done.objects) == (1, len(log["objects"]))
    (deal,) = [item for item in log["objects"] if item["type"] == "deal"]
    # The first that the log hears of the deal tells its whole position.
    assert values(deal)["amount"] == 150_000


def test_names_stand_in_the_log_only_where_they_are_asked_for(history: History, tmp_path: Path) -> None:
    secret = ("林晓雯", "远山重工", "二期产线")
    for file_format, name in FORMATS.items():
        written(tmp_path, file_format)
        assert not any(word.encode() in (tmp_path / name).read_bytes() for word in (*secret, "很想买", "送样"))
        log, _done = written(tmp_path, file_format, names=True)
        labels = {values(item).get("label") for item in log["objects"]}
        assert labels >= set(secret)
        assert not any(word.encode() in (tmp_path / name).read_bytes() for word in ("很想买", "送样"))


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_largest_amount_comes_back_to_the_last_digit(history: History, tmp_path: Path, file_format: str) -> None:
    history.open(MAX_AMOUNT)
    log, _done = written(tmp_path, file_format)
    amounts = [values(event)["amount"] for event in log["events"] if event["type"] == "DealCreated"]
    assert sorted(Decimal(repr(amount)) for amount in amounts) == [100_000, MAX_AMOUNT]


def test_the_sqlite_file_has_the_tables_of_the_standard(history: History, tmp_path: Path) -> None:
    _log, done = written(tmp_path, OCEL_SQLITE)
    found = tables(tmp_path / FORMATS[OCEL_SQLITE])
    types = {name for name, _map in found["event_map_type"]}
    kinds = {name for name, _map in found["object_map_type"]}
    assert found.keys() == (
        {"event", "object", "event_object", "object_object", "event_map_type", "object_map_type"}
        | {f"event_{name}" for name in types}
        | {f"object_{name}" for name in kinds}
    )
    assert len(found["event"]) == sum(len(found[f"event_{name}"]) for name in types) == done.events
    assert {row[0] for row in found["object"]} == {row[0] for kind in kinds for row in found[f"object_{kind}"]}
    assert len(found["event_object"]) == len(set(found["event_object"])) == done.relations
    # One row without a changed field for each object: the values it began with.
    began = [row for kind in kinds for row in found[f"object_{kind}"] if row[2] is None]
    assert len(began) == len(found["object"]) == done.objects


def test_small_pages_give_the_same_log(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at_once, _done = written(tmp_path, OCEL_JSON)
    monkeypatch.setattr(queries, "_CHUNK", 3)
    in_pages, _done = written(tmp_path, OCEL_JSON)
    assert in_pages == at_once


class AnyHistory(TestCase):
    """Whatever people do, both files tell the journal, and nothing else."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 10**9)), max_size=20))
    def test_what_is_read_back_is_what_was_recorded(self, steps: list[tuple[str, int]]) -> None:
        history = History()
        history.play(steps)
        with tempfile.TemporaryDirectory() as folder:
            for file_format in FORMATS:
                log, done = written(Path(folder), file_format)
                assert broken_rules(log) == []
                _equals_journal(log, done)


def _equals_journal(log: dict[str, Any], done: Exported) -> None:
    entries = {f"e{entry.id}": entry for entry in standing_entries()}
    events = by_id(log["events"])
    assert events.keys() == entries.keys()
    assert len(log["events"]) == done.events
    assert len(log["objects"]) == done.objects
    touched: set[str] = set()
    for name, entry in entries.items():
        touched |= _equals_entry(events[name], entry)
    lists = {"stage", "source", "product_line", "role"}
    assert {item["id"] for item in log["objects"] if item["type"] not in lists} == touched


def _equals_entry(event: dict[str, Any], entry: Entry) -> set[str]:
    fact = fact_of(entry)
    told = values(event)
    assert event["type"] == type(fact).__name__
    assert told["day"] == event["time"][:10] == str(entry.on_date)
    assert datetime.fromisoformat(told["recorded_at"]) == entry.recorded_at
    assert told_values(fact).items() <= told.items()
    if (amount := getattr(fact, "amount", None)) is not None:
        assert Decimal(repr(told["amount"])) == amount
    named = {one["objectId"] for one in event["relationships"]}
    # Stages, sources and the like stand as values.
    assert objects_of(entry) <= named | {value for value in told.values() if isinstance(value, str)}
    return named


def _sorted(objects: list[dict[str, Any]], kind: str) -> list[tuple[str, list[str]]]:
    return sorted((item["id"], [str(one) for one in item["attributes"]]) for item in objects if item["type"] == kind)
