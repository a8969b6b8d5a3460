"""A lock that one holds at a time and gives back."""

from pathlib import Path

from xiaoguan.lib.alone import alone


def test_one_at_a_time_and_given_back(tmp_path: Path) -> None:
    lock = tmp_path / "background.lock"
    with alone(lock) as first, alone(lock) as second:
        assert (first, second) == (True, False)
    with alone(lock) as again:
        assert again
