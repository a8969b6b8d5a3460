"""The outbox: once per entry and reaction, retried, never lost, never double, silent for what was taken back."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from tests.infrastructure.databases import Database
from xiaoguan.journal.facts.general import UNDO, EntriesReversed, FieldsChanged
from xiaoguan.journal.kinds import HOLIDAY
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Happening, Recorded, record
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Company, Holiday, Member
from xiaoguan.services.jobs import background, outbox
from xiaoguan.services.jobs.actions import retry_deliveries
from xiaoguan.services.jobs.contract import Reaction
from xiaoguan.services.jobs.models import Delivery

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
State = Delivery.State


def mark_holiday(entry: Recorded, at: datetime) -> None:
    """A reaction whose effect can be counted: one holiday for each entry. A second run would break a constraint."""
    Holiday.objects.create(day=date(2000, 1, 1) + timedelta(days=entry.id), kind="off", name=f"{at:%H:%M}")


MARK = Reaction(key="test.mark", facts=(FieldsChanged,), react=mark_holiday, name="Mark a holiday")


@pytest.fixture(autouse=True)
def _own_reactions() -> Iterator[None]:
    before = dict(outbox._wiring.reactions)
    outbox.configure([MARK])
    yield
    outbox.configure(before.values())


def tell(*, origin: int = Origin.LIVE, at: datetime = AT) -> Recorded:
    with transaction.atomic():
        fact = FieldsChanged(kind=HOLIDAY, object_id=7, fields=("name",))
        return record([Happening(fact=fact, on=date(2026, 3, 2))], by=None, at=at, origin=origin)[0]


def only() -> Delivery:
    return Delivery.objects.get()


@pytest.mark.django_db
@pytest.mark.both_databases
class TestRunning:
    def test_a_delivery_is_done_once(self) -> None:
        tell()
        assert outbox.run_due(AT) == 1
        assert (only().state, only().tries, only().done_at) == (State.DONE, 1, AT)
        assert outbox.run_due(AT + timedelta(days=30)) == 0
        assert Holiday.objects.count() == 1

    @pytest.mark.parametrize("origin", [Origin.IMPORT, Origin.OPENING, Origin.DEMO])
    def test_what_did_not_happen_here_and_now_owes_nothing(self, origin: int) -> None:
        tell(origin=origin)
        assert not Delivery.objects.exists()

    def test_a_row_may_ask_for_imports_too(self) -> None:
        outbox.configure([replace(MARK, origins=(Origin.LIVE, Origin.IMPORT))])
        tell(origin=Origin.IMPORT)
        assert only().state == State.WAITING

    def test_a_delayed_reaction_waits(self) -> None:
        outbox.configure([replace(MARK, delay_seconds=15)])
        tell()
        assert outbox.run_due(AT + timedelta(seconds=14)) == 0
        assert outbox.run_due(AT + timedelta(seconds=15)) == 1

    def test_an_action_that_is_undone_owes_nothing(self) -> None:
        def action() -> None:
            with transaction.atomic():
                tell()
                raise Refusal("no")

        with pytest.raises(Refusal):
            action()
        assert not Delivery.objects.exists()

    def test_an_entry_that_was_taken_back_is_skipped(self) -> None:
        entry = tell()
        with transaction.atomic():
            told = EntriesReversed(kind=HOLIDAY, object_id=7, reason=UNDO)
            record([Happening(fact=told, on=entry.on_date, reverses=(entry.id,))], by=None, at=AT)
        outbox.run_due(AT)
        assert only().state == State.SKIPPED
        assert not Holiday.objects.exists()

    def test_no_more_than_asked_are_run(self) -> None:
        for _ in range(3):
            tell()
        assert (outbox.run_due(AT, limit=2), outbox.run_due(AT, limit=2)) == (2, 1)

    def test_two_reactions_may_not_share_a_key(self) -> None:
        with pytest.raises(ValueError, match="share a key"):
            outbox.configure([MARK, MARK])


@pytest.mark.django_db
@pytest.mark.both_databases
class TestFailing:
    def test_a_raising_reaction_leaves_nothing_and_is_tried_again(self) -> None:
        def half(entry: Recorded, at: datetime) -> None:
            mark_holiday(entry, at)
            raise RuntimeError("the printer is on fire")

        outbox.configure([replace(MARK, react=half)])
        tell()
        outbox.run_due(AT)
        assert not Holiday.objects.exists()
        assert (only().state, only().error) == (State.FAILED, "RuntimeError: the printer is on fire")
        outbox.configure([MARK])
        assert outbox.run_due(AT + timedelta(seconds=59)) == 0
        assert outbox.run_due(AT + timedelta(minutes=1)) == 1
        assert (only().state, only().tries, only().error) == (State.DONE, 2, "")
        assert Holiday.objects.count() == 1

    def test_it_is_given_up_after_six_tries_and_stays_visible(self) -> None:
        def never(_entry: Recorded, _at: datetime) -> None:
            raise Refusal("not today")

        outbox.configure([replace(MARK, react=never)])
        tell()
        # By hand: 1 min, 5 min, 30 min, 2 h and 12 h after the try before.
        at = AT
        for wait in (0, 60, 300, 1800, 7200, 43200):
            at += timedelta(seconds=wait)
            assert outbox.run_due(at - timedelta(seconds=1)) == 0
            assert outbox.run_due(at) == 1
        assert (only().state, only().tries) == (State.DEAD, 6)
        assert outbox.run_due(at + timedelta(days=365)) == 0
        assert "not today" in only().error

    def test_what_was_given_up_can_be_tried_again(self) -> None:
        entry = tell()
        Delivery.objects.update(state=State.DEAD, tries=6, error="gone")
        Company.objects.get_or_create(pk=1, defaults={"currency": "CNY"})
        member = Member.objects.create(username="a", name="A", joined_at=AT)
        retry_deliveries([only().pk], by=member, at=AT + timedelta(days=1))
        outbox.run_due(AT + timedelta(days=1))
        assert (only().state, only().entry_id) == (State.DONE, entry.id)
        with pytest.raises(Refusal):
            retry_deliveries([only().pk], by=member, at=AT + timedelta(days=2))

    def test_a_reaction_that_is_gone_fails_visibly(self) -> None:
        tell()
        outbox.configure([])
        outbox.run_due(AT)
        assert only().state == State.FAILED
        assert "test.mark" in only().error


def killed(_entry: Recorded, _at: datetime) -> None:
    """What a kill does to the work: nothing after it runs, and the transaction never commits."""
    raise SystemExit


@pytest.mark.django_db
@pytest.mark.both_databases
class TestKilled:
    def test_a_killed_worker_loses_nothing_and_doubles_nothing(self) -> None:
        def half(entry: Recorded, at: datetime) -> None:
            mark_holiday(entry, at)
            killed(entry, at)

        outbox.configure([replace(MARK, react=half)])
        tell()
        with pytest.raises(SystemExit):
            outbox.run_due(AT)
        assert (only().state, Holiday.objects.count()) == (State.RUNNING, 0)
        outbox.configure([MARK])
        assert outbox.run_due(AT + outbox.LEASE - timedelta(seconds=1)) == 0
        assert outbox.run_due(AT + outbox.LEASE) == 1
        assert (only().state, only().tries, Holiday.objects.count()) == (State.DONE, 2, 1)

    def test_a_worker_that_comes_back_late_does_not_run_what_another_took_over(self) -> None:
        tell()
        (late,) = outbox._claim(AT, 1)
        assert outbox.run_due(AT + outbox.LEASE) == 1
        outbox._run(late, AT + outbox.LEASE)
        assert Holiday.objects.count() == 1

    def test_what_kills_the_program_every_time_is_given_up(self) -> None:
        outbox.configure([replace(MARK, react=killed)])
        tell()
        at = AT
        for _ in range(outbox.MOST_TRIES):
            with pytest.raises(SystemExit):
                outbox.run_due(at)
            at += outbox.LEASE
        outbox.run_due(at)
        assert only().state == State.DEAD
        assert "ended each time" in only().error


@pytest.mark.both_databases
def test_two_runners_share_the_work(fresh_db: Database) -> None:
    for _ in range(20):
        tell()
    start = threading.Barrier(2)

    def work() -> None:
        from django.db import connection

        start.wait()
        while outbox.run_due(AT, limit=3):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Delivery.objects.filter(state=State.DONE, tries=1).count() == 20
    assert Holiday.objects.count() == 20


def test_the_background_thread_works_until_it_is_stopped(fresh_db: Database) -> None:
    seen = threading.Event()

    def react(entry: Recorded, at: datetime) -> None:
        mark_holiday(entry, at)
        seen.set()

    outbox.configure([replace(MARK, react=react)])
    stop = threading.Event()
    thread = background.start_background(stop)
    try:
        tell(at=datetime.now(UTC))
        assert seen.wait(10)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
