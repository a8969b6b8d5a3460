"""The environment of the rows that repeat: the components, and the words of the rooms whose rows have their own."""

from typing import Any

from jinja2 import Environment

from xiaoguan.analysis import row_words as analysis_words
from xiaoguan.crm import row_words as crm_words
from xiaoguan.deals import row_words as deal_words
from xiaoguan.org import row_words as org_words
from xiaoguan.services.calendar import row_words as calendar_words
from xiaoguan.ui.rows import environment as with_components


def environment(**options: Any) -> Environment:
    """Named by the settings; called once, when the first row is drawn."""
    made = with_components(**options)
    made.globals |= {
        "analysis_words": analysis_words,
        "calendar_words": calendar_words,
        "crm_words": crm_words,
        "deal_words": deal_words,
        "org_words": org_words,
    }
    return made
