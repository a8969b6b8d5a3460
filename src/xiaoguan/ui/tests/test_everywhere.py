"""{% url %} and {% rows %}: what every template may use."""

import pytest
from django.template import Context, Template, engines
from django.urls import NoReverseMatch
from django.utils import translation
from django.utils.safestring import SafeString
from jinja2 import UndefinedError

from xiaoguan.ui.tags.marks import avatar, company_mark, icon, tag


def _django(text: str, **known: object) -> str:
    return Template(text).render(Context(known))


def _rows(text: str, **known: object) -> str:
    return engines["rows"].from_string(text).render(known)


def test_an_address_in_a_template() -> None:
    assert _django("{% url 'ui:gallery' %}") == "/ui/"
    assert _django("{% url 'deals:edit' pk=pk what='next' as found %}<{{ found }}>", pk=7) == "</deals/7/edit/next/>"


def test_an_address_that_is_none_is_an_error_unless_it_is_kept() -> None:
    with pytest.raises(NoReverseMatch):
        _django("{% url 'deals:deal' pk %}", pk="")
    assert _django("{% url 'deals:deal' pk as found %}<{{ found }}>", pk="") == "<>"


def test_rows_escape_what_is_no_markup() -> None:
    assert _rows("{{ a }}|{{ b }}", a="<b>", b=SafeString("<b>")) == "&lt;b&gt;|<b>"


def test_rows_do_not_forgive_a_name_that_is_missing() -> None:
    with pytest.raises(UndefinedError):
        _rows("{{ nobody }}")
    with pytest.raises(UndefinedError):
        _rows("{{ a.nothing }}", a="x")


def test_rows_speak_the_language_of_the_reader() -> None:
    for language, day in (("zh-hans", "3 天"), ("en", "3 days")):
        with translation.override(language):
            assert _rows("{{ words.days(3) }}") == day


def test_rows_write_amounts_in_the_company_s_currency() -> None:
    with translation.override("en"):
        assert ">US$5.00<" in _rows("{{ money(5) }}|{{ money(5, 'exact', 'USD') }}", company_currency="CNY")
        assert ">¥5.00<" in _rows("{{ money(5) }}", company_currency="CNY")


@pytest.mark.parametrize("foreign", ["<script>\"&'", '"><img src=x>'])
def test_marks_escape_what_people_wrote(foreign: str) -> None:
    marks = (
        icon(foreign), icon("x", foreign), tag(foreign), avatar(foreign, 1, named=True, url=foreign),
        avatar(foreign), company_mark("x", 1, named="short", short=foreign, url=foreign), company_mark(foreign),
    )  # fmt: skip
    for mark in marks:
        assert "<script" not in mark
        assert "<img" not in mark
        assert '""' not in mark


def test_an_icon_s_label_is_escaped_whatever_was_drawn_before() -> None:
    assert 'aria-label="<b>"' in icon("x", SafeString("<b>"))
    assert 'aria-label="&lt;b&gt;"' in icon("x", "<b>")
