"""Language, theme and the error pages, asked over HTTP."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

ERRORS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html")


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_language_is_remembered_and_one_comes_back(client: Client) -> None:
    answer = client.post(reverse("ui:set_language"), {"language": "en", "next": "/ui/?a=1"})
    assert answer["Location"] == "/ui/?a=1"
    assert client.cookies["xg_language"].value == "en"
    assert client.cookies["xg_language"]["max-age"] == 365 * 24 * 3600


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_one_is_never_sent_to_another_site(client: Client, target: str) -> None:
    answer = client.post(reverse("ui:set_theme"), {"theme": "dark", "next": target})
    assert answer["Location"] == "/"


@pytest.mark.parametrize(
    ("name", "data"), [("ui:set_language", {"language": "xx"}), ("ui:set_theme", {"theme": '"><b>'})]
)
def test_an_unknown_choice_changes_nothing(client: Client, name: str, data: dict[str, str]) -> None:
    answer = client.post(reverse(name), data)
    assert answer.status_code == 302
    assert not answer.cookies


def test_choices_are_made_by_post_only(client: Client) -> None:
    assert client.get(reverse("ui:set_theme")).status_code == 405


@pytest.mark.django_db
def test_a_choice_needs_the_forms_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("ui:set_theme"), {"theme": "dark"}).status_code == 403


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_needs_nothing_from_the_request(name: str) -> None:
    html = render_to_string(name)
    assert "<h1>" in html
    assert 'data-bs-theme="auto"' in html
