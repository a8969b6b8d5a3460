"""Each fact about customers, contacts and products as a sentence."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiaoguan.journal.facts import crm as facts
from xiaoguan.journal.kinds import CONTACT, CUSTOMER, MEMBER, PRODUCT
from xiaoguan.journal.sentences import Change, Sentence, Story, register, register_fields
from xiaoguan.ui import format as write

CUSTOMER_FIELDS = {
    "name": gettext_lazy("Name"),
    "short_name": gettext_lazy("Short name"),
    "kind": gettext_lazy("Kind"),
    "industry": gettext_lazy("Industry"),
    "region": gettext_lazy("Customer's region"),
    "country": gettext_lazy("Country"),
    "city": gettext_lazy("City"),
    "source_id": gettext_lazy("Source"),
    "credit_code": gettext_lazy("Credit code"),
    "website": gettext_lazy("Web site"),
    "revenue": gettext_lazy("Yearly revenue, as stated"),
    "employees": gettext_lazy("Employees"),
    "founded_year": gettext_lazy("Founded in"),
    "parent_id": gettext_lazy("Parent company"),
    "external_id": gettext_lazy("Number in the other system"),
}
CONTACT_FIELDS = {
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Position"),
    "phone": gettext_lazy("Phone number"),
    "email": gettext_lazy("E-mail"),
    "wechat": gettext_lazy("WeChat"),
}
PRODUCT_FIELDS = {
    "name": gettext_lazy("Name"),
    "code": gettext_lazy("Product number"),
    "line_id": gettext_lazy("Product line"),
    "price": gettext_lazy("List price"),
    "active": gettext_lazy("On sale"),
}
register_fields(CUSTOMER, CUSTOMER_FIELDS)
register_fields(CONTACT, CONTACT_FIELDS)
register_fields(PRODUCT, PRODUCT_FIELDS)


@register(facts.CustomerCreated)
def _customer_created(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    if fact.owner_id is None:
        return Sentence(icon="building", title=_("Customer entered, without owner"))
    words = {"who": story.names(MEMBER, fact.owner_id)}
    return Sentence(icon="building", title=_("Customer entered for %(who)s") % words)


@register(facts.CustomerTransferred)
def _transferred(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    old, new = story.names(MEMBER, fact.owner_from), story.names(MEMBER, fact.owner_id)
    if fact.owner_id is None:
        title = _("Customer released by its owner")
    else:
        title = _("Customer given to %(who)s") % {"who": new}
    return Sentence(icon="user-share", title=title, changes=(Change(label=_("Owner"), old=old, new=new),))


@register(facts.ContactCreated)
def _contact_created(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    words = {"name": story.names(CONTACT, fact.contact_id)}
    return Sentence(icon="user-plus", title=_("Contact entered: %(name)s") % words)


@register(facts.ContactRemoved)
def _contact_removed(_story: Story) -> Sentence:
    return Sentence(icon="user-minus", title=_("Contact removed"))


@register(facts.ProductCreated)
def _product_created(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    price = "" if fact.price is None else write.number(fact.price, 2)
    return Sentence(icon="package", title=_("Product entered"), detail=price)


@register(facts.ProductMerged)
def _product_merged(story: Story) -> Sentence:
    fact: Any = story.entry.fact
    words = {"name": story.names(PRODUCT, fact.into_id)}
    return Sentence(icon="arrows-join", title=_("Merged into %(name)s") % words)


@register(facts.ProductLineCreated)
def _line_created(_story: Story) -> Sentence:
    return Sentence(icon="packages", title=_("Product line entered"))


@register(facts.SourceCreated)
def _source_created(_story: Story) -> Sentence:
    return Sentence(icon="route", title=_("Source entered"))
