"""How many SQL queries each page takes, by role: a committed baseline, a ceiling, and no growth with the rows.

What the process remembers from then on is asked for by a page's first visit. So a page is visited a second time, but
only where the first took more than it may.

``pytest tests/guards/test_queries.py --write-query-counts`` writes the baseline anew; look at the difference before
committing it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from tests.guards.addresses import Visit, visits
from tests.guards.answers import Asker
from tests.guards.conftest import Original, on_copy
from tests.guards.world import World

BASELINE = Path(__file__).with_name("query_counts.json")
CEILING = 30
ROLES = ("administrator", "manager", "representative", "finance")

Counts = dict[str, dict[str, int]]


def test_no_page_takes_more_queries_than_its_baseline(world: World, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("write_query_counts", default=False):
        BASELINE.write_text(json.dumps(_counts(world), indent=2, sort_keys=True) + "\n")
    baseline: Counts = json.loads(BASELINE.read_text())
    wrong = list(_over(_counts(world, enough=baseline), baseline))
    assert not wrong, "\n".join(wrong)


def _over(counts: Counts, baseline: Counts) -> Iterator[str]:
    for name, by_role in counts.items():
        for role, found in by_role.items():
            allowed = baseline.get(name, {}).get(role)
            if allowed is None:
                yield f"{name} for {role} has no baseline ({found} queries): write it with --write-query-counts"
            elif found > allowed:
                yield f"{name} for {role}: {found} queries, baseline {allowed}"
    gone = sorted(set(baseline) - set(counts))
    if gone:
        yield f"the baseline speaks of pages that are no more: {gone}"


def test_no_page_takes_more_than_the_ceiling() -> None:
    """Read from the baseline, which the other test holds against the pages."""
    baseline: Counts = json.loads(BASELINE.read_text())
    over = {name: most for name, by_role in baseline.items() if (most := max(by_role.values())) > CEILING}
    assert not over, f"more than {CEILING} queries: {over}"


def test_three_times_the_rows_take_the_same_queries(
    world_original: Original, large_original: Original, django_db_blocker: Any
) -> None:
    with on_copy(world_original, django_db_blocker) as world:
        small = _counts(world, roles=("manager",))
    with on_copy(large_original, django_db_blocker) as world:
        large = _counts(world, roles=("manager",), enough=small)
    grown = [
        f"{name} for {role}: {small[name][role]} queries, with three times the rows {found}"
        for name, by_role in large.items()
        for role, found in by_role.items()
        if found > small[name].get(role, 0)
    ]
    assert not grown, "\n".join(grown)


def _counts(world: World, roles: tuple[str, ...] = ROLES, enough: Counts | None = None) -> Counts:
    """The most queries that any visit of a page takes, by the page's name and role. Only pages that open count.

    Where a first visit takes no more than ``enough``, it counts itself.
    """
    counts: Counts = {}
    for role in roles:
        asker = Asker(world, role)
        for visit in (visit for visit in visits(world, role) if visit.visible is not False):
            name = visit.address.name
            found = _queries(asker, visit)
            if found is not None and found > (enough or {}).get(name, {}).get(role, -1):
                found = _queries(asker, visit)
            if found is not None:
                by_role = counts.setdefault(name, {})
                by_role[role] = max(found, by_role.get(role, 0))
    return counts


def _queries(asker: Asker, visit: Visit) -> int | None:
    reset_queries()  # the log has an end, after which nothing would be counted
    with CaptureQueriesContext(connection) as captured:
        answer = asker.get(visit.path)
    return len(captured) if answer.status == 200 else None
