"""PostgreSQL with room for as many prepared statements as the program asks.

The driver keeps the hundred used last. A company at work asks two to three hundred different questions in turn, so that
each had gone before it came again and was planned each time: planning takes as long as a short question or longer.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db.backends.postgresql import base

from xiaoguan.lib.long_lists import LONGEST, LongList

_PREPARED_MAX: Final = 500


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the driver's limit set on each connection."""

    def get_connection_params(self) -> Any:
        return super().get_connection_params() | {"cursor_factory": _Cursor}

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = _PREPARED_MAX
        return connection


class _Cursor(base.ServerBindingCursor):
    """A question with a long list is planned each time, by what the list holds: a plan that knows no values takes it
    for ten, and goes through all of it for each row that it tries."""

    def execute(
        self, query: Any, params: Any = None, *, prepare: bool | None = None, binary: bool | None = None
    ) -> Any:
        if prepare is None and params and any(_is_long(value) for value in _values(params)):
            prepare = False
        return super().execute(query, params, prepare=prepare, binary=binary)  # type: ignore[misc]  # not in the stubs


def _values(params: Sequence[Any] | Mapping[str, Any]) -> Any:
    return params.values() if isinstance(params, Mapping) else params


def _is_long(value: Any) -> bool:
    return type(value) is LongList or (isinstance(value, list) and len(value) > LONGEST)
