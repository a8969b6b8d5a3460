"""The text of stored JSON."""

import json
from typing import Any

import pytest

from xiaoguan.lib.jsontext import compact


@pytest.mark.parametrize("value", [{}, [], {"a": 1, "b": [True, None, '启泰\n"x"']}, ["", "ü\u2028"], "text", 7, None])
def test_a_text_reads_as_what_was_written_and_has_no_blanks(value: Any) -> None:
    assert compact(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert json.loads(compact(value)) == value


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        compact({"day": object()})
