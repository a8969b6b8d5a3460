from django.urls import path

from xiaoguan.services.transfer import views

app_name = "transfer"
urlpatterns = [path("", views.runs, name="runs")]
