"""Who meets what: files are confidential to who brought them and to who may take imports back."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import LONG_AGO, hire
from xiaoguan.org.actions import Grant, NewMember, create_members, grant_roles
from xiaoguan.org.models import Member, Role
from xiaoguan.org.tree import touch
from xiaoguan.services.transfer.models import ImportRun
from xiaoguan.services.transfer.tests.wizard import Wizard, deal, the_server

SECRET = "绝密客户"
PAGES = ("", "rows", "undo", "problems.csv", "progress")
VERBS = ("sheet", "mapping", "corrections", "start", "onward", "drop", "undo")


@pytest.fixture
def he(db: None, settings: Any, tmp_path: Path) -> Wizard:
    settings.DATA = tmp_path
    cast = hire(password=None)
    return Wizard(cast.he, cast)


@pytest.fixture
def importer(he: Wizard) -> Wizard:
    """May import, but not take imports back."""
    Role.objects.create(key="importer", name_zh="导入员", name_en="Importer", grants={"imports.run": "company"})
    unit = he.cast.units["company"].pk
    new = NewMember(name="钟点工", username="zhong", unit_id=unit, start=date(2025, 2, 1), roles=("importer",))
    (member,) = create_members([new], by=he.cast.admin, at=LONG_AGO)
    return Wizard(member, he.cast)


def test_who_may_not_import_is_told_so_and_sees_nothing(he: Wizard) -> None:
    run = he.upload_rows(deal("S-1", 客户=SECRET))
    for name in ("lin", "shen", "gu", "qian"):
        other = Wizard(he.cast.members[name])
        assert other.client.get("/imports/").status_code == 403
        assert other.client.get("/imports/new").status_code == 403
        for page in PAGES:
            assert other.client.get(f"/imports/{run.pk}/{page}").status_code == 404
        for verb in VERBS:
            assert other.client.post(f"/imports/{run.pk}/{verb}").status_code == 404
    assert "Imports" not in Wizard(he.cast.lin).client.get("/tasks/").content.decode()


def test_a_visitor_is_sent_to_the_sign_in(he: Wizard) -> None:
    assert Client().get("/imports/").headers["Location"].startswith("/sign-in")


def test_another_importer_sees_neither_the_file_nor_its_name(he: Wizard, importer: Wizard) -> None:
    run = he.bring_in(deal("S-1", 客户=SECRET))
    ImportRun.objects.filter(pk=run.pk).update(file_name="工资表.csv")
    assert "工资表" not in importer.client.get("/imports/").content.decode()
    for page in PAGES:
        answer = importer.client.get(f"/imports/{run.pk}/{page}")
        assert answer.status_code == 404
        assert SECRET not in answer.content.decode()
    assert "工资表" in he.client.get("/imports/").content.decode()


def test_who_may_not_undo_brings_in_but_does_not_take_back(importer: Wizard) -> None:
    run = importer.bring_in(deal("S-1"))
    page = importer.page()
    assert "Take back" not in page
    assert "Take back" not in importer.client.get("/imports/").content.decode()
    assert importer.client.get(f"/imports/{run.pk}/undo").status_code == 403
    assert importer.client.post(f"/imports/{run.pk}/undo").status_code == 403
    assert ImportRun.objects.get().state == ImportRun.State.DONE


def test_who_may_undo_sees_the_run_but_does_not_decide_over_the_draft(importer: Wizard) -> None:
    run = importer.upload_rows(deal("S-1", 客户=SECRET))
    admin = Wizard(importer.cast.admin)
    page = admin.page(run=run)
    assert "disabled" in page
    for verb in ("mapping", "corrections", "start", "drop"):
        assert f"/{run.pk}/{verb}" not in page
        assert admin.client.post(f"/imports/{run.pk}/{verb}").status_code == 403
    importer.start(run)
    the_server()
    assert "Take back" in admin.page(run=run)
    assert admin.client.post(f"/imports/{run.pk}/undo").status_code == 302
    the_server()
    assert ImportRun.objects.get().undone_by == importer.cast.admin


def test_records_that_the_viewer_may_not_open_are_not_named(importer: Wizard) -> None:
    run = importer.bring_in(deal("S-1", 商机名称=SECRET))
    page = importer.client.get(f"/imports/{run.pk}/rows").content.decode()
    assert "a record that you may not open" in page
    assert SECRET not in page


def test_forms_without_the_token_are_refused(he: Wizard) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(he.member, backend="xiaoguan.org.sessions.MemberBackend")
    assert strict.post("/imports/new", {"kind": "deals"}).status_code == 403


def test_private_columns_are_masked_in_samples_and_problems(he: Wizard) -> None:
    he.bring_in(["苏州联德"], header=["客户名称"], kind="customers")
    header, phone = ["联系人", "客户", "手机"], "13905120041"
    rows = [["欧阳文件之一", company, phone] for company in ("苏州联德", "没有的公司")]
    he.upload_rows(*rows, header=header, kind="contacts")
    page = he.page()
    assert phone not in page
    assert "13•••••41" in page
    assert "欧阳文件之一" not in page


def test_a_person_who_lost_the_right_no_longer_opens_his_files(importer: Wizard) -> None:
    run = importer.upload_rows(deal("S-1"))
    Role.objects.filter(key="importer").update(grants={})
    touch()
    assert importer.client.get(f"/imports/{run.pk}/").status_code == 404
    grant = Grant(member_id=importer.member.pk, role="operations", start=date(2025, 3, 1))
    grant_roles([grant], by=importer.cast.admin, at=timezone.now())
    assert importer.client.get(f"/imports/{run.pk}/").status_code == 200
    assert Member.objects.get(pk=importer.member.pk).name == "钟点工"
