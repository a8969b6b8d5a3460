"""The pages of ``../shared/field/peers.md``, measured as that page says.

A page is all requests that a browser makes for its data, recorded once and replayed; latency is what one client sees on
loopback, pages a second is what eight clients get in a closed loop. Two worker processes, warm, every commit synced.

``peers.py [SIZE DATABASE]…`` with demo sizes; without words ``large SQLite peer PostgreSQL``. ``XIAOGUAN_BENCH_URL``
names a running site instead (and ``XIAOGUAN_BENCH_LABEL`` what it is).
"""

import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote

from _common import DEMO_PASSWORD, Database, Site, databases, filled, machine, percentile, table

from tests.trials.client import Client, create, form_values, today

WARM_UP, VISITS = 5, 60
CLIENTS, SECONDS = 8, 8.0
PAGE_MS = 100
_LOADED = re.compile(r"<[^>]*\bhx-trigger=\"[^\"]*\bload\b[^\"]*\"[^>]*>")
_ASKED = re.compile(r'\bhx-get="([^"]+)"')
_ASSET = re.compile(r'(?:href|src)="(/static/[^"#]+)')


@dataclass(frozen=True)
class Page:
    """A row of the comparison: who looks, at what, the best peer's figures at a fifth of the data, and our aim."""

    name: str
    who: str
    path: str
    peer_p50: float
    peer_per_second: float
    aim_p50: float
    assets: bool = False


def pages(ids: dict[str, str]) -> list[Page]:
    return [
        Page("board, own team", "manager", "/deals/board/", 113, 10.1, 40),
        Page("board, everyone", "director", "/deals/board/", 266, 7.3, 40),
        Page("list, own team, by revenue", "manager", "/deals/?sort=-amount", 64, 28.8, 25),
        Page("record page", "manager", f"/deals/{ids['deal']}/", 47, 26.9, 25),
        Page("customer page", "manager", f"/customers/{ids['customer']}/", 47, 26.9, 25),
        Page("search by name fragment", "director", f"/customers/?q={ids['fragment']}", 80, 22.2, 25),
        Page("report by person, own team", "manager", "/analysis/?by=person", 46, 26.8, 25),
        Page("report by person, everyone", "director", "/analysis/?by=person", 324, 4.9, 25),
        Page("home of a manager", "manager", "/", 28, 73, PAGE_MS),
        Page("home of a director", "director", "/", 28, 73, PAGE_MS),
        Page("home of a representative", "rep", "/", 28, 73, PAGE_MS),
        Page("cold start of the app's page", "rep", "/", 28, 73, 28, assets=True),
    ]


def main() -> None:
    machine()
    rows: list[list[object]] = []
    if url := os.environ.get("XIAOGUAN_BENCH_URL"):
        rows += _measured(os.environ.get("XIAOGUAN_BENCH_LABEL", url), url)
    else:
        words = sys.argv[1:] or ["large", "SQLite", "peer", "PostgreSQL"]
        for size, vendor in zip(words[::2], words[1::2], strict=True):
            with tempfile.TemporaryDirectory() as name, databases(Path(name)) as found:
                database = dict(found)[vendor]
                data = Path(name) / "data"
                for command in (["migrate"], ["demo", "--size", size], ["seal"]):
                    filled(database, data, *command)
                rows += _served(f"{size}, {vendor}", database, data)
    heads = ["page", "data", "kB", "requests", "p50 ms", "p95 ms", "aim", "aim / p50", "peer / p50", "pages/s",
             "× peer"]  # fmt: skip
    table(heads, rows)


def _served(label: str, database: Database, data: Path) -> list[list[object]]:
    os.environ["XIAOGUAN_WORKERS"] = "2"
    site = Site(database, data).start()
    try:
        rows = _measured(label, site.url)
        print(f"{label}: {_memory(site.group)} MB PSS, all processes of the program")
        return rows
    finally:
        site.stop()


def _measured(label: str, url: str) -> list[list[object]]:
    ids = _examples(url)
    rows = [_line(label, url, page) for page in pages(ids)]
    return [*rows, _created(label, url)]


def _signed_in(url: str, who: str) -> Client:
    client = Client(url)
    client.sign_in(who, DEMO_PASSWORD)
    return client


def _examples(url: str) -> dict[str, str]:
    """A deal of the manager's team with its customer, and two characters of that customer's name."""
    client = _signed_in(url, "manager")
    listed = client.get("/deals/?sort=-amount")
    for deal in dict.fromkeys(re.findall(r'href="/deals/(\d+)/"', listed)):
        found = re.search(r'href="/customers/(\d+)/"[^>]*>', client.get(f"/deals/{deal}/"))
        if found:
            shown = client.get(f"/customers/{found.group(1)}/")
            title = re.search(r"<h1[^>]*>\s*([^<]+)", shown)
            name = unescape(title.group(1)).strip() if title else "机械"
            return {"deal": deal, "customer": found.group(1), "fragment": quote(name[2:4])}
    raise SystemExit("the manager sees no deal with a customer")


def _requests(client: Client, page: Page) -> tuple[list[str], int]:
    """All addresses that a browser asks for the page, and how many bytes come back."""
    waiting, asked, size = [page.path], [], 0
    while waiting:
        path = waiting.pop(0)
        if path in asked:
            continue
        asked.append(path)
        body = client.get(path)
        size += len(body.encode())
        for tag in _LOADED.findall(body):
            waiting += [unescape(found) for found in _ASKED.findall(tag)]
        if page.assets and path == page.path:
            waiting += [unescape(found) for found in _ASSET.findall(body)]
    return asked, size


def _line(label: str, url: str, page: Page) -> list[object]:
    client = _signed_in(url, page.who)
    asked, size = _requests(client, page)
    times = _timed(lambda: [client.get(path) for path in asked])
    rate = _rate(url, page.who, asked)
    return _row(page.name, label, f"{size / 1000:.0f}", len(asked), times, page.aim_p50, page.peer_p50,
                rate, page.peer_per_second)  # fmt: skip


def _row(
    name: str, label: str, size: str, asked: int, times: list[float], aim: float, peer: float, rate: float,
    peer_rate: float,
) -> list[object]:  # fmt: skip
    p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
    return [name, label, size, asked, f"{p50:.1f}", f"{p95:.1f}", f"{aim:g}", f"{aim / p50:.2f}", f"{peer / p50:.1f}",
            f"{rate:.1f}", f"{rate / peer_rate:.1f}"]  # fmt: skip


def _timed(visit: Callable[[], object]) -> list[float]:
    for _ in range(WARM_UP):
        visit()
    times = []
    for _ in range(VISITS):
        started = time.perf_counter()
        visit()
        times.append(time.perf_counter() - started)
    return times


def _created(label: str, url: str) -> list[object]:
    """Creating a deal by its form: the answer to what was sent, as the peers' figure counts it."""
    client = _signed_in(url, "rep")
    create(client, "warm-up", str(uuid.uuid4()))
    times = _timed(_creation(client))
    with multiprocessing.Pool(CLIENTS) as pool:
        done = pool.starmap(_create_for_a_while, [(url,)] * CLIENTS)
    return _row("create by form", label, "–", 1, times, 30, 49, sum(done) / SECONDS, 37.8)


def _creation(client: Client) -> Callable[[], object]:
    page = client.get("/deals/new/")

    def send() -> None:
        fields = form_values(page) | {
            "name": "bench", "amount": "1200", "opened_on": today(), "once": str(uuid.uuid4())
        }  # fmt: skip
        status, _to, body = client.post("/deals/new/", fields)
        if status != 302:
            raise SystemExit(f"create answered {status}: {body[:300]}")

    return send


def _create_for_a_while(url: str) -> int:
    return _repeated(_creation(_signed_in(url, "rep")))


def _rate(url: str, who: str, asked: list[str]) -> float:
    with multiprocessing.Pool(CLIENTS) as pool:
        return sum(pool.starmap(_visit_for_a_while, [(url, who, asked)] * CLIENTS)) / SECONDS


def _visit_for_a_while(url: str, who: str, asked: list[str]) -> int:
    client = _signed_in(url, who)
    return _repeated(lambda: [client.get(path) for path in asked])


def _repeated(visit: Callable[[], object]) -> int:
    """How many visits end within the time, after one to warm up."""
    visit()
    end, done = time.perf_counter() + SECONDS, 0
    while time.perf_counter() < end:
        visit()
        done += 1
    return done


def _memory(group: int) -> int:
    """Proportional set size of a process group, in MB."""
    listed = subprocess.run(["ps", "-o", "pid=", "-g", str(group)], capture_output=True, text=True, check=True)
    total = 0
    for pid in listed.stdout.split():
        rollup = Path("/proc", pid, "smaps_rollup")
        found = re.search(r"^Pss:\s+(\d+) kB", rollup.read_text(), re.MULTILINE) if rollup.exists() else None
        total += int(found.group(1)) if found else 0
    return total // 1024


if __name__ == "__main__":
    main()
