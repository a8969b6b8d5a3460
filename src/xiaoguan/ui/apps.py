from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "xiaoguan.ui"
    label = "ui"
