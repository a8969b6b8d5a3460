"""Events a second of an export of the event log, in each form, with the memory it takes.

Aim: 50,000 a second from the first entry read to the renamed file, and memory that does not grow with the log. The
journal is that of the demo company, told again for other deals until it is long enough.
"""

import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from _common import Database, databases, filled, machine, table

AIM = 50_000
SIZES = (100_000, 400_000)
FORMS = (("OCEL JSON", "ocel", "log.json"), ("OCEL SQLite", "ocel", "log.sqlite"), ("XES", "xes", "log.xes.gz"))
_FIRST, _LAST = 501, 605  # deals, activities and tasks


def main() -> None:
    machine()
    rows: list[list[object]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with databases(folder) as found:
            for vendor, database in found:
                filled(database, folder / "data", "demo", "--if-empty")
                for size in SIZES:
                    _lengthen(database, folder / "data", size)
                    rows += [_measured(vendor, database, folder, form) for form in FORMS]
                if database.on_sqlite:
                    database.drop()
    table(["form", "database", "events", "s", "events/s", "aim", "ratio", "peak MB", "file MB"], rows)


def _measured(vendor: str, database: Database, folder: Path, form: tuple[str, str, str]) -> list[object]:
    label, kind, name = form
    file = folder / name
    command = [sys.executable, __file__, "export", kind, str(file), "--force", "--json"]
    done = subprocess.run(
        command, env=database.environment(folder / "data"), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr or f"ended with {done.returncode}")
    said, peak = done.stdout.rsplit("\n", 2)[:2]
    told = json.loads(said)
    rate = told["events"] / told["seconds"]
    return [
        label, vendor, f"{told['events']:,}", f"{told['seconds']:.1f}", f"{rate:,.0f}", f"{AIM:,}",
        f"{rate / AIM:.2f}", peak, f"{file.stat().st_size / 1e6:,.0f}",
    ]  # fmt: skip


def _lengthen(database: Database, data: Path, size: int) -> None:
    done = subprocess.run(
        [sys.executable, __file__, "lengthen", str(size)],
        env=database.environment(data), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(done.stderr or f"ended with {done.returncode}")


def _tell_again(size: int) -> None:
    """Copies of entries about deals, activities and tasks, for other subjects: as many as are missing."""
    import django

    django.setup()
    from django.db import connection

    from xiaoguan.journal.models import Entry, Origin

    source = Entry.objects.filter(kind__range=(_FIRST, _LAST), origin=Origin.DEMO)
    subjects = 1 + max(key % 2**48 for key in source.values_list("subject_key", flat=True))
    told = source.count()
    made = Entry.objects.filter(kind__range=(_FIRST, _LAST), origin=Origin.LIVE).count() // told
    columns = [field.column for field in Entry._meta.concrete_fields if field.column != "id"]
    changed = {
        "subject_key": f"subject_key + {subjects} * copy.n",
        "dedupe_key": "NULL",
        "origin": str(Origin.LIVE.value),
    }
    values = ", ".join(changed.get(column, column) for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE copy(n) AS (SELECT {made + 1} UNION ALL SELECT n + 1 FROM copy WHERE n < {size // told}) "
            f"INSERT INTO journal_entry ({', '.join(columns)}) SELECT {values} FROM copy, journal_entry "
            f"WHERE kind BETWEEN {_FIRST} AND {_LAST} AND origin = {Origin.DEMO.value}"
        )


def _own_megabytes() -> int:
    """The most memory this process had, less the pages of the database file that SQLite maps."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    mapped = int(status["RssFile"].split()[0])
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - mapped) // 1024


if __name__ == "__main__":
    if sys.argv[1:2] == ["lengthen"]:
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoguan.config.settings")
        _tell_again(int(sys.argv[2]))
    elif sys.argv[1:2] == ["export"]:
        from xiaoguan.config.cli import main as xiaoguan

        code = xiaoguan(sys.argv[1:])
        print(_own_megabytes())
        sys.exit(code)
    else:
        main()
