"""Where a ranked list goes on: what is written into an address is read back as it was, and nothing else is believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiaoguan.lib.ranked import Place, read_place, read_row


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 10**18 - 1))
def test_a_place_comes_back_as_it_was(number: float, pk: int) -> None:
    assert read_place(str(Place(number, pk))) == Place(number, pk)


NOT_PLACES = ["", "1", "1|", "|1", "x|1", "1|x", "1|-1", "1|²", "1|" + "9" * 19, "1|1|1", "nan|1", "inf|1"]


@pytest.mark.parametrize("text", NOT_PLACES)
def test_nothing_else_is_a_place(text: str) -> None:
    assert read_place(text) is None


@pytest.mark.parametrize(("text", "row"), [("50", 50), ("", 0), ("-1", 0), ("x", 0), ("²", 0), ("9999999", 0)])
def test_a_row_is_a_short_number(text: str, row: int) -> None:
    assert read_row(text) == row
