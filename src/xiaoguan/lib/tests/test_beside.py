"""Questions asked beside the rest of a page: in the server by a thread of its own, elsewhere when they are wanted."""

import threading
from collections.abc import Iterator

import pytest
from django.utils.translation import get_language, override

from xiaoguan.lib import beside


@pytest.fixture
def in_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(beside, "_in_server", True)
    yield
    beside._pool().shutdown()
    beside._pool.cache_clear()


def test_elsewhere_it_is_asked_when_it_is_wanted_and_once() -> None:
    asked: list[str] = []

    def ask() -> str:
        asked.append(threading.current_thread().name)
        return "answer"

    answer = beside.begin(ask)
    assert asked == []
    assert (answer(), answer()) == ("answer", "answer")
    assert asked == [threading.current_thread().name]


@pytest.mark.usefixtures("in_server")
def test_in_the_server_it_is_asked_at_once_by_another_thread_in_the_language_of_the_request() -> None:
    begun = threading.Event()

    def ask() -> tuple[str | None, str]:
        begun.set()
        return get_language(), threading.current_thread().name

    with override("en"):
        answer = beside.begin(ask)
        assert begun.wait(5), "it waits to be wanted"
    with override("zh-hans"):
        language, thread = answer()
    assert language == "en"
    assert thread.startswith("beside")


@pytest.mark.usefixtures("in_server")
def test_what_goes_wrong_beside_is_raised_where_the_answer_is_wanted() -> None:
    def ask() -> None:
        raise LookupError("no such row")

    answer = beside.begin(ask)
    with pytest.raises(LookupError, match="no such row"):
        answer()


@pytest.mark.django_db
@pytest.mark.usefixtures("in_server")
def test_within_a_transaction_nobody_else_is_asked() -> None:
    answer = beside.begin(lambda: threading.current_thread().name)
    assert answer() == threading.current_thread().name
