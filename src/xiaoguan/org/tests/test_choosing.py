"""A person is chosen from a list where there are few, by typing where there are many; never one who may not be."""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.test import Client
from django.utils import translation

from xiaoguan.org import choosing
from xiaoguan.org.choosing import PersonField
from xiaoguan.org.models import Member

pytestmark = pytest.mark.django_db


def form_of(typed: str | None = None, initial: Any = None, **options: Any) -> forms.Form:
    """A form whose owner may be anybody but the administrator."""

    class Form(forms.Form):
        owner = PersonField(Member.objects.exclude(username="admin"), "/find", **options)

    return Form(None if typed is None else {"owner": typed}, initial={"owner": initial})


def chosen(typed: str, **options: Any) -> Any:
    form = form_of(typed, **options)
    return form.cleaned_data["owner"] if form.is_valid() else form.errors["owner"][0]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FEW", 3)


def test_few_stand_in_a_list(cast: Any) -> None:
    shown = str(form_of(initial=cast.rep.pk)["owner"])
    assert "<select" in shown
    assert f'<option value="{cast.rep.pk}" selected>成员 rep</option>' in shown
    assert "成员 admin" not in shown
    assert chosen(str(cast.rep.pk)) == cast.rep
    for wrong in (str(cast.admin.pk), "0", "成员 rep", "9" * 30, "1; --"):
        assert "valid choice" in chosen(wrong)


def test_of_many_the_page_carries_none(cast: Any, many: None) -> None:
    shown = str(form_of(initial=cast.rep.pk)["owner"])
    assert "<option" not in shown
    assert 'value="成员 rep · rep"' in shown
    assert 'hx-get="/find"' in shown


def test_of_many_one_is_typed(cast: Any, many: None) -> None:
    assert chosen("成员 rep") == cast.rep
    assert chosen(" 成员 rep · rep ") == cast.rep
    for wrong in ("成员 admin", "成员 admin · admin", "成员", str(cast.rep.pk), "成员 rep · other", "\x00"):
        assert "can be chosen here" in chosen(wrong), wrong


def test_two_of_one_name_are_told_apart(cast: Any, many: None) -> None:
    Member.objects.filter(pk=cast.other.pk).update(name="成员 rep")
    assert "Several people" in chosen("成员 rep")
    assert chosen("成员 rep · other").pk == cast.other.pk


def test_nobody_is_chosen_only_where_he_may_be(cast: Any, many: None) -> None:
    assert "required" in chosen("")
    assert chosen("", nobody="nobody") is None


def test_what_was_typed_wrongly_stands_there_still(cast: Any, many: None) -> None:
    assert 'value="&lt;b&gt;x"' in str(form_of("<b>x")["owner"])


def test_who_can_be_chosen_is_found_by_a_part_of_the_name(cast: Any, client: Client) -> None:
    client.force_login(cast.admin, backend="xiaoguan.org.sessions.MemberBackend")
    offered = client.get("/team/people", {"member": "员 RE"}).content.decode()
    assert offered.strip() == '<option value="成员 rep · rep"></option>'
    assert client.get("/team/people", {"member": "<script>"}).content.decode().strip() == ""
    assert client.get("/team/people", {"owner": "south"}).content.decode().count("<option") == 1
    client.force_login(cast.rep, backend="xiaoguan.org.sessions.MemberBackend")
    assert client.get("/team/people").status_code == 403
