"""Stages and reasons for losing: added, amended, put in order, by those who manage settings, told in the journal."""

import re

import pytest

from xiaoguan.deals.models import LossReason, Pipeline, Stage
from xiaoguan.deals.tests.views_world import World, text_of
from xiaoguan.journal.models import Entry, PrivateValue

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return World()


def order() -> list[str]:
    return list(Stage.objects.order_by("position").values_list("name", flat=True))


@pytest.mark.parametrize("who", ["gu", "he", "qian", "sun", "shen", "lin"])
def test_only_who_manages_settings(world: World, who: str) -> None:
    stage, browser = world.stages[0], world.as_(who)
    for path in ("", "stage/new/", f"stage/{stage.pk}/", "reason/new/", f"reason/{world.reason.pk}/"):
        assert browser.get(f"/deals/stages/{path}").status_code == 403
        assert browser.post(f"/deals/stages/{path}", name="x").status_code == 403
    assert len(order()) == 5


def test_they_lie_behind_the_settings(world: World) -> None:
    page = text_of(world.as_("admin").get("/deals/stages/"))
    assert re.search(r'<a class="i on" href="/settings/company/?"', page)
    assert re.search(r'<a class="i" href="/deals/board/"', page)


def test_a_stage_is_added_at_the_end(world: World) -> None:
    words = {"name": "已签", "name_en": "Signed", "buyer_words": "盖章", "buyer_words_en": "Stamped", "probability": 98}
    assert world.as_("admin").post("/deals/stages/stage/new/", **words).status_code == 302
    assert order()[-1] == "已签"
    assert "Stamped" in text_of(world.as_("admin").get("/deals/stages/"))


def test_a_stage_is_amended_and_the_journal_knows(world: World) -> None:
    stage = world.stages[0]
    path = f"/deals/stages/stage/{stage.pk}/"
    assert stage.name in text_of(world.as_("admin").get(path))
    words = {"name": "需求", "name_en": stage.name_en, "buyer_words": stage.buyer_words, "probability": 25}
    answer = world.as_("admin").send(path, **words, buyer_words_en=stage.buyer_words_en)
    assert answer["HX-Retarget"] == "#lists"
    entry = Entry.objects.latest("id")
    values = PrivateValue.objects.filter(entry_id=entry.pk).values_list("field", "old", "new")
    assert set(values) == {("name", "需求确认", "需求"), ("probability", "20", "25")}


def test_names_are_unique_and_probabilities_are(world: World) -> None:
    browser = world.as_("admin")
    taken = browser.post("/deals/stages/stage/new/", name=world.stages[1].name)
    assert taken.status_code == 422
    assert "has this name already" in text_of(taken)
    for wrong in ("101", "-1", "many"):
        assert browser.post("/deals/stages/stage/new/", name="x", probability=wrong).status_code == 422
    assert len(order()) == 5


def test_a_stage_moves_up(world: World) -> None:
    before = order()
    browser = world.as_("admin")
    browser.post(f"/deals/stages/stage/{world.stages[2].pk}/", up=1)
    assert order() == [before[0], before[2], before[1], *before[3:]]
    browser.post(f"/deals/stages/stage/{world.stages[0].pk}/", up=1)
    assert order() == [before[0], before[2], before[1], *before[3:]], "the first one stays"


def test_the_first_stage_makes_the_pipeline(world: World) -> None:
    Stage.objects.all().delete()
    Pipeline.objects.all().delete()
    browser = world.as_("admin")
    assert "The first stage creates it" in text_of(browser.get("/deals/stages/"))
    assert browser.post("/deals/stages/stage/new/", name="接触").status_code == 302
    assert Pipeline.objects.get().is_default
    assert order() == ["接触"]


def test_reasons(world: World) -> None:
    browser = world.as_("admin")
    assert browser.post("/deals/stages/reason/new/", name="工期太长", name_en="").status_code == 302
    added = LossReason.objects.get(name="工期太长")
    assert added.position > world.reason.position
    assert browser.post("/deals/stages/reason/new/", name="工期太长", name_en="Price").status_code == 302
    assert browser.post(f"/deals/stages/reason/{added.pk}/", name="交期太长", name_en="Too slow").status_code == 302
    added.refresh_from_db()
    assert added.name_en == "Too slow"
    assert browser.post("/deals/stages/reason/new/", name="").status_code == 422
    assert browser.get("/deals/stages/reason/999/").status_code == 404
    assert browser.get("/deals/stages/stage/999/").status_code == 404
