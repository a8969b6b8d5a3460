"""PostgreSQL with room for as many prepared statements as the program asks.

The driver keeps the hundred used last. A company at work asks two to three hundred different questions in turn, so that
each had gone before it came again and was planned each time: planning takes as long as a short question or longer.
"""

from typing import Any, Final

from django.db.backends.postgresql import base

_PREPARED_MAX: Final = 500


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own, with the driver's limit set on each connection."""

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        connection.prepared_max = _PREPARED_MAX
        return connection
