from django.urls import path

from xiaoguan.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("open/", views.opened, name="open"),
]
