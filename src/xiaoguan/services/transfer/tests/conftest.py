"""A toy kind with its table, wired alone, and a clock that moves by itself."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from django.utils import translation

from xiaoguan.journal import recording
from xiaoguan.org.models import Company
from xiaoguan.services.transfer import kinds
from xiaoguan.services.transfer.tests import files, toy

HEADER = ["编号", "负责人", "产品", "城市", "日期", "金额"]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def clock() -> Callable[[], datetime]:
    ticks = count()
    return lambda: datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(milliseconds=next(ticks))


@pytest.fixture
def things(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The toy's table and kind; nobody else listens to the journal."""
    monkeypatch.setattr(kinds, "_importables", {"things": toy.toy()})
    monkeypatch.setattr(recording, "_wiring", recording._Wiring())
    Company.objects.get_or_create(pk=1, defaults={"currency": "CNY"})
    toy.ALIASES.clear()
    toy.drop_table()
    toy.create_table()
    yield
    toy.drop_table()


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Write rows of things to a CSV file and give its path."""

    def write(*rows: list[str], name: str = "things.csv", header: list[str] | None = None) -> Path:
        return files.text_file(tmp_path / name, [header or HEADER, *rows])

    return write


def thing(
    code: str, value: str = "100", day: str = "2026-03-05", owner: str = "王芳", product: str = "GTX Pro"
) -> list[str]:
    return [code, owner, product, "Shanghai", day, value]
