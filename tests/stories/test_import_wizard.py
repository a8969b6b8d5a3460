"""A newcomer brings a real company in through the browser and the figures are true."""

import csv
import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.infrastructure.browsers import sign_in, watch
from tests.infrastructure.databases import Database, command, run_command
from tests.infrastructure.sites import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "a-long-story-password"
FILES = (
    ("members", "sales_teams.csv", 35),
    ("customers", "accounts.csv", 85),
    ("products", "products.csv", 7),
    ("deals", "sales_pipeline.csv", 8_800),
)
_PATIENCE = 60_000  # milliseconds for 8,800 rows on a busy machine


@pytest.fixture
def new_site(empty_original: Database, tmp_path: Path) -> Iterator[Site]:
    """The running program with one person in it, the administrator Wen."""
    database = empty_original.copy()
    data = tmp_path / "data"
    data.mkdir()
    created = subprocess.run(
        command("user", "create", "wen", "--name", "文", "--role", "administrator", "--password-stdin"),
        env=database.environment(data), input=PASSWORD, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert created.returncode == 0, created.stderr
    site = Site(database, data)
    try:
        yield site.start()
    finally:
        site.stop()
        database.drop()


@pytest.fixture
def page(browser: "Browser", new_site: Site) -> Iterator["Page"]:
    """Wen at her desk; nothing may go wrong on the console."""
    errors: list[str] = []
    context = browser.new_context(base_url=new_site.url, locale="zh-CN", viewport={"width": 1360, "height": 900})
    context.set_default_timeout(_PATIENCE)
    opened = context.new_page()
    watch(opened, errors)
    sign_in(opened, "wen", PASSWORD)
    yield opened
    context.close()
    assert not errors, "\n".join(errors)


def upload(page: "Page", kind: str, path: Path) -> None:
    page.goto(f"/imports/new?kind={kind}")
    page.set_input_files("input[type=file]", path)
    page.click("text=上传并核对")
    page.wait_for_selector("form[action$='/start'] button")


def bring_in(page: "Page", kind: str, path: Path) -> None:
    upload(page, kind, path)
    page.click("form[action$='/start'] button")
    page.wait_for_selector("text=查看导入的记录")


def test_a_real_company_comes_in_through_the_browser(page: "Page", new_site: Site, shared_data: Path) -> None:
    for kind, name, rows in FILES:
        upload(page, kind, shared_data / "crm_opportunities" / name)
        button = page.locator("form[action$='/start'] button")
        assert button.inner_text() == f"导入 {rows:,} 行"
        button.click()
        page.wait_for_selector("text=查看导入的记录")
        assert f"{rows:,}" in page.locator(".x-money").inner_text()
    page.goto("/analysis/?period=2016-01-01..2017-12-31")
    page.locator("main a[href*='won_amount']").first.click()
    page.wait_for_selector("main :text('10,005,534')")
    said = run_command(
        new_site.database, new_site.data, "measure", "won_amount", "--period", "2016-01-01..2017-12-31", "--json"
    )
    assert json.loads(said.stdout)["total"]["value"] == 10_005_534


def test_a_choice_is_checked_again_while_one_looks_on(page: "Page", tmp_path: Path) -> None:
    """Columns are chosen with htmx: the figures change in place, and what is missing is asked for."""
    bring_in(page, "members", table(tmp_path, ["姓名", "大区"], [["陈晨", "华西"]]))
    rows = [["S-1", "陈晨", "洽谈", "2026-03-01", "12"], ["S-2", "陈晨", "洽谈", "2026-03-02", "约五百"]]
    upload(page, "deals", table(tmp_path, ["商机编号", "负责人", "阶段", "开始日期", "金额"], rows))
    assert page.locator("form[action$='/start'] button").inner_text() == "导入 1 行，跳过 1 行"
    page.select_option("#column-4", "")
    page.wait_for_selector("form[action$='/start'] button:text-is('导入 2 行')")
    page.select_option("#column-1", "")
    page.wait_for_selector("text=请为这些字段选择列：负责人")
    assert page.locator("form[action$='/start']").count() == 0
    page.select_option("#column-1", "owner")
    page.wait_for_selector("form[action$='/start'] button")
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def table(folder: Path, header: list[str], rows: list[list[str]]) -> Path:
    path = folder / f"{time.monotonic_ns()}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path
