"""XES: a trace for each deal or customer, in the order in which things happened."""

import gzip
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.infrastructure.plugin import leave_out
from xiaoguan.deals.actions import Amendment, Close, amend_deals, correct_amounts, move_deals, win_deals
from xiaoguan.processes import queries
from xiaoguan.processes.exporting import XES, Exported, export
from xiaoguan.processes.queries import Wanted
from xiaoguan.processes.tests.history import History, moment
from xiaoguan.processes.tests.reading import traces_back
from xiaoguan.processes.xes import XesLog

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = moment(date(2026, 12, 1))
Trace = list[dict[str, str]]


def written(file: Path, case: str = "deal", *, names: bool = False) -> tuple[dict[str, Trace], Exported]:
    done = export(file, file_format=XES, case=case, wanted=Wanted(names=names), at=AT, force=True)
    return dict(_traces(traces_back(file))), done


def _traces(text: str) -> Iterator[tuple[str, Trace]]:
    log = ElementTree.fromstring(text)
    for trace in _called(log, "trace"):
        (name,) = [item.get("value", "") for item in trace if item.get("key") == "concept:name"]
        yield (
            name,
            [{item.get("key", ""): item.get("value", "") for item in event} for event in _called(trace, "event")],
        )


def _called(element: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return [item for item in element if item.tag.rsplit("}")[-1] == tag]


@pytest.fixture
def history(db: None) -> History:
    history = History()
    deal = history.open(on=history.day - timedelta(days=3))  # told three days late
    history.call(deal)
    history.day += timedelta(days=4)
    move_deals([(deal, history.stages[1].pk)], **history.doing)
    history.task(deal)
    history.day += timedelta(days=1)
    amend_deals([Amendment(deal_id=deal, amount=Decimal(7))], **history.doing)
    history.day += timedelta(days=1)
    correct_amounts([(deal, Decimal(70_000))], **history.doing)
    history.call(history.open())
    win_deals([Close(deal_id=deal, on=history.day - timedelta(days=1), amount=Decimal(70_000))], **history.doing)
    return history


STORY = ["DealCreated", "ActivityLogged", "DealStageChanged", "TaskCreated", "DealAmountChanged", "DealWon"]


def test_a_deals_trace_is_its_story_with_calls_and_tasks(history: History, tmp_path: Path) -> None:
    traces, done = written(tmp_path / "log.xes")
    first, second = history.deals
    assert [event["concept:name"] for event in traces[f"deal:{first}"]] == STORY
    # Written down after the deal was: it stands after it, though the call had been in the morning.
    called = traces[f"deal:{second}"]
    assert [event["concept:name"] for event in called] == ["DealCreated", "ActivityLogged"]
    assert called[0]["time:timestamp"] == called[1]["time:timestamp"]
    assert (done.traces, done.events) == (2, 8)
    moments = [datetime.fromisoformat(event["time:timestamp"]) for event in traces[f"deal:{first}"]]
    assert moments == sorted(moments)
    assert moments[0] == datetime.fromisoformat("2026-01-02T23:59:59.999999+08:00")


def test_each_event_has_what_readers_look_for(history: History, tmp_path: Path) -> None:
    traces, _done = written(tmp_path / "log.xes")
    event = traces[f"deal:{history.deals[0]}"][2]
    lin = f"member:{history.cast.lin.pk}"
    assert (event["lifecycle:transition"], event["org:resource"], event["day"]) == ("complete", lin, "2026-01-09")
    assert (event["stage"], event["stage_from"]) == tuple(f"stage:{stage.pk}" for stage in history.stages[1::-1])
    assert (float(event["amount"]), event["customer"]) == (100_000, f"customer:{history.customer}")


def test_a_customers_trace_holds_all_around_him(history: History, tmp_path: Path) -> None:
    history.task_about_customer()
    traces, done = written(tmp_path / "log.xes", "customer")
    (trace,) = traces.values()
    names = [event["concept:name"] for event in trace]
    assert traces.keys() == {f"customer:{history.customer}"}
    assert sorted(names) == sorted([*STORY, "CustomerCreated", "ActivityLogged", "DealCreated", "TaskCreated"])
    assert len(names) == done.events


def test_names_only_where_they_are_asked_for(history: History, tmp_path: Path) -> None:
    file = tmp_path / "log.xes"
    written(file)
    assert not any(name in file.read_text() for name in ("林晓雯", "二期产线", "远山重工"))
    traces, _done = written(file, names=True)
    assert {event["org:resource"] for trace in traces.values() for event in trace} == {"林晓雯"}
    assert 'key="label" value="二期产线"' in file.read_text()


def test_the_file_is_packed_where_its_name_says_so_and_the_same_each_time(history: History, tmp_path: Path) -> None:
    plain, _done = written(tmp_path / "log.xes")
    packed, _done = written(tmp_path / "log.xes.gz")
    assert packed == plain
    text = gzip.decompress((tmp_path / "log.xes.gz").read_bytes())
    assert text == (tmp_path / "log.xes").read_bytes()
    before = (tmp_path / "log.xes.gz").read_bytes()
    written(tmp_path / "log.xes.gz")
    assert (tmp_path / "log.xes.gz").read_bytes() == before


@pytest.mark.parametrize("case", ["deal", "customer"])
def test_small_pages_cut_no_trace(history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    at_once, _done = written(tmp_path / "log.xes", case)
    monkeypatch.setattr(queries, "_CHUNK", 3)
    in_pages, _done = written(tmp_path / "log.xes", case)
    assert in_pages == at_once


def test_no_name_can_break_the_file(tmp_path: Path) -> None:
    log = XesLog(tmp_path / "log.xes", name='a "b" <c> & \x00\x1f\ud800 \U0001f600', packed=False)
    log.finish()
    log.close()
    (name,) = [item for item in ElementTree.parse(tmp_path / "log.xes").getroot() if item.get("key") == "concept:name"]
    assert name.get("value") == 'a "b" <c> & \ufffd\ufffd\ufffd \U0001f600'


def test_the_head_is_that_of_published_logs(tmp_path: Path, shared_data: Path) -> None:
    """Namespace and extensions by the addresses that logs of other programs use."""
    published = shared_data / "event_logs" / "receipt.xes.gz"
    if not published.is_file():
        leave_out("../shared/data/event_logs is absent")
    with gzip.open(published, "rt", encoding="utf-8") as file:
        head = file.read(4_000)
    log = XesLog(tmp_path / "log.xes", name="x", packed=False)
    log.finish()
    log.close()
    ours = ElementTree.parse(tmp_path / "log.xes").getroot()
    uris = [item.get("uri", "-") for item in _called(ours, "extension")]
    assert len(uris) == 4
    assert [uri for uri in uris if uri not in head] == []
    assert f'xmlns="{ours.tag[1:].split("}")[0]}"' in head
