from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "xiaoguan.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.ledger import sentences  # noqa: F401  registers how the facts read
