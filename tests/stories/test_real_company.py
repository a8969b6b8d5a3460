"""A real company's sales data, brought in by the command line as an operations person would, and what the measures
then say. The same with renamed and Chinese headers, shuffled rows and other misspellings."""

import csv
import io
import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.infrastructure.databases import Database, connected, run_command
from xiaoguan.config.cli import main

Rows = list[dict[str, Any]]
FILES = (
    ("members", "sales_teams.csv"),
    ("customers", "accounts.csv"),
    ("products", "products.csv"),
    ("deals", "sales_pipeline.csv"),
)


@dataclass(frozen=True, slots=True)
class Company:
    """A database into which the files of one folder were imported, and what each import said."""

    database: Database
    data: Path
    blocker: DjangoDbBlocker
    said: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, *arguments: str) -> dict[str, Any]:
        """What a command says in a process of its own."""
        done = run_command(self.database, self.data, *arguments, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def ask(self, *arguments: str) -> Any:
        """What a command that only reads says, without a process of its own: there are many to ask."""
        said = io.StringIO()
        with connected(self.database, self.blocker), redirect_stdout(said):
            code = main([*arguments, "--json"])
        assert code == 0, said.getvalue()
        return json.loads(said.getvalue())

    def total(self, key: str, period: str = "2016-01-01..2017-12-31") -> Any:
        return self.ask("measure", key, "--period", period)["total"]["value"]

    def by(self, key: str, dimension: str, period: str = "2016-01-01..2017-12-31") -> dict[str, Any]:
        rows: Rows = self.ask("measure", key, "--period", period, "--by", dimension)["rows"]
        return {row["group"]: row["value"] for row in rows}

    def bring_in(self, folder: Path, *options: str) -> "Company":
        """Import the files of a folder."""
        for kind, name in FILES:
            self.said[kind] = self.run("import", kind, str(folder / name), *options)
        return self


@pytest.fixture(scope="module")
def as_given(
    shared_data: Path,
    empty_original: Database,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Company]:
    company = Company(empty_original.copy(), tmp_path_factory.mktemp("given"), django_db_blocker)
    yield company.bring_in(shared_data / "crm_opportunities")
    company.database.drop()


RENAMED = {
    "sales_teams.csv": {"sales_agent": "销售", "manager": "上级主管", "regional_office": "大区"},
    "accounts.csv": {"account": "客户名称", "sector": "行业", "office_location": "国家", "revenue": "年营收",
                     "employees": "员工人数", "year_established": "成立年份", "subsidiary_of": "母公司"},
    "products.csv": {"product": "产品名称", "series": "产品线", "sales_price": "单价"},
    "sales_pipeline.csv": {"opportunity_id": "商机编号", "sales_agent": "销售", "product": "产品", "account": "客户",
                           "deal_stage": "阶段", "engage_date": "开始日期", "close_date": "成交日期",
                           "close_value": "成交金额"},
}  # fmt: skip
STAGES = {"Won": "赢单", "Lost": "输单", "Engaging": "洽谈中", "Prospecting": "初步接触"}


def disguise(source: Path, target: Path) -> None:
    """Chinese headers, shuffled rows, Chinese stages, GBK, one product written in yet another way."""
    shuffle = random.Random(7)
    with source.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    shuffle.shuffle(rows)
    headers = list(RENAMED[source.name].items())
    shuffle.shuffle(headers)
    with target.open("w", encoding="gb18030", newline="") as stream:
        out = csv.writer(stream)
        out.writerow([chinese for _english, chinese in headers])
        for row in rows:
            if "deal_stage" in row:
                row["deal_stage"] = STAGES[row["deal_stage"]]
                row["product"] = row["product"].replace("GTXPro", "GTX-Pro")
            out.writerow([row[english] for english, _chinese in headers])


@pytest.fixture(scope="module")
def disguised(
    shared_data: Path,
    empty_original: Database,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("disguised")
    for _kind, name in FILES:
        disguise(shared_data / "crm_opportunities" / name, folder / name)
    company = Company(empty_original.copy(), folder, django_db_blocker)
    yield company.bring_in(folder)
    company.database.drop()


@pytest.fixture(params=["as_given", "disguised"])
def company(request: pytest.FixtureRequest) -> Company:
    found: Company = request.getfixturevalue(request.param)
    return found


def test_every_row_comes_in(company: Company) -> None:
    counts = {kind: (said["created"], said["skipped"]) for kind, said in company.said.items()}
    assert counts == {"members": (35, 0), "customers": (85, 0), "products": (7, 0), "deals": (8800, 0)}


def test_what_was_assumed_is_said(company: Company) -> None:
    assumed = {item["code"]: item["rows"] for item in company.said["deals"]["assumed"]}
    assert assumed["opened_on"] == 500
    assert assumed["no_customer"] == 1425
    assert assumed["lost_amounts_missing"] == 2473
    assert {"currency", "tax", "known_at", "new_stages"} <= assumed.keys()


def test_misspellings_are_proposed_and_kept_as_written(company: Company) -> None:
    proposed = {(item["written"], item["meant"]) for item in company.said["deals"]["corrections"]}
    assert [meant for _written, meant in proposed] == ["GTX Pro"]
    customers = {(item["written"], item["meant"]) for item in company.said["customers"]["corrections"]}
    assert {("technolgy", "technology"), ("Philipines", "Philippines")} & customers
    assert "GTX Pro" not in company.by("won_amount", "product")


def test_the_measures_say_what_the_data_say(company: Company) -> None:
    assert company.total("won_count") == 4238
    assert company.total("won_amount") == 10_005_534
    assert company.total("lost_count") == 2473
    assert company.total("new_deals") == 8800
    assert company.by("pipeline_count", "stage") in (
        {"Engaging": 1589, "Prospecting": 500},
        {"洽谈中": 1589, "初步接触": 500},
    )
    assert company.by("won_amount", "region") == {"West": 3_568_647, "Central": 3_346_293, "East": 3_090_594}
    assert company.total("cycle_days_median") == 57
    assert round(company.total("cycle_days"), 2) == 51.78
    people = company.by("won_amount", "person")
    assert next(iter(people.items())) == ("Darcel Schlecht", 1_153_214)
    assert len(people) == 30


@pytest.mark.parametrize(
    ("quarter", "won"), [("Q1", 1_134_672), ("Q2", 3_086_111), ("Q3", 2_982_255), ("Q4", 2_802_496)]
)
def test_each_quarter_of_2017(as_given: Company, quarter: str, won: int) -> None:
    assert as_given.total("won_amount", f"2017-{quarter}") == won


def test_what_is_not_known_is_not_zero(company: Company) -> None:
    rate = company.ask("measure", "win_rate_value", "--period", "2016-01-01..2017-12-31")["total"]
    assert rate["value"] is None
    assert rate["reason"]
    amount = company.ask("measure", "pipeline_amount", "--period", "2016-01-01..2017-12-31")["total"]
    assert (amount["value"], amount["unknown"]) == (None, 2089)


def test_41_people_of_whom_6_lead_teams_in_3_regions(company: Company) -> None:
    people: Rows = company.ask("user", "list")
    assert len(people) == 41
    regions = company.by("won_count", "region")
    teams = company.by("won_count", "unit")
    assert (len(regions), len(teams)) == (3, 6)


def test_books_and_tables_agree_and_the_outbox_is_empty(company: Company) -> None:
    assert company.run("reconcile")["differences"] == []
    with sqlite3.connect(company.database.name) as connection:
        assert connection.execute("SELECT count(*) FROM jobs_delivery").fetchone() == (0,)


def test_the_same_file_again_changes_nothing(as_given: Company, shared_data: Path) -> None:
    again = as_given.run("import", "deals", str(shared_data / "crm_opportunities" / "sales_pipeline.csv"))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 8800)


def _edited(source: Path, target: Path, change: Callable[[int, dict[str, str]], None]) -> None:
    with source.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for number, row in enumerate(rows):
        change(number, row)
    with target.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, rows[0].keys())
        out.writeheader()
        out.writerows(rows)


def test_three_changed_rows_change_three_deals(as_given: Company, shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "crm_opportunities"
    as_given.database.settle()
    company = Company(as_given.database.copy(), tmp_path, as_given.blocker)
    changed: list[int] = []

    def raise_three(number: int, row: dict[str, str]) -> None:
        if row["deal_stage"] == "Won" and len(changed) < 3:
            changed.append(number)
            row["close_value"] = str(int(row["close_value"]) + 1000)

    edited = tmp_path / "again.csv"
    _edited(source / "sales_pipeline.csv", edited, raise_three)
    again = company.run("import", "deals", str(edited))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 3, 8797)
    assert company.total("won_amount") == 10_005_534 + 3000
    assert company.total("won_count") == 4238
    assert company.run("reconcile")["differences"] == []
    company.database.drop()


def test_accepted_corrections_read_one_product_as_the_other(
    shared_data: Path, empty_original: Database, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    for _kind, name in FILES:
        lines = (shared_data / "crm_opportunities" / name).read_text().splitlines(keepends=True)
        (tmp_path / name).write_text("".join(lines[:1500]))  # enough to hold both spellings
    with (tmp_path / "sales_pipeline.csv").open() as stream:
        won = sum(int(float(row["close_value"] or 0)) for row in csv.DictReader(stream))
    company = Company(empty_original.copy(), tmp_path, django_db_blocker)
    company.bring_in(tmp_path, "--accept-corrections")
    products = company.by("won_amount", "product")
    assert "GTXPro" not in products
    assert sum(products.values()) == won > 0
    assert products["GTX Pro"] > 0
    company.database.drop()
