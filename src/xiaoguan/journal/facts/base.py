"""What a fact is: a small frozen dataclass with a code, a version and the objects it touches.

Payloads hold ids, codes, amounts and days, never names, phones or free text (those go to ``Private``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, ClassVar, TypedDict, Unpack, dataclass_transform, get_args, get_origin, get_type_hints

from xiaoguan.journal.kinds import object_key

Payload = dict[str, Any]
Reader = Callable[[Payload], Payload]


class Fact:
    """Base of all facts. ``persons`` names the fields whose member's unit of the day goes into the stamp."""

    code: ClassVar[int]
    version: ClassVar[int]
    subject: ClassVar[str]
    subject_kind: ClassVar[int | None]
    customer: ClassVar[str | None] = None
    objects: ClassVar[Mapping[str, int]] = {}
    persons: ClassVar[tuple[str, ...]] = ()
    asks_new: ClassVar[bool] = False
    readers: ClassVar[Mapping[int, Reader]]
    _fields: ClassVar[tuple[tuple[str, Callable[[Any], Any] | None, Callable[[Any], Any] | None], ...]]

    def subject_key(self) -> int:
        """The object this entry is the story of (its case)."""
        kind = self.subject_kind if self.subject_kind is not None else getattr(self, "kind")  # noqa: B009
        return object_key(kind, getattr(self, self.subject))

    def customer_of(self) -> int | None:
        return getattr(self, self.customer) if self.customer else None

    def further_objects(self) -> list[tuple[int, str]]:
        """(object key, role) of what else it touches; the role is the field's name without ``_id``."""
        return [
            (object_key(kind, value), name.removesuffix("_id"))
            for name, kind in self.objects.items()
            if (value := getattr(self, name)) is not None
        ]

    def person_ids(self) -> list[int]:
        return [value for name in self.persons if (value := getattr(self, name)) is not None]

    def payload(self) -> Payload:
        """JSON-ready values by field; None is left out."""
        result: Payload = {}
        values = vars(self)
        for name, write, _read in self._fields:
            value = values[name]
            if value is not None:
                result[name] = write(value) if write else value
        return result

    @classmethod
    def present(cls, payload: Payload, version: int) -> Payload:
        """A stored payload in the fact's present shape, read through v1 → v2 → … readers where it is older."""
        for step in range(version, cls.version):
            payload = cls.readers[step](payload)
        return payload

    @classmethod
    def from_payload(cls, payload: Payload, version: int) -> "Fact":
        """The fact that a stored payload tells."""
        payload = cls.present(payload, version)
        values = {}
        for name, _write, read in cls._fields:
            value = payload.get(name)
            values[name] = read(value) if read and value is not None else value
        return cls(**values)


class About(TypedDict, total=False):
    """What a fact is about.

    ``subject`` is the field with the id of its case and ``subject_kind`` that object's kind (None: the fact has a field
    ``kind``). ``customer`` names the field of the customer, ``objects`` further objects by field, ``persons``
    the fields whose member's unit of the day is stamped. ``asks_new`` asks the stamp whether the customer is new.
    """

    subject: str
    subject_kind: int | None
    customer: str | None
    objects: Mapping[str, int]
    persons: tuple[str, ...]
    asks_new: bool


FACTS: dict[int, type[Fact]] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def fact(
    *,
    code: int,
    version: int = 1,
    readers: Mapping[int, Reader] | None = None,
    **about: Unpack[About],
) -> Callable[[type[Any]], type[Any]]:
    """Make a class a fact: a frozen keyword-only dataclass, registered under its code.

    ``about`` is said here or once in a base that several facts share. ``readers`` maps an old version to a pure
    reader of its payload.
    """

    def make(cls: type[Any]) -> type[Any]:
        made = dataclass(frozen=True, kw_only=True, slots=False)(cls)
        if code in FACTS:
            raise ValueError(f"fact code {code} is taken by {FACTS[code].__name__}")
        hints = get_type_hints(made)
        made.code, made.version, made.readers = code, version, dict(readers or {})
        for name, value in about.items():
            setattr(made, name, value)
        made._fields = tuple((f.name, *_converters(hints[f.name])) for f in fields(made))
        made.__init__ = _taking(made)
        FACTS[code] = made
        return made

    return make


def _taking(made: type[Any]) -> Callable[..., None]:
    """How a fact takes its values: all at once, where the dataclass would set one field of a frozen object after the
    other (an import makes two facts a row)."""
    checked = made.__init__
    names = {f.name for f in fields(made)}

    def take(self: Fact, **values: Any) -> None:
        if values.keys() == names:
            vars(self).update(values)
        else:
            checked(self, **values)

    return take


def _converters(hint: Any) -> tuple[Callable[[Any], Any] | None, Callable[[Any], Any] | None]:
    """(to JSON, from JSON) for a field's type; None means as it is."""
    if isinstance(hint, UnionType):
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return list, tuple
    if hint is Decimal:
        return _plain, Decimal
    if hint is datetime:
        return datetime.isoformat, datetime.fromisoformat
    if hint is date:
        return date.isoformat, date.fromisoformat
    if hint in (int, str, bool):
        return None, None
    raise TypeError(f"a fact cannot carry {hint}")


def _plain(value: Decimal) -> str:
    """An amount without exponent or idle zeros, so that equal amounts are equal payloads."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
