from django.urls import path

from xiaoguan.services.jobs import views

app_name = "jobs"
urlpatterns = [
    path("settings/work/", views.work, name="work"),
    path("settings/work/<int:pk>/retry/", views.retry, name="retry"),
]
