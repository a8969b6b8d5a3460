"""Rows a second of an import with all its facts and postings: real files and 50,000 generated rows.

Aims: 5,000 on SQLite, 2,000 on PostgreSQL, from opening the file to its last committed row, the start of the program
left out. "processor s" is what the importing process itself worked: it tells a slow program from a busy machine. The
real files are those beside the project; they are left out where absent.
"""

import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from _common import ROOT, Database, databases, filled, machine, table

AIMS = {"SQLite": 5_000, "PostgreSQL": 2_000}
GENERATED = 50_000
REAL = ROOT.parent / "shared" / "data" / "crm_opportunities"
_FILES = (("members", "sales_teams.csv"), ("customers", "accounts.csv"), ("products", "products.csv"))

_HEADS = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)


def main() -> None:
    machine()
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sets = [("generated", _generate(folder / "generated"))]
        if REAL.is_dir():
            sets.insert(0, ("real", REAL))
        else:
            print("../shared/data is absent: real rows left out")
        for label, files in sets:
            with databases(folder) as found:
                for vendor, database in found:
                    rows.append(_measured(label, vendor, database, files, folder / "data"))
                    if database.on_sqlite:
                        database.drop()
    table(["deals", "database", "rows", "read and check s", "write s", "processor s", "rows/s", "aim", "ratio"], rows)


def _measured(label: str, vendor: str, database: Database, files: Path, data: Path) -> list[object]:
    filled(database, data, "migrate")
    for kind, file in _FILES:
        filled(database, data, "import", kind, str(files / file))
    command = [sys.executable, __file__, str(files / "sales_pipeline.csv")]
    done = subprocess.run(command, env=database.environment(data), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    said = json.loads(done.stdout.splitlines()[-1])
    rate = said["rows"] / (said["read"] + said["write"])
    return [
        label, vendor, f"{said['rows']:,}", f"{said['read']:.2f}", f"{said['write']:.2f}",
        f"{said['processor']:.2f}", f"{rate:,.0f}",
        f"{AIMS[vendor]:,}", f"{rate / AIMS[vendor]:.2f}",
    ]  # fmt: skip


def _import(file: Path) -> None:
    """In a process of its own, with the database of its environment."""
    import django

    django.setup()
    from django.utils import timezone

    from xiaoguan.services.transfer.contract import Options
    from xiaoguan.services.transfer.runs import prepare_file, write_run

    started, busy = time.perf_counter(), time.process_time()
    run = prepare_file("deals", file, by=None, at=timezone.now(), options=Options())
    prepared = time.perf_counter()
    write_run(run)
    written = time.perf_counter()
    run.refresh_from_db()
    if run.created != run.rows:
        raise SystemExit(f"{run.skipped} rows were refused")
    spent = {"read": prepared - started, "write": written - prepared, "processor": time.process_time() - busy}
    print(json.dumps({"rows": run.rows, **spent}))


def _generate(folder: Path) -> Path:
    """Files of the same shape as the real ones: 60 sellers, 2,000 customers, most deals closed."""
    chance = random.Random(1)
    folder.mkdir()
    sellers = [f"Seller {i:02}" for i in range(60)]
    customers = [f"Customer {i:04}" for i in range(2_000)]
    products = [f"Product {i}" for i in range(12)]
    _write(folder / "sales_teams.csv", ["sales_agent", "manager", "regional_office"],
           ([seller, f"Manager {i % 6}", f"Region {i % 3}"] for i, seller in enumerate(sellers)))  # fmt: skip
    _write(folder / "accounts.csv", ["account", "sector"], ([name, "technology"] for name in customers))
    _write(folder / "products.csv", ["product", "series", "sales_price"], ([name, "S", 100] for name in products))
    heads = [
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    ]
    _write(folder / "sales_pipeline.csv", heads, _deals(chance, sellers, products, customers))
    return folder


def _deals(
    chance: random.Random, sellers: list[str], products: list[str], customers: list[str]
) -> Iterator[list[object]]:
    for number in range(GENERATED):
        stage = chance.choices(("Won", "Lost", "Engaging"), (48, 28, 24))[0]
        opened = date(2016, 1, 1) + timedelta(days=chance.randrange(700))
        closed = opened + timedelta(days=chance.randrange(1, 130)) if stage != "Engaging" else ""
        value: object = {"Won": chance.randrange(50, 9_000), "Lost": 0}.get(stage, "")
        yield [f"G{number:06}", chance.choice(sellers), chance.choice(products), chance.choice(customers), stage,
               opened, closed, value]  # fmt: skip


def _write(path: Path, heads: list[str], rows: Iterator[list[object]]) -> None:
    with path.open("w", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(heads)
        sheet.writerows(rows)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
        _import(Path(sys.argv[1]))
    else:
        main()
