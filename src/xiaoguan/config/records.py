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
        visible=org.visible_member_ids,
        labels=org.member_labels,
        url=org.member_url,
    ),
    RecordKind(kind=kinds.UNIT, name=_("Unit"), visible=org.visible_unit_ids, labels=org.unit_labels, url=org.unit_url),
    RecordKind(kind=kinds.ROLE, name=_("Role"), visible=org.visible_role_ids, labels=org.role_labels),
    RecordKind(
        kind=kinds.CUSTOMER,
        name=_("Customer"),
        visible=crm.visible_customer_ids,
        labels=crm.customer_labels,
        url=crm.customer_url,
    ),
    RecordKind(
        kind=kinds.CONTACT,
        name=_("Contact"),
        visible=crm.visible_contact_ids,
        labels=crm.contact_labels,
        url=crm.contact_url,
    ),
    RecordKind(
        kind=kinds.PRODUCT,
        name=_("Product"),
        visible=crm.visible_product_ids,
        labels=crm.product_labels,
        url=crm.product_url,
    ),
    RecordKind(
        kind=kinds.PRODUCT_LINE,
        name=_("Product line"),
        visible=crm.visible_product_line_ids,
        labels=crm.product_line_labels,
    ),
    RecordKind(kind=kinds.SOURCE, name=_("Source"), visible=crm.visible_source_ids, labels=crm.source_labels),
    RecordKind(
        kind=kinds.DEAL,
        name=_("Deal"),
        visible=deals.visible_deal_ids,
        labels=deals.deal_labels,
        url=deals.deal_url,
    ),
    RecordKind(kind=kinds.STAGE, name=_("Stage"), visible=deals.visible_stage_ids, labels=deals.stage_labels),
    RecordKind(
        kind=kinds.ACTIVITY,
        name=_("Activity"),
        visible=calendar.activity_ids_visible,
        labels=calendar.activity_labels,
    ),
    RecordKind(
        kind=kinds.TASK,
        name=_("Task"),
        visible=calendar.task_ids_visible,
        labels=calendar.task_labels,
        url=calendar.task_url,
    ),
)
