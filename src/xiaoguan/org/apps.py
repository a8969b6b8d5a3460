from django.apps import AppConfig


class OrgConfig(AppConfig):
    name = "xiaoguan.org"
    label = "org"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.org import sentences  # noqa: F401  registers how the facts read
