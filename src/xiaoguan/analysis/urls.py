from django.urls import path

from xiaoguan.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("others/", views.others, name="others"),
    path("open/", views.opened, name="open"),
    path("customer/<int:customer_id>/figures/", views.customer_figures, name="customer-figures"),
    path("customer/<int:customer_id>/products/", views.customer_products, name="customer-products"),
]
