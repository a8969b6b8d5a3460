"""Rows that repeat, as Jinja templates: compiled to Python, they cost a tenth of the same row as nodes of Django's.

They lie in a room's ``jinja2`` folder and use the components of ``{% load xg %}`` as functions of the same name. What
they are given is named where they stand: ``{% rows "deals/list_rows.html" rows=found.rows %}``; a name that is
missing is an error. ``_("…")`` is found by ``makemessages`` where it begins a ``{{ … }}`` or stands in a ``{% … %}``;
words with a context or a plural are functions in Python (``row_words``).
"""

from typing import Any

from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from jinja2 import Environment, StrictUndefined, pass_context

from xiaoguan.lib.addresses import address_of
from xiaoguan.ui import row_words
from xiaoguan.ui.tags import bars, blocks, choosing, figures, marks, numbers


def csrf(token: str | None) -> SafeString:
    """The hidden field of a form; nothing where there is no request to answer."""
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token) if token else SafeString()


def environment(**options: Any) -> Environment:
    """What every row may use; ``options`` come from Django's backend, which escapes all that is no markup."""
    made = Environment(**{**options, "undefined": StrictUndefined})
    made.globals |= {
        "_": gettext,
        "url": address_of,
        "words": row_words,
        "icon": marks.icon,
        "tag": marks.tag,
        "avatar": marks.avatar,
        "list_icon": choosing.list_icon,
        "th": choosing.th,
        "company_mark": marks.company_mark,
        "bar_cell": bars.bar_cell,
        "bamboo": bars.bamboo,
        "money": pass_context(numbers.money),
        "exact": numbers.exact,
        "day": numbers.day,
        "written_day": numbers.written_day,
        "moment": numbers.moment,
        "number": numbers.number,
        "event": blocks.event,
        "fold": blocks.fold,
        "lines": linebreaksbr,
        "csrf": csrf,
        "delta": pass_context(numbers.delta),
        "definition_pop": figures.definition_pop,
    }
    return made
