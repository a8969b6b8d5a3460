from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "xiaoguan.home"
    label = "home"
