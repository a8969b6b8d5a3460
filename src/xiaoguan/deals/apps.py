from django.apps import AppConfig


class DealsConfig(AppConfig):
    name = "xiaoguan.deals"
    label = "deals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.deals import sentences  # noqa: F401  registers how the facts read
