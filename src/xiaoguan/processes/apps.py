from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "xiaoguan.processes"
    label = "processes"
