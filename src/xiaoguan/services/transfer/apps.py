from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "xiaoguan.services.transfer"
    label = "transfer"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.services.transfer import sentences  # noqa: F401  registers how the facts read
