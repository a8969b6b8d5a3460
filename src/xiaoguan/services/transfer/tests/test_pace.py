"""The size of a step, in examples worked out by hand."""

from xiaoguan.services.transfer.pace import FIRST_CHUNK, LARGEST_CHUNK, LAST_STEPS, SMALLEST_CHUNK, Pace


def _after(*steps: tuple[int, float]) -> Pace:
    pace = Pace()
    for rows, seconds in steps:
        pace.size = rows
        pace.note(rows, seconds)
    return pace


def test_a_step_grows_to_what_fits_and_no_more_than_twofold() -> None:
    assert Pace().size == FIRST_CHUNK
    assert _after((250, 0.10)).size == 300  # 0.4 ms a row
    assert _after((250, 0.01)).size == 500
    assert _after((3_000, 0.01)).size == LARGEST_CHUNK


def test_a_slow_step_counts_until_it_is_long_past() -> None:
    slow, quick = (250, 0.20), (250, 0.10)
    assert _after(quick, slow).size == 150
    assert _after(slow, *[quick] * (LAST_STEPS - 1)).size == 150
    assert _after(slow, *[quick] * LAST_STEPS).size == 300


def test_a_step_never_becomes_tiny() -> None:
    assert _after((250, 60.0)).size == SMALLEST_CHUNK


def test_a_step_that_was_not_full_tells_nothing() -> None:
    pace = Pace()
    pace.note(9, 5.0)
    assert pace.size == FIRST_CHUNK
