"""Creating and winning a deal over HTTP against the real server: the time of each answer, page not counted.

Aim: under 30 ms at p50. One person at a time, as on a quiet morning; then four at once.
"""

import tempfile
import threading
import time
import uuid
from pathlib import Path

from _common import DEMO_PASSWORD, Site, databases, filled, machine, percentile, table

from tests.trials.client import Client, create, form_values, today, win

AIM_MS = 30
TIMES, AT_ONCE = 300, 4


def main() -> None:
    machine()
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as name, databases(Path(name)) as found:
        for vendor, database in found:
            data = Path(name) / vendor
            filled(database, data, "migrate")
            filled(database, data, "demo")
            site = Site(database, data).start()
            try:
                rows += _lines(vendor, "alone", _work(site.url, TIMES))
                rows += _lines(vendor, f"{AT_ONCE} at once", _together(site.url))
            finally:
                site.stop()
    table(["what", "database", "how", "p50 ms", "p95 ms", "aim", "aim / p50"], rows)


def _lines(vendor: str, how: str, spent: dict[str, list[float]]) -> list[list[object]]:
    return [
        [what, vendor, how, f"{percentile(times, 0.5):.1f}", f"{percentile(times, 0.95):.1f}", AIM_MS,
         f"{AIM_MS / percentile(times, 0.5):.2f}"]
        for what, times in spent.items()
    ]  # fmt: skip


def _together(url: str) -> dict[str, list[float]]:
    results: list[dict[str, list[float]]] = []
    threads = [threading.Thread(target=lambda: results.append(_work(url, TIMES // AT_ONCE))) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {what: [second for result in results for second in result[what]] for what in results[0]}


def _work(url: str, times: int) -> dict[str, list[float]]:
    client = Client(url)
    client.sign_in("rep", DEMO_PASSWORD)
    page = client.get("/deals/new/")
    win(client, create(client, "warm-up", str(uuid.uuid4())))
    spent: dict[str, list[float]] = {"create": [], "win": []}
    for number in range(times):
        fields = form_values(page) | {
            "name": f"bench {number}", "amount": "1200", "opened_on": today(), "once": str(uuid.uuid4())
        }  # fmt: skip
        started = time.perf_counter()
        status, to, _body = client.post("/deals/new/", fields)
        created = time.perf_counter()
        won, _to, _body = client.post(f"{to}win/", {"amount": "1234.5", "on": today()})
        done = time.perf_counter()
        if (status, won) != (302, 302):
            raise SystemExit(f"create answered {status}, win answered {won}")
        spent["create"].append(created - started)
        spent["win"].append(done - created)
    return spent


if __name__ == "__main__":
    main()
