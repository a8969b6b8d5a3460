"""The living style page shows every component, in both languages, without one id twice."""

import re
from collections import Counter
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from xiaoguan.ui.samples import samples
from xiaoguan.ui.templatetags.xg import register

PAGES = Path(__file__).resolve().parents[1] / "templates"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_it_renders_without_an_id_twice(language: str) -> None:
    with translation.override(language):
        html = render_to_string("ui/gallery.html", samples())
    ids = Counter(re.findall(r'\sid="([^"]+)"', html))
    assert [name for name, count in ids.items() if count > 1] == []
    assert "INVALID" not in html


def test_every_component_is_on_it() -> None:
    text = "".join(path.read_text("utf-8") for path in PAGES.glob("ui/**/*.html"))
    drawn = "".join(path.read_text("utf-8") for path in PAGES.parent.glob("jinja2/ui/**/*.html"))
    shown = set(re.findall(r"{%-?\s*(\w+)", text)) | set(re.findall(r"{{\s*(\w+)\(", drawn))
    assert set(register.tags) - shown == set()


def test_its_chinese_is_complete() -> None:
    with translation.override("zh-hans"):
        html = render_to_string("ui/gallery.html", samples())
    words = re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
    allowed = {"exact", "whole", "wan", "compact", "None", "Ctrl", "José", "Núñez", "CSV", "PNG"}
    english = set(re.findall(r"[A-Za-zÀ-ÿ]{3,}", words)) - allowed
    assert english == set()
