"""Which customer a form means: the one picked from the list, else the one whose name was typed."""

from django.utils.translation import gettext as _

from xiaoguan.deals.queries.choices import customers_named, may_name
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.models import Member


def chosen_customer(member: Member, picked: int | None, typed: str) -> int | None:
    """The customer's id, None where nothing was given; Refusal where the name fits none or several."""
    name = typed.strip()
    if picked is not None:
        label = may_name(member, CUSTOMER, picked)
        if label is None:
            raise Refusal(_("This customer is not there, or you may not see it."), field="customer_name")
        if not name or name == label:
            return picked
    if not name:
        return None
    found = customers_named(member, name)
    if len(found) == 1:
        return found[0]
    if not found:
        sentence = _("No customer of yours is called “%(name)s”. Pick one from the list, or create it first.")
    else:
        sentence = _("Several customers are called “%(name)s”. Open the right one and create the deal on its page.")
    raise Refusal(sentence % {"name": name}, field="customer_name")
