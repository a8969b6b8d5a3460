"""What the tags make of values that a customer, a file or an attacker wrote."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.forms import CharField, CheckboxInput, Form, IntegerField
from django.template import engines
from django.utils import translation

from xiaoguan.ui.parts import Chart, Choice, Definition, Series, Stage

HOSTILE = "\"'><script>alert(1)</script><b onmouseover=x>&"
RENDERED = {
    "panel_slot": "{% panel_slot x x %}",
    "tag": "{% tag x %}",
    "avatar": "{% avatar x 1 named=True url=x %}",
    "company_mark": "{% company_mark x 1 %}",
    "icon": "{% icon 'x' x %}",
    "panel": "{% panel x x id=x %}{{ x }}{% tools %}{{ x }}{% endtools %}{% endpanel %}",
    "page_head": "{% page_head x x %}{{ x }}{% endpage_head %}",
    "note": "{% note 'bad' %}{{ x }}{% endnote %}",
    "empty": "{% empty x x x x %}",
    "event": "{% event x text=x %}{{ x }}{% endevent %}",
    "row": "{% row x %}{{ x }}{% endrow %}",
    "menu": "{% menu x text=x %}{{ x }}{% endmenu %}",
    "dialog": "{% dialog x x %}{{ x }}{% enddialog %}",
    "fold": "{% fold x %}{{ x }}{% endfold %}",
    "seg": "{% seg choices x %}",
    "tabs": "{% tabs choices x %}",
    "chip": "{% chip x x x operator=x url=x %}",
    "th": "{% th x x 'asc' hint=x %}",
    "pager": "{% pager x 3 x %}",
    "steps": "{% steps names 1 %}",
    "stage_path": "{% stage_path stages x %}",
    "figure": "{% figure x x 'text' href=x definition=definition caption=x change=1 change_caption=x %}",
    "bamboo": "{% bamboo 3 0.5 label=x %}",
    "parts_bar": "{% parts_bar parts %}",
    "progress": "{% progress 1 2 x %}",
    "undo_bar": "{% undo_bar x x %}",
    "chart": "{% chart 'c' chart %}",
    "field": "{% field form.name %}",
    "form_errors": "{% form_errors form %}",
}


class HostileForm(Form):
    name = IntegerField(label=HOSTILE, help_text=HOSTILE.replace("<", "&lt;"))
    name.widget.attrs["placeholder"] = HOSTILE

    def clean(self) -> None:
        self.add_error(None, HOSTILE)


class Collector(HTMLParser):
    """Collects what a browser would take for an element or an event attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and ("type", "application/json") not in attrs:
            self.found.append(tag)
        self.found.extend(name for name, _ in attrs if name.startswith("on") or name == "style")


def render(source: str, **context: Any) -> str:
    return engines["django"].from_string("{% load xg %}" + source).render(context)


@pytest.mark.parametrize("name", RENDERED)
def test_it_escapes_what_people_wrote(name: str) -> None:
    form = HostileForm({"name": HOSTILE})
    form.is_valid()
    html = render(
        RENDERED[name],
        x=HOSTILE,
        names=[HOSTILE],
        choices=[Choice(label=HOSTILE, url=HOSTILE, active=True, count=3)],
        stages=[Stage(label=HOSTILE, note=HOSTILE, state="now")],
        definition=Definition(label=HOSTILE, text=HOSTILE, formula=HOSTILE, url=HOSTILE),
        parts=[{"label": HOSTILE, "value": 1, "tone": "bad"}],
        chart=Chart(
            kind="bars", title=HOSTILE, caption=HOSTILE, unit=HOSTILE, labels=[HOSTILE], links=[HOSTILE],
            series=[Series(name=HOSTILE, values=[1])],
        ),
        form=form,
    )  # fmt: skip
    collector = Collector()
    collector.feed(html)
    assert collector.found == []
    assert "alert(1)" in html


def test_every_tag_that_shows_text_is_in_the_table_above() -> None:
    """A new component must meet the hostile text too; these take numbers, days or nothing a person wrote."""
    from xiaoguan.ui.templatetags.xg import register

    harmless = {
        "money", "money_unit", "number", "exact", "percent", "day", "moment", "delta", "bar_cell", "script_words",
        "message_note", "definition_pop", "list_icon", "timeline", "dl", "tools", "footer",
        "frame_part",
    }  # fmt: skip
    assert set(register.tags) == set(RENDERED) | harmless


def test_tools_reach_the_panel_head_from_inside_a_loop() -> None:
    html = render("{% panel 'Q' %}{% for a in 'x' %}{% tools %}<i>t</i>{% endtools %}{% endfor %}body{% endpanel %}")
    assert '<div class="tools"><i>t</i></div></header><div class="in">body</div>' in html


def test_nested_panels_keep_their_tools_apart() -> None:
    html = render(
        "{% panel 'A' %}{% panel 'B' %}{% tools %}b{% endtools %}{% endpanel %}{% tools %}a{% endtools %}{% endpanel %}"
    )
    assert re.findall(r'<h2>(.)</h2></div><div class="tools">(.)</div>', html) == [("A", "a"), ("B", "b")]


def test_money_takes_the_companys_currency() -> None:
    assert "US$5.00" in render("{% money 5 %}", company_currency="USD")
    assert "¥5.00" in render("{% money 5 %}")
    with translation.override("zh-hans"):
        assert ">186.0<" in render("{% money 1860000 'wan' bare=True %}")
        assert ">\u221223.0<" in render("{% money v 'wan' bare=True %}", v=-230000)


@pytest.mark.parametrize(
    ("value", "better", "shown", "tone"),
    [
        (5, "up", "▲", "good"),
        (5, "down", "▲", "warn"),
        (-5, "down", "▼", "good"),
        (5, "", "▲", None),
        (0, "up", "", None),
    ],
)
def test_a_change_has_a_tone_only_where_better_is_known(value: int, better: str, shown: str, tone: str | None) -> None:
    html = render("{% delta v 'number' better %}", v=value, better=better)
    assert shown in html
    assert re.findall(r'class="delta ?(\w*)"', html) == [tone or ""]


def test_a_misspelt_tone_is_an_error() -> None:
    with pytest.raises(ValueError, match="tone must be one of"):
        render("{% tag 'x' 'red' %}")


def test_the_bamboo_bar_fills_joint_after_joint() -> None:
    html = render("{% bamboo 4 0.6 %}")
    assert re.findall(r'<svg class="j"><rect width="([\d.]+)%"', html) == ["100.00", "100.00", "40.00", "0.00"]
    assert "over" not in html


def test_bars_outside_their_range_are_cut_off() -> None:
    assert 'width="100.00%"' in render("{% bar_cell 9 3 %}")
    assert 'class="fill" width="0.00%"' in render("{% bar_cell -2 3 %}")
    assert 'class="fill" width="0.00%"' in render("{% bar_cell None 3 %}")


def test_a_field_says_its_error_to_a_screen_reader() -> None:
    form = HostileForm({})
    html = render("{% field form.name %}", form=form)
    assert 'aria-invalid="true"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{part}"' in html for part in described.group(1).split())


def test_a_field_keeps_the_class_of_its_widget() -> None:
    class Sample(Form):
        done = CharField(widget=CheckboxInput(attrs={"class": "mine"}))

    assert 'class="mine form-check-input"' in render("{% field form.done %}", form=Sample())


def test_a_waterfall_table_has_signed_steps_and_plain_totals() -> None:
    spec = Chart(
        kind="waterfall", title="?", labels=["a", "b", "c"], steps=["total", "down", "total"], cut=2,
        series=[Series(name="s", values=[10, -4, 6])],
    )  # fmt: skip
    html = render("{% chart 'c' spec %}", spec=spec)
    assert re.findall(r'data-value="([^"]+)">([^<]+)<', html) == [("10", "10"), ("-4", "\u22124"), ("6", "6")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "bars", "cut": 5.0},
        {"kind": "waterfall"},
        {"kind": "lines", "series": [Series(name="s", values=[1])]},
    ],
)
def test_a_chart_that_would_mislead_is_refused(wrong: dict[str, Any]) -> None:
    given = {"title": "?", "labels": ["a", "b"], "series": [Series(name="s", values=[1, 2])], **wrong}
    with pytest.raises(ValueError, match=r"zero|waterfall|values for"):
        Chart(**given)
