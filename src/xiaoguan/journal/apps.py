from importlib import import_module
from pkgutil import iter_modules

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "xiaoguan.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Learn the whole vocabulary: an entry must be readable even where nobody imported its module."""
        from xiaoguan.journal import facts

        for module in iter_modules(facts.__path__):
            import_module(f"{facts.__name__}.{module.name}")
