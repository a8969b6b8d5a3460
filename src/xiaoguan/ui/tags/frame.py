"""What the frame itself shows: navigation, menus, language and theme (by Jinja), messages, the bar that offers to take
back."""

from typing import Any

from django.contrib.messages.storage.base import Message
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from xiaoguan.ui.drawing import drawn
from xiaoguan.ui.undo import MARK, SECONDS

register = Library()
_KNOWN = ("navigation", "period_box", "person", "sign_out_url", "languages", "theme")
TONES = {"success": "good", "warning": "warn", "error": "bad", "info": "info", "debug": ""}


@register.simple_tag(takes_context=True)
def frame_part(context: Context, name: str, **given: Any) -> SafeString:
    """``ui/parts/<name>.html`` with what every page knows; what a page without a sign-in does not know is None."""
    known = {key: _called(context.get(key)) for key in _KNOWN}
    known |= {key: known[key] or () for key in ("navigation", "languages")}
    request = context.get("request")
    known |= {"language": get_language(), "token": context.get("csrf_token")}
    known["path"] = request.get_full_path() if request else ""
    return drawn(f"ui/parts/{name}.html", known | given)


def _called(value: Any) -> Any:
    """What a page may not need is worked out when it is asked for."""
    return value() if callable(value) else value


@register.simple_tag(takes_context=True)
def undo_bar(
    context: Context, text: str, url: str, seconds: int = SECONDS, oob: bool = False, into: str = ""
) -> SafeString:
    """The dark bar with its countdown; its button posts to `url`. `oob`: part of an htmx answer; `into`: the element
    that takes the answer, where the page is to stay."""
    return render_to_string(
        "ui/parts/undo_bar.html",
        {
            "text": text,
            "url": url,
            "seconds": seconds,
            "oob": oob,
            "into": into,
            "csrf_token": context.get("csrf_token", ""),
        },
    )


@register.simple_tag(takes_context=True)
def message_note(context: Context, message: Message) -> SafeString:
    """One message of Django's framework: a note, or the dark bar if it offers to undo."""
    if message.extra_tags and message.extra_tags.startswith(MARK):
        bar: SafeString = undo_bar(context, str(message), message.extra_tags.removeprefix(MARK))
        return bar
    return render_to_string("ui/parts/message.html", {"text": message, "tone": TONES.get(message.level_tag, "")})


@register.simple_tag
def script_words() -> SafeString:
    """The sentences that scripts show, in the page's language (frontend/js/words.js reads them)."""
    kept = _("Nothing was saved; what you typed is still here.")
    untouched = _("Nothing was changed.")
    sentences = {
        "yes": _("Yes"),
        "copied": _("Copied"),
        "offline": _("The server could not be reached.") + f" {kept} " + _("Check the connection and try again."),
        "slow": _("The server took too long to answer. Look whether the change is there before you try again."),
        "signed_out": _("You have been signed out.") + f" {kept} " + _("Sign in in another tab, then try again."),
        "not_allowed": _("Your role may not do this.") + f" {untouched}",
        "not_found": _("This is no longer here, or you may not see it.") + f" {untouched}",
        "changed": _("Somebody changed this in the meantime. Nothing was overwritten; reload to see the new values."),
        "too_large": _("The file is too large. Nothing was uploaded."),
        "too_many": _("Too many requests in a short time.") + f" {kept} " + _("Wait a minute and try again."),
        "server": _("Something went wrong on the server ({code}).") + f" {kept} " + _("Please try again."),
    }
    return json_script(sentences, "x-words")
