"""Importing members through the real engine: regions and teams come from the file, managers become members too."""

import csv
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from xiaoguan.journal.models import Entry, Origin
from xiaoguan.org.actions import MemberChange, NewUnit, create_units, update_members
from xiaoguan.org.imports import members_importable
from xiaoguan.org.models import Assignment, Member, Unit, UnitPlacement
from xiaoguan.org.tree import UnitTree
from xiaoguan.services.transfer import contract, kinds
from xiaoguan.services.transfer.contract import Options
from xiaoguan.services.transfer.runs import apply_run, check_run, prepare_file
from xiaoguan.services.transfer.undoing import start_undo, undo_run

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MEMBERS = members_importable(contract)
HEADER = ["sales_agent", "manager", "regional_office"]
SMALL = [["Anna Snelling", "Dustin Brinkmann", "Central"], ["张伟", "Dustin Brinkmann", "Central"],
         ["Vicki Laflamme", "Celia Rouche", "West"]]  # fmt: skip


@pytest.fixture(autouse=True)
def _members_only(db, monkeypatch):
    monkeypatch.setattr(kinds, "_importables", {"members": MEMBERS})


@pytest.fixture
def bring(tmp_path):
    def run(rows, header=HEADER, *, dry=False):
        path = tmp_path / "members.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])
        made = prepare_file("members", path, by=None, at=AT, options=Options())
        check_run(made, MEMBERS, at=AT)
        if not dry:
            apply_run(made, MEMBERS)
        made.refresh_from_db()
        return made

    return run


def members():
    return {member.name: member for member in Member.objects.filter(removed=False)}


def unit_names():
    standing = UnitTree.load().units_existing(TODAY)
    return Counter(Unit.objects.filter(pk__in=standing).values_list("kind", "name"))


def test_people_managers_regions_and_teams(bring):
    run = bring(SMALL)
    assert (run.created, run.skipped) == (3, 0)
    people = members()
    assert set(people) == {"Anna Snelling", "张伟", "Vicki Laflamme", "Dustin Brinkmann", "Celia Rouche"}
    assert not any(member.has_usable_password() for member in people.values())
    assert (people["Anna Snelling"].username, people["张伟"].username) == ("anna.snelling", "张伟")
    tree = UnitTree.load()
    anna, dustin = people["Anna Snelling"].pk, people["Dustin Brinkmann"].pk
    team = tree.unit_of(anna, date(2016, 10, 20))
    assert team == tree.unit_of(dustin, date(2016, 10, 20)), "memberships without a day reach back as far as needed"
    assert Unit.objects.get(pk=team).name == "Dustin Brinkmann"
    assert Unit.objects.get(pk=tree.ancestor(team, "region", TODAY)).name == "Central"
    assert tree.superior_of(anna, TODAY) == dustin
    assert Assignment.objects.get(member_id=anna).start_assumed
    assert Assignment.objects.get(member_id=anna).start is None
    assert set(Entry.objects.filter(batch_id=run.pk).values_list("origin", flat=True)) == {Origin.IMPORT}


def test_below_units_that_stand_since_a_day_people_belong_since_then(bring):
    since = date(2026, 3, 1)
    doing = {"by": None, "at": AT}
    (company,) = create_units([NewUnit(name="恒川", kind="company", parent_id=None, start=since)], **doing)
    create_units([NewUnit(name="Central", kind="region", parent_id=company.pk, start=date(2026, 5, 1))], **doing)
    run = bring([*SMALL, ["李雷", "Celia Rouche", "West"]])
    assert (run.created, run.skipped) == (4, 0)
    starts = dict(Assignment.objects.values_list("member__name", "start"))
    assert starts["Anna Snelling"] == starts["Dustin Brinkmann"] == date(2026, 5, 1)
    assert starts["Vicki Laflamme"] == starts["李雷"] == since


def test_the_same_file_again_changes_nothing(bring):
    bring(SMALL)
    before = (Member.objects.count(), Unit.objects.count(), list(UnitPlacement.objects.values()))
    run = bring(SMALL)
    assert (run.created, run.updated, run.unchanged) == (0, 0, 3)
    assert (Member.objects.count(), Unit.objects.count(), list(UnitPlacement.objects.values())) == before


def test_a_changed_row_corrects_an_assumed_membership_in_place(bring):
    bring(SMALL)
    run = bring([["Anna Snelling", "Celia Rouche", "West"], *SMALL[1:]])
    assert (run.updated, run.unchanged) == (1, 2)
    anna = members()["Anna Snelling"].pk
    assert Assignment.objects.filter(member_id=anna).count() == 1
    assert Unit.objects.get(pk=UnitTree.load().unit_of(anna, date(2016, 1, 1))).name == "Celia Rouche"


def test_two_of_one_name_need_employee_numbers(bring):
    header = ["姓名", "经理", "大区", "工号", "入职日期"]
    run = bring([["李娜", "王强", "华东", "", ""], ["李娜", "王强", "华东", "", ""]], header, dry=True)
    assert run.skipped == 1
    run = bring([["李娜", "王强", "华东", "7", "2020年3月5日"], ["李娜", "王强", "华东", "8", ""]], header)
    assert (run.created, run.skipped) == (2, 0)
    numbered = {member.employee_no: member for member in Member.objects.filter(name="李娜")}
    assert set(numbered) == {"7", "8"}
    assert numbered["7"].hired_on == date(2020, 3, 5)
    first = Assignment.objects.get(member=numbered["7"])
    assert (first.start, first.start_assumed) == (date(2020, 3, 5), False)
    assert numbered["7"].username != numbered["8"].username
    again = bring([["李娜", "王强", "华东"]], header[:3], dry=True)
    assert again.skipped == 1, "a name alone no longer says which of the two"
    twice = bring([["甲", "王强", "华东", "9", ""], ["乙", "王强", "华东", "9", ""]], header, dry=True)
    assert twice.skipped == 1


def test_a_manager_with_a_row_of_his_own_is_one_member(bring):
    rows = [["Anna", "Boss", "Central"], ["Boss", "Chief", "Central"], ["Chief", "", "Central"]]
    run = bring(rows)
    assert run.created + run.updated + run.unchanged == 3
    people = members()
    assert set(people) == {"Anna", "Boss", "Chief"}
    tree = UnitTree.load()
    assert tree.superior_of(people["Anna"].pk, TODAY) == people["Boss"].pk
    assert tree.superior_of(people["Boss"].pk, TODAY) == people["Chief"].pk


def test_a_dry_run_writes_nothing(bring):
    run = bring(SMALL, dry=True)
    assert not Member.objects.exists()
    assert not Unit.objects.exists()
    assumed = {item["code"]: item["rows"] for item in run.assumptions}
    assert assumed == {"open_start": 3, "managers_added": 2}


def test_undo_takes_people_managers_and_units_back(bring):
    bring([["Old Hand", "Celia Rouche", "West"]])
    run = bring([["Old Hand", "Dustin Brinkmann", "Central"], *SMALL])
    start_undo(run, by=None, keep_edited=False)
    undo_run(run, MEMBERS)
    assert set(members()) == {"Old Hand", "Celia Rouche"}
    assert set(unit_names()) == {("company", Unit.objects.get(kind="company").name), ("region", "West"),
                                 ("team", "Celia Rouche")}  # fmt: skip
    old = members()["Old Hand"].pk
    assert Unit.objects.get(pk=UnitTree.load().unit_of(old, TODAY)).name == "Celia Rouche"
    run = bring(SMALL)
    assert run.created == 3, "what was taken back can be imported again"


def test_undo_can_keep_what_was_edited_since(bring):
    run = bring(SMALL)
    anna = members()["Anna Snelling"].pk
    update_members([MemberChange(member_id=anna, values={"phone": "1"})], by=None, at=AT + timedelta(hours=1))
    start_undo(run, by=None, keep_edited=True)
    undo_run(run, MEMBERS)
    assert "Anna Snelling" in members()


def _real_file():
    for folder in Path(__file__).resolve().parents:
        found = folder / "shared" / "data" / "crm_opportunities" / "sales_teams.csv"
        if found.is_file():
            return found
    return None


@pytest.mark.skipif(_real_file() is None, reason="the folder shared/data is not beside the project")
def test_the_real_sales_teams():
    run = prepare_file("members", _real_file(), by=None, at=AT, options=Options())
    apply_run(run, MEMBERS)
    run.refresh_from_db()
    assert (run.created, run.skipped) == (35, 0)
    assert Member.objects.count() == 41
    assert Counter(kind for kind, _name in unit_names()) == {"company": 1, "region": 3, "team": 6}
    tree = UnitTree.load()
    leads = {tree.lead_of(unit, TODAY) for unit, kind in tree.kinds.items() if kind == "team"}
    assert len(leads) == 6
    assert len(tree.persons_of(tree.subtree(min(tree.kinds), TODAY), TODAY)) == 41
