from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "xiaoguan.crm"
    label = "crm"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.crm import sentences  # noqa: F401  registers how the facts read
