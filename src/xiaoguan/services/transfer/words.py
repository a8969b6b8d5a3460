"""A sentence that can be stored and is put into the reader's language only when it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, pgettext


@dataclass(frozen=True, slots=True)
class Words:
    """A msgid (mark it with ``gettext_noop``) with the values that its ``%(name)s`` places take.

    The values are text or whole numbers, so that a sentence survives JSON unchanged.
    """

    text: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext(self.text) if self.text else ""
        return said % self.params if self.params else said

    def __bool__(self) -> bool:
        return bool(self.text)

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "params": dict(self.params)} if self.params else {"text": self.text}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Words":
        return cls(stored["text"], stored.get("params", {}))


NOTHING = Words("")


def listed(items: Iterable[object]) -> str:
    """Names one after the other: Code, Owner and the like."""
    return pgettext("between items of a list", ", ").join(str(item) for item in items)
