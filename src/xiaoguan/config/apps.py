"""The wiring, done once when the program starts: who stamps, who hears, what exists."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WiringConfig(AppConfig):
    name = "xiaoguan.config"
    label = "config"

    def ready(self) -> None:
        from xiaoguan.config import wiring

        wiring.connect()
        # Altering a table on SQLite drops its triggers silently, so they are made again after every migration.
        post_migrate.connect(_stand_triggers, dispatch_uid="append_only")


def _stand_triggers(*, using: str, **_: Any) -> None:
    from django.db import connections

    from xiaoguan.lib.append_only import make_triggers

    make_triggers(connections[using])
