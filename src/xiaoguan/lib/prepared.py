"""Questions whose text is written once.

Django's query builder takes half a millisecond for a question that the database answers in a tenth of one. What every
page asks in the same words is built the first time, with places where the values go, and only filled in from then on.
"""

import itertools
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Expression, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from xiaoguan.lib.long_lists import AS_ONE, LONGEST, is_long, long_list

Row = TypeVar("Row")
_TEXTS: Final = 64
"""Texts kept for each question: one for each length of its collections (none of those longer than ``LONGEST``) and each
way of asking it."""
Text = tuple[str, tuple[Any, ...]]
"""A question as it goes to the database, with its values."""
_MANY: Final = (list, tuple, set, frozenset)
_ONE, _NONE, _LIST = -1, -2, -3


class Prepared(Generic[Row]):
    """A question with places for its values: ``Prepared(lambda pk: Deal.objects.filter(pk=pk))(7)`` is a list of rows.

    ``build`` makes the queryset from places, one for each value or collection, None for None and [] for an empty one,
    and from what it is given by name, which decides the text (a limit, for instance). It must not read the clock, nor
    ask who is asking: all that differs is a value. Values are numbers, words, days and moments as columns keep them.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._text = lru_cache(maxsize=_TEXTS)(self._write)

    def __call__(self, *values: Any, **ways: Hashable) -> list[Row]:
        text, given = self._filled(values, ways)
        return [] if text is None else text.ask(text.values(given))

    def count(self, *values: Any, **ways: Hashable) -> int:
        """How many rows there are."""
        written = self.written(*values, **ways)
        if written is None:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM ({written[0]}) AS counted", written[1])
            return int(cursor.fetchone()[0])

    def written(self, *values: Any, **ways: Hashable) -> Text | None:
        """Text and values, to be asked within another question; None where no row can answer."""
        text, given = self._filled(values, ways)
        return None if text is None else (text.text, text.values(given))

    def first(self, *values: Any, **ways: Hashable) -> Row | None:
        """The first of the rows, where there is one."""
        return next(iter(self(*values, **ways)), None)

    def _filled(self, values: Sequence[Any], ways: Mapping[str, Hashable]) -> "tuple[_Text | None, list[Any]]":
        """The text for values of these shapes, and the values with each collection in an order."""
        given = [tuple(value) if isinstance(value, _MANY) else value for value in values]
        shapes = tuple(map(_shape, given))
        write = self._text if max(shapes, default=0) <= LONGEST else self._write
        return write(connection.vendor, shapes, tuple(ways.items())), given

    def _write(self, _vendor: str, shapes: Sequence[int], ways: Sequence[tuple[str, Hashable]]) -> "_Text | None":
        """None where no row can answer (one among none)."""
        rows = self._build(*itertools.starmap(_places, enumerate(shapes)), **dict(ways))
        compiler = rows.query.get_compiler(connection=connection)
        try:
            text, values = compiler.as_sql()
        except EmptyResultSet:
            return None
        return _Text(rows, compiler, text, tuple(values))


class _Mark(NamedTuple):
    """Which value goes to a place: its number, and which of them where it is a collection."""

    number: int
    item: int | None


class _Place(Expression):
    """Where a value will stand."""

    def __init__(self, mark: _Mark) -> None:
        super().__init__()
        self._mark = mark

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self._mark,)

    def get_group_by_cols(self) -> list[Any]:
        return []


class _Places(Expression):
    """Where all the values of a collection will stand."""

    def __init__(self, number: int, many: int) -> None:
        super().__init__()
        self._marks = tuple(_Mark(number, item) for item in range(many))

    def __iter__(self) -> Iterator[_Place]:
        """Each of them, for a question that uses them one by one."""
        return map(_Place, self._marks)

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, tuple[Any, ...]]:
        return f"({', '.join(['%s'] * len(self._marks))})", self._marks

    def get_group_by_cols(self) -> list[Any]:
        return []


class _List(_Place):
    """Where a collection will stand as one value."""

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, tuple[Any, ...]]:
        return AS_ONE, (self._mark,)


class _Text:
    """A question as it goes to the database, and what makes rows of the answer."""

    def __init__(self, rows: QuerySet[Any], compiler: SQLCompiler, text: str, values: tuple[Any, ...]) -> None:
        self.text, self.rows, self.compiler = text, rows, compiler
        self._values = values
        selected = compiler.select or []
        self.converters = compiler.get_converters([column for column, *_rest in selected[: compiler.col_count]])

    def values(self, given: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(_value(item, given) if isinstance(item, _Mark) else item for item in self._values)

    def ask(self, values: tuple[Any, ...]) -> list[Any]:
        asking: Any = QuerySet(self.rows.model, query=_Query(self, values))  # type: ignore[arg-type]  # stands for one
        rows: Any = self.rows
        asking._fields = rows._fields
        return list(rows._iterable_class(asking))


class _Query:
    """Stands where a queryset has its query."""

    def __init__(self, text: _Text, values: tuple[Any, ...]) -> None:
        self._text, self._values = text, values

    def get_compiler(self, *_args: Any, **_named: Any) -> SQLCompiler:
        return _Filled(self._text, self._values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._text.rows.query, name)


class _Filled(SQLCompiler):
    """A compiler that has nothing left to compile."""

    def __init__(self, text: _Text, values: tuple[Any, ...]) -> None:
        self.__dict__.update(text.compiler.__dict__)
        self.connection, self.using = connection, connection.alias
        self._ready, self._values = text, values

    def as_sql(self, *_args: Any, **_named: Any) -> tuple[str, tuple[Any, ...]]:
        return self._ready.text, self._values

    def get_converters(self, _expressions: Any) -> Any:
        return self._ready.converters


def _shape(value: Any) -> int:
    """How many values, of a collection; else whether it is one."""
    if not isinstance(value, tuple):
        return _NONE if value is None else _ONE
    return _LIST if connection.vendor == "postgresql" and is_long(value) else len(value)


def _places(number: int, shape: int) -> "_Place | _Places | list[Any] | None":
    if shape == _NONE:
        return None
    if shape in (_ONE, _LIST):
        return (_Place if shape == _ONE else _List)(_Mark(number, None))
    return _Places(number, shape) if shape else []


def _value(mark: _Mark, given: Sequence[Any]) -> Any:
    value = given[mark.number]
    if mark.item is not None:
        value = value[mark.item]
    elif isinstance(value, tuple):
        return long_list(value)
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
