"""Offering to take back what was just done."""

from django.contrib import messages
from django.http import HttpRequest

MARK = "undo "
SECONDS = 10


def offer_undo(request: HttpRequest, sentence: str, url: str) -> None:
    """The next page says `sentence` in the dark bar; its button posts to `url`, for ten seconds."""
    messages.add_message(request, messages.SUCCESS, sentence, extra_tags=MARK + url)
