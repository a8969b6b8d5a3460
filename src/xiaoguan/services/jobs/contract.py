"""What somebody does when a fact has happened: at once, or later through the outbox."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from xiaoguan.journal.facts.base import Fact
from xiaoguan.journal.models import Origin
from xiaoguan.journal.recording import Recorded

EVERY_ORIGIN = (Origin.LIVE, Origin.IMPORT, Origin.OPENING, Origin.DEMO)
UNDO_SECONDS = 15
"""How long a reaction that reaches people waits, so that an undo within ten seconds leaves no trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NowReaction:
    """Runs in the transaction of the action, because the books would be wrong without it; what it raises undoes the
    action. ``react`` gets all entries of its facts that one ``record`` appended, so it must work in bulk."""

    key: str
    facts: tuple[type[Fact], ...]
    react: Callable[[Sequence[Recorded]], None]
    origins: tuple[int, ...] = EVERY_ORIGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """Runs later, once per entry, retried until it succeeds. ``react`` gets the entry and the moment of the run and
    works in the transaction that marks the delivery done; it must record under that moment.

    ``key`` stands in the deliveries: never rename one. ``name`` is what people read on the page of background work.
    ``origins`` says for which entries it is owed at all: an import of old wins owes nothing unless its row says so.
    """

    key: str
    facts: tuple[type[Fact], ...]
    react: Callable[[Recorded, datetime], None]
    name: object
    origins: tuple[int, ...] = (Origin.LIVE,)
    delay_seconds: int = 0
