"""Files of customers, contacts, products and activities, through the real engine."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast, hire
from xiaoguan.crm.actions import CustomerChange, amend_customers, ensure_products
from xiaoguan.crm.imports import accept_products
from xiaoguan.crm.models import Contact, Customer, Product
from xiaoguan.crm.queries import merged_products
from xiaoguan.crm.tests.places import AT, customer
from xiaoguan.ledger.reconcile import reconcile
from xiaoguan.services.calendar.models import Activity
from xiaoguan.services.jobs.models import Delivery
from xiaoguan.services.transfer.contract import Correction, Options
from xiaoguan.services.transfer.kinds import importable
from xiaoguan.services.transfer.models import ImportRow, ImportRun
from xiaoguan.services.transfer.runs import accept_corrections, dry_run, prepare_file, write_run
from xiaoguan.services.transfer.stored import corrections_of, problems_of
from xiaoguan.services.transfer.undoing import start_undo, undo_run
from xiaoguan.services.transfer.words import NOTHING

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BringIn = Callable[..., ImportRun]


@pytest.fixture
def cast() -> Cast:
    return hire(password=None)


@pytest.fixture
def bring_in(tmp_path: Path) -> BringIn:
    def run(kind: str, text: str, *, dry: bool = False, **options: Any) -> ImportRun:
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        prepared = prepare_file(kind, path, by=None, at=AT, options=Options(**options))
        if dry:
            dry_run(prepared, at=AT)
        else:
            write_run(prepared, clock=lambda: AT)
        return prepared

    return run


def counts(run: ImportRun) -> tuple[int, int, int]:
    return run.created, run.updated, run.unchanged


def problems(run: ImportRun) -> list[tuple[int, str | None]]:
    rows = ImportRow.objects.filter(run=run, problems__isnull=False).order_by("line")
    return [(p.line, p.field) for row in rows for p in problems_of(row.line, row.problems)]


def undo(run: ImportRun) -> None:
    start_undo(run, by=None, keep_edited=False)
    undo_run(run, importable(run.kind), clock=lambda: AT)


ACCOUNTS = """account,sector,year_established,revenue,employees,office_location,subsidiary_of
Betasoloin,medical,1999,251.41,495,United States,Acme Corporation
Acme Corporation,technolgy,1996,1100.04,2822,United States,
Bioholding,medical,2012,587.34,1356,Philipines,Nobody Known
"""


class TestCustomers:
    def test_everything_comes_as_written(self, cast: Cast, bring_in: BringIn) -> None:
        run = bring_in("customers", ACCOUNTS)
        assert counts(run) == (3, 0, 0)
        acme = Customer.objects.get(name="Acme Corporation")
        assert (acme.industry, acme.founded_year, acme.revenue, acme.employees, acme.country) == (
            "technolgy", 1996, Decimal("1100.04"), 2822, "United States",
        )  # fmt: skip
        # The parent stands after its subsidiary in the file.
        assert Customer.objects.get(name="Betasoloin").parent_id == acme.pk
        assert Customer.objects.get(name="Bioholding").parent_id is None
        assert {a["code"]: a["rows"] for a in run.assumptions} == {"parent_unknown": 1, "created_on": 3}
        assert reconcile().clean
        assert not Delivery.objects.exists()

    def test_misspellings_are_proposed(self, cast: Cast, bring_in: BringIn) -> None:
        found = corrections_of(bring_in("customers", ACCOUNTS, dry=True).corrections)
        assert {(c.field, c.written, c.meant) for c in found} == {
            ("industry", "technolgy", "technology"),
            ("country", "Philipines", "Philippines"),
        }
        assert not Customer.objects.exists()

    def test_accepted_ones_are_written_right(self, cast: Cast, bring_in: BringIn) -> None:
        run = bring_in("customers", ACCOUNTS, dry=True)
        accept_corrections(run, corrections_of(run.corrections), by=None, at=AT)
        write_run(run, clock=lambda: AT)
        assert set(Customer.objects.values_list("industry", "country")) == {
            ("technology", "United States"),
            ("medical", "United States"),
            ("medical", "Philippines"),
        }

    def test_the_same_file_again_changes_nothing(self, cast: Cast, bring_in: BringIn) -> None:
        bring_in("customers", ACCOUNTS)
        assert counts(bring_in("customers", ACCOUNTS)) == (0, 0, 3)

    def test_a_name_that_is_there_is_completed_not_doubled(self, cast: Cast, bring_in: BringIn) -> None:
        there = customer("Acme Corporation", cast.lin, industry="software")
        run = bring_in("customers", ACCOUNTS)
        assert counts(run) == (2, 1, 0)
        there.refresh_from_db()
        assert (there.industry, there.owner_id) == ("technolgy", cast.lin.pk)
        undo(run)
        there.refresh_from_db()
        assert (there.industry, there.employees) == ("software", None)
        assert Customer.objects.filter(removed_at=None).count() == 1
        assert reconcile().clean

    def test_chinese_headers_owner_source_and_number(self, cast: Cast, bring_in: BringIn) -> None:
        text = (
            "客户编号,客户名称,负责人,客户来源,统一社会信用代码,年营收,建档日期\n"
            "C-1,海铭,林晓雯,展会,91330100799655058B,1.2亿,2025年3月5日\n"
            "C-2,启泰,周子昂,展会,,,\n"
        )
        run = bring_in("customers", text)
        assert counts(run) == (2, 0, 0)
        one = Customer.objects.get(external_id="C-1")
        assert (one.owner_id, one.source.name, one.revenue) == (cast.lin.pk, "展会", 120_000_000)  # type: ignore[union-attr]
        changed = text.replace("启泰", "启泰新能源").replace("周子昂", "赵一")
        assert counts(bring_in("customers", changed)) == (0, 1, 1)
        two = Customer.objects.get(external_id="C-2")
        assert (two.name, two.owner_id) == ("启泰新能源", cast.zhao.pk)

    def test_what_is_wrong_is_said_with_line_and_column(self, cast: Cast, bring_in: BringIn) -> None:
        text = (
            "客户名称,负责人,统一社会信用代码,成立年份,员工人数,建档日期\n"
            "甲,没有这人,,,,\n"
            "乙,,91330100799655085B,,,\n"
            "丙,,,3026,,\n"
            "丁,,,,-3,\n"
            "戊,,,,,2099-01-01\n"
            "己,,,,,\n"
            "己,,,,,\n"
        )
        run = bring_in("customers", text)
        assert problems(run) == [
            (2, "owner"), (3, "credit_code"), (4, "founded_year"), (5, "employees"), (6, "created_on"), (8, "name"),
        ]  # fmt: skip
        assert list(Customer.objects.values_list("name", flat=True)) == ["己"]

    def test_a_code_that_somebody_has_already_is_the_rows_problem(self, cast: Cast, bring_in: BringIn) -> None:
        customer("海铭", cast.lin, credit_code="91330100799655058B")
        run = bring_in("customers", "客户名称,信用代码\n启泰,91330100799655058B\n中垦,\n")
        assert counts(run) == (1, 0, 0)
        assert problems(run) == [(2, "credit_code")]


class TestContacts:
    TEXT = "客户,联系人,手机,职务\n海铭,郭建平,170 0000 0001,设备总监\n没有,贺文斌,,\n海铭,宋晓峰,,\n"

    def test_people_come_to_their_customers(self, cast: Cast, bring_in: BringIn) -> None:
        pk = customer("海铭", cast.lin).pk
        run = bring_in("contacts", self.TEXT)
        assert (counts(run), problems(run)) == ((2, 0, 0), [(3, "customer")])
        found = Contact.objects.filter(customer_id=pk).order_by("pk")
        assert list(found.values_list("name", "phone", "title")) == [
            ("郭建平", "170 0000 0001", "设备总监"),
            ("宋晓峰", "", ""),
        ]
        again = bring_in("contacts", self.TEXT.replace("设备总监", "总经理"))
        assert counts(again) == (0, 1, 1)
        undo(again)
        assert found[0].title == "设备总监"
        undo(run)
        assert not found.filter(removed_at=None).exists()
        assert reconcile().clean


PRODUCTS = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\nMG Special,MG,55\n"


class TestProducts:
    def test_products_come_with_line_and_price(self, cast: Cast, bring_in: BringIn) -> None:
        assert counts(bring_in("products", PRODUCTS)) == (3, 0, 0)
        found = Product.objects.order_by("pk").values_list("name", "line__name", "price")
        assert list(found) == [("GTX Basic", "GTX", 550), ("GTX Pro", "GTX", 4821), ("MG Special", "MG", 55)]
        again = bring_in("products", PRODUCTS.replace("4821", "4900"))
        assert counts(again) == (0, 1, 2)
        undo(again)
        assert Product.objects.get(name="GTX Pro").price == 4821

    def test_a_confirmed_spelling_is_merged_and_asked_for_once(self, cast: Cast, bring_in: BringIn) -> None:
        run = bring_in("products", PRODUCTS)
        told = Correction(field="product", column="product", written="GTXPro", meant="GTX Pro", rows=9, why=NOTHING)
        for _ in range(2):
            accept_products([told], _context(run))
        right = Product.objects.get(name="GTX Pro").pk
        wrong = ensure_products(["GTXPro"], by=None, at=AT)["GTXPro"]
        assert merged_products() == {wrong: right}


def _context(run: ImportRun) -> Any:
    from xiaoguan.services.transfer.checking import context_of, reader_of

    return context_of(run, reader_of(run, importable(run.kind)), at=AT, dry=False)


class TestActivities:
    TEXT = (
        "编号,客户,跟进人,跟进日期,跟进方式,时长,跟进内容\n"
        "A1,海铭,林晓雯,2026-02-03,拜访,90,看了产线\n"
        "A2,海铭,林晓雯,2026-02-04,微信,,\n"
    )

    def test_activities_come_on_their_days(self, cast: Cast, bring_in: BringIn) -> None:
        pk = customer("海铭", cast.lin).pk
        run = bring_in("activities", self.TEXT)
        assert counts(run) == (2, 0, 0)
        one, two = Activity.objects.order_by("pk")
        assert (one.kind, one.minutes, one.text, one.customer_id, one.member_id) == (
            "visit", 90, "看了产线", pk, cast.lin.pk,
        )  # fmt: skip
        assert (two.kind, two.happened_at.date()) == ("mail", date(2026, 2, 4))
        assert reconcile().clean

    def test_changed_words_are_amended_and_a_moved_one_counts_once(self, cast: Cast, bring_in: BringIn) -> None:
        customer("海铭", cast.lin)
        bring_in("activities", self.TEXT)
        changed = self.TEXT.replace("看了产线", "看了两条产线").replace("2026-02-04", "2026-02-05")
        bring_in("activities", changed)
        standing = Activity.objects.filter(removed_at=None).order_by("external_id")
        assert [(a.external_id, a.text, a.happened_at.day) for a in standing] == [
            ("A1", "看了两条产线", 3),
            ("A2", "", 5),
        ]
        assert reconcile().clean

    def test_undone_nothing_counts(self, cast: Cast, bring_in: BringIn) -> None:
        customer("海铭", cast.lin)
        run = bring_in("activities", self.TEXT)
        undo(run)
        assert not Activity.objects.filter(removed_at=None).exists()
        assert reconcile().clean

    def test_the_future_and_unknown_customers_are_problems(self, cast: Cast, bring_in: BringIn) -> None:
        customer("海铭", cast.lin)
        text = "客户,跟进人,日期\n海铭,林晓雯,2030-01-01\n没有,林晓雯,2026-01-01\n海铭,没有这人,2026-01-01\n"
        assert problems(bring_in("activities", text)) == [(2, "on"), (3, "customer"), (4, "owner")]


def test_records_edited_since_are_kept_when_asked(cast: Cast, bring_in: BringIn) -> None:
    run = bring_in("customers", "客户名称\n海铭\n启泰\n")
    kept = Customer.objects.get(name="海铭").pk
    amend_customers([CustomerChange(customer_id=kept, values={"city": "宁波"})], by=cast.lin, at=AT)
    start_undo(run, by=None, keep_edited=True)
    undo_run(run, importable("customers"), clock=lambda: AT)
    assert list(Customer.objects.filter(removed_at=None).values_list("pk", flat=True)) == [kept]
