"""What every template knows about its looks."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

THEME_COOKIE = "xg_theme"
THEMES = ("auto", "light", "dark")


def theme_of(request: HttpRequest) -> str:
    """The theme chosen on this device; "auto" follows the system."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def appearance(request: HttpRequest) -> dict[str, Any]:
    """theme, languages: [(code, own name)]."""
    languages = [(code, OWN_NAMES.get(code, code)) for code, _ in settings.LANGUAGES]
    return {"theme": theme_of(request), "languages": languages}


# A person who cannot read the page looks for the own name of the language.
OWN_NAMES = {"zh-hans": "中文", "en": "English"}
