"""What the imports of this module share."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext_noop

from xiaoguan.journal.models import Origin
from xiaoguan.org.models import Member
from xiaoguan.services.transfer.contract import Context, Problem, Row
from xiaoguan.services.transfer.words import Words

PERMISSION: Final = "imports.run"


def doing(context: Context) -> dict[str, Any]:
    """Who writes, when, from where: the arguments of every action."""
    return {"by": context.by, "at": context.at, "origin": Origin.IMPORT, "batch_id": context.run_id}


def problem(row: Row, field: str, reason: str, hint: str, **params: str | int) -> Problem:
    """A row that is left out. ``reason`` and ``hint`` are msgids; ``%(value)s`` in them is the cell."""
    value = str(row.values.get(field) or "")
    values = {"value": value, **params}
    return Problem(line=row.line, field=field, value=value, reason=Words(reason, values), hint=Words(hint, values))


def given(row: Row, context: Context, fields: tuple[str, ...]) -> dict[str, Any]:
    """What the row says of some fields: an empty cell says nothing, unless empty cells are to clear what stands."""
    clear = context.options.clear_empty
    return {name: row.values[name] for name in fields if name in row.values and (clear or row.values[name] is not None)}


def repeated(row: Row, key: object, context: Context, what: str) -> Problem | None:
    """A problem where an earlier line of the file had the same key."""
    seen: dict[object, int] = context.scratch.setdefault(f"seen {what}", {})
    first = seen.setdefault(key, row.line)
    if first == row.line:
        return None
    return problem(
        row,
        "name",
        gettext_noop("“%(value)s” stands in line %(first)s already."),
        gettext_noop("Keep one of the two lines, or give each its own number."),
        first=first,
    )


def owner_of(row: Row, context: Context) -> int | Problem | None:
    """The member whom the owner's cell names: by name, user name or employee number; None for an empty cell."""
    written = row.values.get("owner")
    if not written:
        return None
    found = _people(context).get(_bare(written), set())
    if len(found) == 1:
        return next(iter(found))
    if found:
        return problem(
            row,
            "owner",
            gettext_noop("%(count)s people are called “%(value)s”."),
            gettext_noop("Write the employee number or the user name instead."),
            count=len(found),
        )
    return problem(
        row,
        "owner",
        gettext_noop("Nobody here is called “%(value)s”."),
        gettext_noop("Add the person under Team, or correct the name in the file."),
    )


def _people(context: Context) -> dict[str, set[int]]:
    people: dict[str, set[int]] | None = context.scratch.get("people")
    if people is None:
        people = context.scratch["people"] = {}
        rows = Member.objects.filter(removed=False).values_list("pk", "name", "username", "employee_no")
        for pk, *called in rows:
            for word in called:
                if word:
                    people.setdefault(_bare(word), set()).add(pk)
    return people


def _bare(word: str) -> str:
    return "".join(word.split()).casefold()


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them, for taking an update back."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"amount": str(value)}
    return value.isoformat() if isinstance(value, date | datetime) else value


def restored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that ``stored`` kept."""
    return {name: Decimal(value["amount"]) if isinstance(value, dict) else value for name, value in values.items()}
