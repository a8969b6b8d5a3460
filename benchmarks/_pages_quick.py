"""The time of each page, for each role of the demo company and over HTTP: p50 and p95 of thirty visits by one client.

``pages.py [SQLite PostgreSQL]`` fills the demo company; ``XIAOGUAN_BENCH_URL`` names a running site with one instead
(and ``XIAOGUAN_BENCH_LABEL`` what it is).
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from _common import DEMO_PASSWORD, Site, databases, filled, machine, percentile, table

from tests.trials.client import Client

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
WARM_UP, VISITS = 2, 6
AIM_MS: Final = 100
"""Every page at the 95th percentile, with one client."""
ROLES: Final = ("rep", "manager", "director", "admin", "ops", "hr", "finance")
STARTS: Final = ("/", "/deals/", "/deals/board/", "/customers/", "/analysis/", "/tasks/")

Row = list[object]


def main() -> None:
    machine()
    rows: list[Row] = []
    if url := os.environ.get("XIAOGUAN_BENCH_URL"):
        with tempfile.TemporaryDirectory() as name:
            os.environ.setdefault("XIAOGUAN_DATA", name)
            rows = _visited(os.environ.get("XIAOGUAN_BENCH_LABEL", url), url)
    else:
        rows = _filled_and_visited(sys.argv[1:] or ["SQLite", "PostgreSQL"])
    rows.sort(key=lambda row: -float(str(row[5])))
    table(["page", "who", "database", "kB", "p50 ms", "p95 ms", f"{AIM_MS} ms / p95"], rows)
    slow = sum(float(str(row[5])) > AIM_MS for row in rows)
    print(f"{len(rows)} pages, {slow} of them over {AIM_MS} ms at the 95th percentile")


def _filled_and_visited(vendors: list[str]) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as found:
        os.environ.setdefault("XIAOGUAN_DATA", name)
        for vendor, database in found:
            if vendor in vendors:
                data = Path(name) / vendor
                filled(database, data, "migrate")
                filled(database, data, "demo")
                site = Site(database, data).start()
                try:
                    rows += _visited(vendor, site.url)
                finally:
                    site.stop()
    return rows


def _visited(label: str, url: str) -> list[Row]:
    import django

    django.setup()
    return [row for role in ROLES for row in _visited_by(role, label, url)]


def _visited_by(role: str, label: str, url: str) -> list[Row]:
    """One page of each kind that the links of the role's pages lead to."""
    from tests.guards.answers import Answer, links
    from tests.guards.crawl import kind_of

    client = Client(url)
    client.sign_in(role, DEMO_PASSWORD)
    rows: list[Row] = []
    seen, waiting = set(), [*STARTS]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or kind in seen:
            continue
        seen.add(kind)
        body = client.get(path)
        waiting += links(Answer(path, 200, {}, body.encode())).addresses
        if "<html" in body:
            rows.append([_name(kind), role, label, f"{len(body) / 1000:.0f}", *_timed(client, path)])
    return rows


def _name(kind: tuple[str, frozenset[str]]) -> str:
    view, query = kind
    return f"{view}?{'&'.join(sorted(query))}" if query else view


def _timed(client: Client, path: str) -> list[object]:
    times = []
    for visit in range(WARM_UP + VISITS):
        started = time.perf_counter()
        client.get(path)
        if visit >= WARM_UP:
            times.append(time.perf_counter() - started)
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return [f"{p50:.1f}", f"{p95:.1f}", f"{AIM_MS / p95:.1f}"]


if __name__ == "__main__":
    main()
