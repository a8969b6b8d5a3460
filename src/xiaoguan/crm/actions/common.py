"""What the actions of this module share: who does it, and turning changed fields into an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.db import connection, models
from django.utils.translation import gettext as _

from xiaoguan.journal.facts.general import FieldsChanged
from xiaoguan.journal.recording import Happening, Private
from xiaoguan.lib.money import to_stored
from xiaoguan.lib.refusal import Refusal

_NAMES_LOCK: Final = 0x5847_0101


def lock_names() -> None:
    """Let one transaction at a time find or create records by name (on SQLite the write lock does it)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NAMES_LOCK])


def locked(model: type[models.Model], ids: list[int]) -> dict[int, Any]:
    """Rows by id, locked until the transaction ends. Refused where one is missing or removed."""
    wanted = sorted(set(ids))
    found = model._default_manager.select_for_update().in_bulk(wanted)
    for pk in wanted:
        if pk not in found or getattr(found[pk], "removed_at", None) is not None:
            raise Refusal(
                _("%(what)s %(id)s does not exist any more.") % {"what": model._meta.verbose_name, "id": pk},
                code="missing",
            )
    return found


def check_lengths(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Refused where a text is longer than its column."""
    for name, value in values.items():
        most = getattr(model._meta.get_field(name), "max_length", None)
        if most and isinstance(value, str) and len(value) > most:
            raise Refusal(
                _("At most %(most)s characters; these are %(count)s.") % {"most": most, "count": len(value)},
                field=name,
            )


def check_amount(value: Decimal | None, field: str) -> None:
    """Refused for an amount below zero, out of range, or with more decimals than are stored."""
    try:
        stored = None if value is None else to_stored(value)
    except ValueError:
        raise Refusal(_("An amount has at most four decimals and eleven digits before them."), field=field) from None
    if stored is not None and stored < 0:
        raise Refusal(_("The amount cannot be below zero."), field=field)


@dataclass(frozen=True, slots=True)
class Edit:
    """A field that gets another value, in words that can be stored; ``private`` ones are erasable."""

    field: str
    old: str | None
    new: str | None
    private: bool


def fields_changed(*, kind: int, object_id: int, customer_id: int | None, edits: list[Edit], on: date) -> Happening:
    """One entry for all edited fields: codes and amounts in the fact, personal values and free text apart."""
    return Happening(
        fact=FieldsChanged(
            kind=kind,
            object_id=object_id,
            customer_id=customer_id,
            fields=tuple(edit.field for edit in edits),
            old=tuple("" if edit.private else edit.old or "" for edit in edits),
            new=tuple("" if edit.private else edit.new or "" for edit in edits),
        ),
        on=on,
        private=tuple(
            Private(field=edit.field, about_kind=kind, about_id=object_id, old=edit.old, new=edit.new)
            for edit in edits
            if edit.private
        ),
    )


def text(value: object) -> str | None:
    """A value as it is stored in an entry; None for nothing."""
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return str(value)


def edits_of(row: models.Model, values: Mapping[str, Any], *, stated: frozenset[str]) -> list[Edit]:
    """Set the values that differ on the row and say what they were. ``stated`` fields may stand in the fact."""
    edits = []
    for name, value in values.items():
        old = getattr(row, name)
        if old == value:
            continue
        setattr(row, name, value)
        edits.append(Edit(name, text(old), text(value), private=name not in stated))
    return edits
