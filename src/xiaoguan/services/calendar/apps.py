from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "xiaoguan.services.calendar"
    label = "calendar"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xiaoguan.services.calendar import sentences  # noqa: F401  registers how the facts read
