"""Addresses of the homes."""

from django.urls import path

from xiaoguan.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("needs/", views.needs, name="needs"),
]
