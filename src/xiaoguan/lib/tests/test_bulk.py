"""Many rows at once: what is written is what was given, in whatever lots it went to the database."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from xiaoguan.lib.bulk import insert_columns, insert_rows, writer
from xiaoguan.lib.undivided import undivided

COLUMNS = ("app_label", "model")


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 2, 7, 64, 64 + 8 + 1, 150])
def test_rows_come_back_in_order_with_their_ids(rows: int) -> None:
    given = [("shared", f"model {number:03}") for number in range(rows)]
    ids = insert_rows(ContentType, COLUMNS, given)
    found = ContentType.objects.filter(app_label="shared").order_by("id").values_list("id", *COLUMNS)
    assert list(found) == [(pk, *row) for pk, row in zip(ids, given, strict=True)]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_columns_are_rows_turned_round() -> None:
    names = [f"model {number}" for number in range(70)]
    ids = insert_columns(ContentType, COLUMNS, [["a"] * 35 + ["b"] * 35, names])
    assert ContentType.objects.get(pk=ids[34]).app_label == "a"
    assert ContentType.objects.get(pk=ids[35]).natural_key() == ("b", "model 35")


@pytest.mark.both_databases
@pytest.mark.django_db
def test_rows_that_are_alike_but_for_their_key_need_no_id_of_their_own() -> None:
    moment = writer(connection)(datetime(2026, 3, 5, tzinfo=UTC))
    keys = [f"{number:032}" for number in range(9)]
    rows = [(key, "data", moment) for key in keys]
    assert insert_rows(Session, ("session_key", "session_data", "expire_date"), rows, ids=False) == []
    assert list(Session.objects.order_by("pk").values_list("pk", flat=True)) == keys


class Broken(Exception):
    """What went wrong in the middle."""


def _insert_and_fail(model: str) -> None:
    with transaction.atomic():
        insert_rows(ContentType, COLUMNS, [("failed", model)])
        raise Broken


def _step_that_goes_on_regardless() -> None:
    with undivided():
        with suppress(Broken):
            _insert_and_fail("part")
        ContentType.objects.count()


def _step_that_fails() -> None:
    with undivided():
        _insert_and_fail("step")


@pytest.mark.django_db
def test_no_part_of_an_undivided_step_can_fail_alone() -> None:
    if connection.vendor != "sqlite":
        return  # there a savepoint costs nothing
    with pytest.raises(TransactionManagementError):
        _step_that_goes_on_regardless()
    assert not ContentType.objects.filter(app_label="failed").exists()


@pytest.mark.django_db
def test_a_step_that_failed_leaves_the_transaction_around_it_whole() -> None:
    with pytest.raises(Broken):
        _step_that_fails()
    with suppress(Broken):
        _insert_and_fail("after it a part can fail alone again")
    assert not ContentType.objects.filter(app_label="failed").exists()
