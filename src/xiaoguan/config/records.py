"""Every kind of record that other rooms name and open: who sees which, what it is called, where it opens."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from xiaoguan.crm import queries as crm
from xiaoguan.deals import queries as deals
from xiaoguan.journal import kinds
from xiaoguan.org import queries as org
from xiaoguan.org.records import RecordKind
from xiaoguan.services.calendar import queries as calendar

RECORDS: Final = (
    RecordKind(
        kind=kinds.MEMBER,
        name=_("Member"),
        seen=org.members_seen,
        labels=org.member_labels,
        url=org.member_url,
    ),
    RecordKind(kind=kinds.UNIT, name=_("Unit"), seen=org.units_seen, labels=org.unit_labels, url=org.unit_url),
    RecordKind(kind=kinds.ROLE, name=_("Role"), labels=org.role_labels),
    RecordKind(
        kind=kinds.CUSTOMER,
        name=_("Customer"),
        seen=crm.customers_seen,
        labels=crm.customer_labels,
        url=crm.customer_url,
    ),
    RecordKind(
        kind=kinds.CONTACT,
        name=_("Contact"),
        seen=crm.contacts_seen,
        labels=crm.contact_labels,
        url=crm.contact_url,
    ),
    RecordKind(
        kind=kinds.PRODUCT,
        name=_("Product"),
        labels=crm.product_labels,
        url=crm.product_url,
    ),
    RecordKind(
        kind=kinds.PRODUCT_LINE,
        name=_("Product line"),
        labels=crm.product_line_labels,
    ),
    RecordKind(kind=kinds.SOURCE, name=_("Source"), labels=crm.source_labels),
    RecordKind(
        kind=kinds.DEAL,
        name=_("Deal"),
        seen=deals.deals_seen,
        unseen=deals.deals_unseen,
        unseen_among=deals.deals_unseen_among,
        labels=deals.deal_labels,
        url=deals.deal_url,
    ),
    RecordKind(kind=kinds.STAGE, name=_("Stage"), labels=deals.stage_labels),
    RecordKind(
        kind=kinds.ACTIVITY,
        name=_("Activity"),
        seen=calendar.activities_seen,
        labels=calendar.activity_labels,
    ),
    RecordKind(
        kind=kinds.TASK,
        name=_("Task"),
        seen=calendar.tasks_seen,
        labels=calendar.task_labels,
        url=calendar.task_url,
    ),
)
