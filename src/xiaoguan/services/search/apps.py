from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "xiaoguan.services.search"
    label = "search"
    default_auto_field = "django.db.models.BigAutoField"
