"""The time of each page of the demo company, as the administrator and over HTTP: p50 and p95 of twenty visits."""

import os
import sys
import tempfile
import time
from pathlib import Path

from _common import DEMO_PASSWORD, Site, databases, filled, machine, percentile, table

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
VISITS = 20
AIM_MS = 100
"""A page that takes longer than this is felt; no aim of the project, a line to look below."""


def main() -> None:
    machine()
    vendors = sys.argv[1:] or ["SQLite", "PostgreSQL"]
    rows: list[list[object]] = []
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
    table(
        ["page", "database", "kB", "p50 ms", "p95 ms", f"{AIM_MS} ms / p50"], sorted(rows, key=lambda row: str(row[0]))
    )


def _visited(vendor: str, url: str) -> list[list[object]]:
    import django

    django.setup()
    from tests.guards.answers import Answer, links
    from tests.guards.crawl import kind_of
    from tests.trials.client import Client

    client = Client(url)
    client.sign_in("admin", DEMO_PASSWORD)
    rows: list[list[object]] = []
    seen, waiting = set(), ["/analysis/", "/deals/", "/tasks/", "/customers/"]
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or kind[0] in seen:
            continue
        seen.add(kind[0])
        times, body = [], ""
        for _ in range(VISITS):
            started = time.perf_counter()
            body = client.get(path)
            times.append(time.perf_counter() - started)
        waiting += links(Answer(path, 200, {}, body.encode())).addresses
        if "<html" in body:
            p50 = percentile(times, 0.5)
            rows.append([kind[0], vendor, f"{len(body) / 1000:.0f}", f"{p50:.1f}", f"{percentile(times, 0.95):.1f}",
                         f"{AIM_MS / p50:.1f}"])  # fmt: skip
    return rows


if __name__ == "__main__":
    main()
