"""The phone's top bar and the page's heading do not say the same words twice."""

from django.template import engines

PAGE = (
    '{% extends "ui/page.html" %}{% load xg %}{% block phone_title %}BAR{% endblock %}'
    "{% block body %}{% page_head title %}{% endpage_head %}{% endblock %}"
)


def page(bar: str, title: str) -> str:
    text: str = engines["django"].from_string(PAGE.replace("BAR", bar)).render({"title": title})
    return text


def test_a_heading_that_the_bar_says_already_is_not_seen_on_a_phone() -> None:
    assert '<h1 class="in-bar">R&amp;D</h1>' in page("R&amp;D", "R&D")


def test_a_heading_of_other_words_is_seen() -> None:
    assert "<h1>A deal</h1>" in page("Deals", "A deal")


def test_a_fragment_has_no_bar() -> None:
    fragment = '{% load xg %}{% page_head "Deals" %}{% endpage_head %}'
    assert "<h1>Deals</h1>" in engines["django"].from_string(fragment).render()
