"""Parts of a customer that other rooms show on their pages, under this room's policy."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xiaoguan.crm import policy
from xiaoguan.crm.models import Customer
from xiaoguan.crm.queries.panels import contacts_of
from xiaoguan.org.access import allow, member_of


@allow(on=policy.visible_customers)
def contacts(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Who is there and how to reach them."""
    found = contacts_of(member_of(request), customer)
    return render(request, "crm/contacts_panel.html", {"found": found, "customer": customer})


@allow(on=policy.visible_customers)
def call(request: HttpRequest, customer: Customer) -> HttpResponse:
    """The first contact with a number as a button for a phone; nothing where there is none to be seen."""
    people = contacts_of(member_of(request), customer).contacts
    first = next((contact for contact in people if contact.phone), None)
    return render(request, "crm/call.html", {"contact": first})
