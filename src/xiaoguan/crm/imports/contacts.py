"""Import contacts of customers that are there. Number of its own, else customer and name, find a contact again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from xiaoguan.crm import rules
from xiaoguan.crm.actions import (
    ContactChange,
    NewContact,
    amend_contacts,
    create_contacts,
    known_customers,
    take_back_contacts,
)
from xiaoguan.crm.imports.common import PERMISSION, doing, given, problem, repeated
from xiaoguan.crm.models import Contact
from xiaoguan.journal.facts.general import IMPORT_UNDONE
from xiaoguan.journal.kinds import CONTACT
from xiaoguan.services.transfer.contract import (
    AppliedRow,
    Column,
    ColumnKind,
    Context,
    Did,
    Importable,
    Outcome,
    Prepared,
    Ready,
    Row,
)

_FIELDS: Final = ("name", "title", "phone", "email", "wechat")


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A row that makes sense."""

    external_id: str | None
    customer_id: int
    values: dict[str, str]

    @property
    def key(self) -> tuple[int, str]:
        return self.customer_id, rules.name_key(self.values["name"])


COLUMNS: Final = (
    Column(
        field="name",
        label=_("Contact"),
        synonyms=("contact", "contact name", "name", "full name", "联系人", "联系人姓名", "姓名"),
        required=True,
        filled=True,
        max_length=80,
        private=True,
    ),
    Column(
        field="customer",
        label=_("Customer"),
        synonyms=("account", "customer", "company", "account name", "客户", "客户名称", "公司", "公司名称", "单位"),
        kind=ColumnKind.REF,
        required=True,
        filled=True,
    ),
    Column(field="title", label=_("Position"), synonyms=("title", "job title", "position", "职务", "职位", "岗位"),
           max_length=80),
    Column(field="phone", label=_("Phone number"), max_length=40, private=True,
           synonyms=("phone", "mobile", "telephone", "tel", "手机", "电话", "手机号")),
    Column(field="email", label=_("E-mail"), synonyms=("email", "e-mail", "mail", "邮箱", "电子邮箱"), max_length=254,
           private=True),
    Column(field="wechat", label=_("WeChat"), synonyms=("wechat", "weixin", "微信", "微信号"), max_length=60,
           private=True),
    Column(field="external_id", label=_("Contact number"), max_length=100,
           synonyms=("contact_id", "contact no", "id", "联系人编号", "编号")),
)  # fmt: skip


def prepare(rows: Sequence[Row], context: Context) -> Prepared:
    """Turn parsed rows into contacts to write, or say what is wrong with them."""
    result = Prepared()
    customers = known_customers([row.values["customer"] for row in rows])
    items: list[tuple[Row, ContactRow]] = []
    for row in rows:
        customer_id = customers.get(row.values["customer"])
        if customer_id is None:
            result.problems.append(
                problem(
                    row,
                    "customer",
                    gettext_noop("There is no customer “%(value)s”."),
                    gettext_noop("Import the customers first, or correct the name in the file."),
                )
            )
            continue
        item = ContactRow(
            external_id=row.values.get("external_id"),
            customer_id=customer_id,
            values={name: value or "" for name, value in given(row, context, _FIELDS).items()},
        )
        wrong = repeated(row, item.external_id or item.key, context, "contacts")
        if wrong:
            result.problems.append(wrong)
        else:
            items.append((row, item))
    there = _there([item for _row, item in items])
    result.rows = [
        Ready(row.line, item.external_id, item, object_id=None if item.external_id else there.get(item.key))
        for row, item in items
    ]
    return result


def _there(items: Sequence[ContactRow]) -> dict[tuple[int, str], int]:
    """Contacts of these customers by customer and name, the oldest of two."""
    rows = Contact.objects.filter(removed_at=None, customer_id__in={item.customer_id for item in items})
    found = rows.order_by("-pk").values_list("customer_id", "name_key", "pk")
    return {(customer_id, name): pk for customer_id, name, pk in found}


def apply(rows: Sequence[Ready], context: Context) -> list[Outcome]:
    """Write ready rows: new contacts in bulk, changed ones amended."""
    there = _there([row.payload for row in rows])
    ids = [row.object_id or (None if row.external_id else there.get(row.payload.key)) for row in rows]
    fresh = [row for row, pk in zip(rows, ids, strict=True) if pk is None]
    created = create_contacts(
        [
            NewContact(customer_id=row.payload.customer_id, external_id=row.external_id, **row.payload.values)
            for row in fresh
        ],
        **doing(context),
    )
    outcomes = [Outcome(row.line, pk, Did.CREATED) for row, pk in zip(fresh, created, strict=True)]
    known = Contact.objects.in_bulk([pk for pk in ids if pk])
    changes = []
    for row, pk in zip(rows, ids, strict=True):
        if pk is not None:
            now = row.payload.values
            before = {name: old for name in now if (old := getattr(known[pk], name)) != now[name]}
            changes.append(ContactChange(contact_id=pk, values={name: now[name] for name in before}))
            outcomes.append(Outcome(row.line, pk, Did.UPDATED if before else Did.UNCHANGED, before))
    amend_contacts([change for change in changes if change.values], **doing(context))
    return outcomes


def undo(rows: Sequence[AppliedRow], context: Context) -> None:
    """Take imported contacts back; amended ones get their earlier values again."""
    created = [row.object_id for row in rows if row.did is Did.CREATED]
    take_back_contacts(created, reason=IMPORT_UNDONE, **doing(context))
    changes = [ContactChange(contact_id=r.object_id, values=r.before or {}) for r in rows if r.did is Did.UPDATED]
    amend_contacts(changes, **doing(context))


CONTACTS: Final = Importable(
    kind="contacts",
    label=_("Contacts"),
    object_kind=CONTACT,
    columns=COLUMNS,
    prepare=prepare,
    apply=apply,
    undo=undo,
    permission=PERMISSION,
)
