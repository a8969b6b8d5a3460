"""The wiring, done once when the program starts: who stamps, who hears, what exists."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WiringConfig(AppConfig):
    name = "xiaoguan.config"
    label = "config"

    def ready(self) -> None:
        from xiaoguan.config import wiring
        from xiaoguan.lib.long_lists import use_long_lists

        wiring.connect()
        use_long_lists()
        post_migrate.connect(_after_migration, dispatch_uid="triggers")


def _after_migration(*, using: str, **_: Any) -> None:
    from xiaoguan.config.triggers import stand_triggers

    stand_triggers(using)
