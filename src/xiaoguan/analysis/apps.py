from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "xiaoguan.analysis"
    label = "analysis"
