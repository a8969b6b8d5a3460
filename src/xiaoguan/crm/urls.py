"""Addresses of customers, contacts and products."""

from django.urls import path

from xiaoguan.crm.views import contacts, lists, panels, products, record

app_name = "crm"
urlpatterns = [
    path("", lists.customers, name="customers"),
    path("new/", record.create, name="new-customer"),
    path("pick/", lists.pick, name="pick"),
    path("owners/", lists.owners, name="owners"),
    path("alike/", lists.duplicates, name="alike"),
    path("products/", products.products, name="products"),
    path("products/new/", products.create, name="new-product"),
    path("products/<int:pk>/", products.product, name="product"),
    path("products/<int:pk>/merge/", products.merge, name="merge-product"),
    path("products/<int:pk>/separate/", products.separate, name="separate-product"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.edit, name="edit-contact"),
    path("contacts/<int:pk>/remove/", contacts.remove, name="remove-contact"),
    path("<int:pk>/", record.customer, name="customer"),
    path("<int:pk>/edit/<slug:what>/", record.edit, name="edit-customer"),
    path("<int:pk>/transfer/", record.transfer, name="transfer-customer"),
    path("<int:pk>/contacts/", panels.contacts, name="contacts"),
    path("<int:pk>/call/", panels.call, name="call"),
    path("<int:pk>/contacts/new/", contacts.create, name="new-contact"),
]
