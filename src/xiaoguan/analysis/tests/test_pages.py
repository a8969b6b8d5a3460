"""The pages of measures: who sees what, what addresses mean, and that every figure on them opens to itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from xiaoguan.analysis import queries
from xiaoguan.analysis.choice import read_choice
from xiaoguan.journal.kinds import DEAL, PRODUCT, STAGE
from xiaoguan.ledger.measures.language import AddsUp, measure
from xiaoguan.ledger.measures.tests.world import TODAY, Post, World, day
from xiaoguan.org import records
from xiaoguan.org.actions import Lead, NewMember, appoint_leads, create_members
from xiaoguan.org.records import RecordKind, configure_records

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
AT = datetime(2026, 1, 1, 2, tzinfo=UTC)


def _kind(number, may_open=lambda item: True):
    return RecordKind(
        kind=number, name="record",
        seen=lambda member, ids: {item: f"R{number}-{item}" for item in ids if may_open(item)},
        labels=lambda ids: {item: f"R{number}-{item}" for item in ids}, url=lambda item: f"/r/{number}/{item}/",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _even_deals_may_be_opened():
    before = list(records._kinds.values())
    mine = {DEAL: _kind(DEAL, lambda item: item % 2 == 0), PRODUCT: _kind(PRODUCT), STAGE: _kind(STAGE)}
    configure_records([*(item for item in before if item.kind not in mine), *mine.values()])
    yield
    configure_records(before)


@pytest.fixture
def world() -> World:
    """Deals of three people in January to March 2026; the amounts of lost ones are unknown."""
    world = World()
    roles = (("boss", world.company, "director"), ("lead", world.one, "manager"), ("rep", world.one, "representative"),
             ("hr", world.company, "hr"))  # fmt: skip
    made = create_members(
        [NewMember(name=name, username=name, unit_id=unit.pk, roles=(role,)) for name, unit, role in roles],
        by=None, at=AT,
    )  # fmt: skip
    world.members = {item.username: item for item in made}
    appoint_leads([Lead(unit_id=world.one.pk, member_id=made[1].pk, start=None)], by=None, at=AT)
    for deal, person in enumerate((world.ann, world.bob, world.cai, world.ann, world.bob, made[2]), start=1):
        dims = {"product_id": deal % 2 + 1, "stage_id": deal % 3 + 1}
        world.post(
            Post("new_deals", day("01-05"), 0, 1, person, deal, dims=dims),
            Post("pipeline", day("01-05"), 100_000 * deal, 1, person, deal, "new", dims=dims),
            Post("activity", day("02-20"), 0, 1, person, deal),
            Post("stage_days", day("02-20"), deal, 1, person, deal, dims=dims),
        )
        if deal > 3:
            world.post(
                Post("pipeline", day("03-01"), -100_000 * deal, -1, person, deal, "won", dims=dims),
                Post("won", day("03-01"), 100_000 * deal, 1, person, deal, dims=dims),
                Post("cycle_days", day("03-01"), 3 * deal, 1, person, deal, dims=dims),
            )
    world.post(
        Post("pipeline", day("03-02"), -100_000, -1, world.ann, 1, "lost", dims={"product_id": 2, "stage_id": 2}),
        Post("lost", day("03-02"), 0, 1, world.ann, 1), Post("lost_unknown", day("03-02"), 0, 1, world.ann, 1),
    )  # fmt: skip
    return world


def browse(world: World, username: str, address: str, **further: Any):
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.members[username])
    return client.get(address, **further)


def figures_on(response) -> set[str]:
    links = re.findall(r'href="(/analysis/open/\?[^"]+)"', response.content.decode())
    return {unescape(link) for link in links}


# As the page first opens, for everybody, is proved by tests/guards/test_figures.py.
@pytest.mark.parametrize(
    ("username", "query"),
    [
        ("boss", "period=2026-Q1&by=region&org=now"),
        ("boss", "period=2026-02&by=team"),
        ("lead", "period=2026-Q1&by=product"),
        ("rep", "period=2026-Q1"),
    ],
)
def test_every_figure_on_the_page_opens_to_itself(world, username, query):
    page, others = (browse(world, username, f"/analysis/{part}?{query}") for part in ("", "others/"))
    assert (page.status_code, others.status_code) == (200, 200)
    links = figures_on(page) | figures_on(others)
    assert len(links) > 20
    for link in links:
        opened = browse(world, username, link)
        assert opened.status_code == 200, link
        found = opened.context["page"]
        asked = parse_qs(urlsplit(link).query)["measure"][0]
        if measure(asked).adds_up in (AddsUp.ADDITIVE, AddsUp.BALANCE) and found.figure.value is not None:
            scale = 1 if found.figure.kind == "number" else 10_000
            assert found.behind.whole.over == found.figure.value * scale, link
        listed = sum(item.adds.over for item in found.behind.items) + found.behind.more.over
        assert listed == found.behind.whole.over


def test_the_value_shown_on_the_page_is_the_one_that_opens(world):
    page = browse(world, "boss", "/analysis/?period=2026-Q1&by=person").context["page"]
    row = next(line for line in page.board.lines if line.label == "Ann")
    opened = browse(world, "boss", row.cells[0].href).context["page"]
    assert (row.cells[0].value, opened.figure.value) == (400_000, 400_000)
    assert [item.label for item in opened.records] == [f"R{DEAL}-4"]


@pytest.mark.parametrize("part", ["", "others/"])
def test_what_nobody_reads_at_once_is_sent_when_it_is_asked_for(world, monkeypatch, part):
    """The largest stand first, the whole is that of all rows, and each look brings the next ones."""
    address = f"/analysis/{part}?period=2026-Q1"
    in_full = browse(world, "boss", address).context["page"].board
    assert len(in_full.lines) > 2
    monkeypatch.setattr("xiaoguan.analysis.overview.SHOWN", 1)
    monkeypatch.setattr("xiaoguan.analysis.overview.FURTHER", len(in_full.lines) - 2)
    page = browse(world, "boss", address)
    board = page.context["page"].board
    assert (board.lines, board.total, board.more) == (in_full.lines[:1], in_full.total, len(in_full.lines) - 1)
    assert f'hx-get="{address}&row=1"'.replace("&", "&amp;") in page.content.decode()

    part_of_page = browse(world, "boss", f"{address}&row=1", headers={"HX-Request": "true"})
    rows = part_of_page.content.decode()
    assert part_of_page.headers["Vary"].count("HX-Request") == 1
    assert "<html" not in rows
    assert part_of_page.context["board"].lines == in_full.lines[1:-1]
    assert f"row={len(in_full.lines) - 1}" in rows

    last = browse(world, "boss", f"{address}&row={len(in_full.lines) - 1}").context["page"].board
    assert (last.lines, last.more, last.more_url, last.first_url) == (in_full.lines[-1:], 0, "", address)
    assert browse(world, "boss", f"{address}&row=x").context["page"].board.lines == in_full.lines[:1]


def test_the_other_measures_are_sent_when_they_are_asked_for(world):
    page = browse(world, "boss", "/analysis/?period=2026-Q1&by=team&on=2026-02-15")
    address = "/analysis/others/?period=2026-Q1&by=team"
    assert f'hx-get="{address.replace("&", "&amp;")}"' in page.content.decode()
    assert "measure=lost_count&amp;group=team" not in page.content.decode()
    whole = browse(world, "boss", address).content.decode()
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.members["boss"])
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "measure=lost_count&amp;group=team" in part
    assert part.strip() in whole
    assert "<html" not in part
    assert browse(world, "hr", address).status_code == 403


def test_stages_stand_in_their_own_order_not_by_size(world):
    kind = records._kinds[STAGE]
    passed = (3, 1, 2)
    in_order = replace(kind, labels=lambda ids: {item: f"S{item}" for item in passed if item in set(ids)})
    configure_records([*(item for item in records._kinds.values() if item.kind != STAGE), in_order])
    board = browse(world, "boss", "/analysis/?period=2026-Q1&on=2026-02-15").context["page"].stages
    # Deals of 100,000 to 600,000 in stages 2, 3, 1, 2, 3, 1: stage 3 has 200,000 + 500,000, and so on.
    assert [(line.id, line.size) for line in board.lines] == [(3, 700_000), (1, 900_000), (2, 500_000)]


def test_a_manager_sees_his_unit_and_a_representative_himself(world):
    seen = {}
    for username in ("boss", "lead", "rep"):
        page = browse(world, username, "/analysis/?period=2026-Q1").context["page"]
        seen[username] = page.sheets[0].figures[0].value
    assert seen == {"boss": 1_500_000, "lead": 1_000_000, "rep": 600_000}


def test_without_the_permission_there_is_no_page(world):
    assert browse(world, "hr", "/analysis/").status_code == 403
    assert browse(world, "hr", "/analysis/open/?measure=won_amount&period=2026").status_code == 403


def test_a_unit_out_of_scope_does_not_exist(world):
    unit = world.three.pk
    assert browse(world, "lead", f"/analysis/?period=2026-Q1&unit={unit}").status_code == 404
    assert browse(world, "lead", f"/analysis/open/?measure=won_amount&period=2026&unit={unit}").status_code == 404
    assert browse(world, "boss", f"/analysis/?period=2026-Q1&unit={unit}").status_code == 200


def test_somebody_elses_group_opens_to_nothing(world):
    address = f"/analysis/open/?measure=won_amount&period=2026-Q1&group=person&key={world.cai.pk}"
    assert browse(world, "rep", address).context["page"].behind.whole.over == 0


def test_records_that_may_not_be_opened_show_no_name(world):
    response = browse(world, "boss", "/analysis/open/?measure=won_amount&period=2026-Q1")
    text = response.content.decode()
    assert f"R{DEAL}-4" in text
    assert f"R{DEAL}-5" not in text
    assert 'id="hidden-records"' in text
    assert "500,000.00" in text


@pytest.mark.parametrize(
    "query",
    [
        "period=yesterday", "period=9999", "from=2026-13-01&to=2026-01-01", "from=2026-02-01&to=2026-01-01",
        "by=password", "org=never", "unit=x", "known=0001-01-01", "on=soon",
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_is_refused_in_words(world, query):
    assert browse(world, "boss", f"/analysis/?{query}").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "measure=secret", "measure=won_amount&group=id", "measure=won_amount&group=person&key=1 OR 1=1",
        "measure=won_amount&group=why&key=x", "measure=won_amount&group=month&key=2026-01",
        "measure=won_amount&after=1;2", "measure=pipeline_amount&moved=sideways",
        "measure=won_amount&group=person&key=99999999999999999999",
    ],
)  # fmt: skip
def test_a_figure_that_does_not_exist_is_refused_in_words(world, query):
    assert browse(world, "boss", f"/analysis/open/?period=2026&{query}").status_code == 422


def test_an_empty_period_offers_the_last_one_with_figures(world):
    page = browse(world, "boss", "/analysis/?period=1999-Q1").context["page"]
    assert page.sheets == ()
    assert page.latest.period.key == "2026-Q1"


def test_a_quiet_period_still_shows_what_is_open(world):
    page = browse(world, "boss", "/analysis/?period=2030").context["page"]
    assert page.latest.period.key == "2026"
    assert [figure.value for figure in page.sheets[1].figures[:2]] == [500_000, 2]


def test_an_empty_company_says_what_the_page_is_for(db):
    world = World()
    world.members = {
        "boss": create_members(
            [NewMember(name="boss", username="boss", unit_id=world.company.pk, roles=("director",))], by=None, at=AT
        )[0]
    }
    response = browse(world, "boss", "/analysis/")
    assert response.status_code == 200
    assert response.context["page"].latest is None


def test_unknown_amounts_are_said_beside_the_figure(world):
    with translation.override("en"):
        page = queries.overview(world.members["boss"], read_choice({"period": "2026-Q1"}, TODAY), at=AT)
    by_value = page.sheets[0].figures[4]
    said = "not known: lost amounts missing · 1 unknown · n = 4, a small sample"
    assert (by_value.value, by_value.caption) == (None, said)


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "赢单金额"), ("en", "Won amount")])
def test_both_languages(world, language, word):
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.members["boss"])
    client.cookies["xg_language"] = language
    assert word in client.get("/analysis/?period=2026-Q1").content.decode()


def test_known_earlier_and_todays_units_are_said_on_the_page(world):
    page = browse(world, "boss", "/analysis/?period=2026-Q1&known=2026-03-01&org=now")
    assert page.context["page"].frame.choice.known_on == day("03-01")
    assert 'class="x-note' in page.content.decode()


@pytest.mark.parametrize("by", ["person", "team", "product"])
def test_the_page_has_a_budget(world, by, django_assert_max_num_queries):
    client = Client(HTTP_HOST="localhost")
    client.force_login(world.members["lead"])
    address = f"/analysis/?period=2026-Q1&by={by}"
    client.get(address)
    with django_assert_max_num_queries(26):
        client.get(address)
