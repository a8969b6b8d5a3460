"""How many rows have a problem, by column and by kind of problem."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from xiaoguan.services.transfer.contract import Problem

_PLACE = re.compile(r"%\(\w+\)[sd]")
SENTENCE = "%(sentence)s"
"""the reason of a row that a rule refused while it was written: the rule's own sentence"""


@dataclass(slots=True)
class Tally:
    """Rows with a problem: by header of the file, and by kind (the reason's msgid)."""

    columns: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, problems: Iterable[Problem]) -> None:
        """Count whole rows: a row with two problems of a kind counts once. All problems of a row come together."""
        self.columns.update(column for _line, column in {(p.line, p.column) for p in problems if p.column})
        self.reasons.update(reason for _line, reason in {(p.line, p.reason.text) for p in problems})

    def as_json(self) -> dict[str, Any]:
        return {"columns": dict(self.columns), "reasons": dict(self.reasons)}


def reason_label(reason: str) -> str:
    """A kind of problem in words, its values left out: “…” stands in line … already."""
    if reason == SENTENCE:
        return _("refused by a rule")
    return _PLACE.sub("…", _(reason)).replace("%%", "%")
