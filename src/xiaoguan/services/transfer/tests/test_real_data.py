"""The real export of a hardware seller, where it lies beside the project; left out, and counted, where it does not."""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from xiaoguan.services.transfer.mapping import guess, header_score
from xiaoguan.services.transfer.readers import open_table
from xiaoguan.services.transfer.spelling import SECTORS, country_names, propose
from xiaoguan.services.transfer.tests.columns import DEAL_COLUMNS
from xiaoguan.services.transfer.values import Amount, parse_amount, parse_date


def shared_data() -> Path | None:
    """``shared/data`` beside the project's root."""
    for folder in Path(__file__).resolve().parents:
        candidate = folder / "shared" / "data" / "crm_opportunities"
        if candidate.is_dir():
            return candidate
    return None


DATA = shared_data()
pytestmark = pytest.mark.skipif(DATA is None, reason="the folder shared/data is not beside the project")


def test_the_pipeline_reads_whole() -> None:
    assert DATA is not None
    table = open_table(DATA / "sales_pipeline.csv", score=header_score(DEAL_COLUMNS))
    mapped = guess(DEAL_COLUMNS, table.headers, [])
    assert (table.encoding, table.delimiter, mapped.left_out) == ("UTF-8", ",", ())
    at = {field: table.headers.index(header) for field, header in mapped.headers.items()}
    rows = [cells for _line, cells in table.rows]
    stages = Counter(cells[at["stage"]] for cells in rows)
    assert stages == {"Won": 4238, "Lost": 2473, "Engaging": 1589, "Prospecting": 500}
    won = [parse_amount(cells[at["value"]]) for cells in rows if cells[at["stage"]] == "Won"]
    assert sum(amount.value for amount in won if isinstance(amount, Amount)) == Decimal(10_005_534)
    assert sum(1 for cells in rows if parse_date(cells[at["opened_on"]]) is None) == 500


def test_its_misspellings_are_proposed() -> None:
    assert DATA is not None
    with (DATA / "products.csv").open() as stream:
        products = [row["product"] for row in csv.DictReader(stream)]
    with (DATA / "sales_pipeline.csv").open() as stream:
        sold = Counter(row["product"] for row in csv.DictReader(stream))
    with (DATA / "accounts.csv").open() as stream:
        accounts = list(csv.DictReader(stream))
    assert [(p.written, p.meant) for p in propose(sold, products)] == [("GTXPro", "GTX Pro")]
    sectors = Counter(row["sector"] for row in accounts)
    assert [(p.written, p.meant) for p in propose(sectors, reference=SECTORS)] == [("technolgy", "technology")]
    countries = Counter(row["office_location"] for row in accounts)
    proposed = propose(countries, reference=country_names())
    assert [(p.written, p.meant) for p in proposed] == [("Philipines", "Philippines")]
    names = Counter(row["account"] for row in accounts)
    assert propose(names, names) == []
