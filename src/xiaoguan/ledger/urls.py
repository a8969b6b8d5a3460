from django.urls import path

from xiaoguan.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.closing, name="closing"),
    path("proof/", views.proof, name="proof"),
    path("proof/progress", views.proving, name="proving"),
]
