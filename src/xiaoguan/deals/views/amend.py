"""Change one fact of a deal: the row becomes a small form."""

from collections.abc import Callable
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from xiaoguan.deals import policy
from xiaoguan.deals.actions import Amendment, amend_deals, correct_amounts
from xiaoguan.deals.forms.common import DealForm
from xiaoguan.deals.forms.verbs import (
    TYPO,
    AmountForm,
    CustomerForm,
    DueForm,
    NameForm,
    NextStepForm,
    RelatedForm,
    StepDayForm,
    asks_how,
)
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.records import visible_in_full
from xiaoguan.deals.views.answers import Question, ask, done, posted
from xiaoguan.deals.views.customers import chosen_customer
from xiaoguan.ledger.closing import first_open_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of

MakeForm = Callable[[Any, Deal], DealForm]


def _product(data: Any, deal: Deal) -> DealForm:
    offered = choices.with_present(choices.products(), deal.product)
    return RelatedForm(data, deal=deal, name="product", choices=offered)


def _source(data: Any, deal: Deal) -> DealForm:
    offered = choices.with_present(choices.sources(), deal.source)
    return RelatedForm(data, deal=deal, name="source", choices=offered)


FORMS: Final[dict[str, MakeForm]] = {
    "name": lambda data, deal: NameForm(data, deal=deal),
    "amount": lambda data, deal: AmountForm(data, deal=deal, open_from=first_open_day()),
    "due": lambda data, deal: DueForm(data, deal=deal),
    "next": lambda data, deal: NextStepForm(data, deal=deal),
    "after": lambda data, deal: NextStepForm(data, deal=deal, empty=True),
    "customer": lambda data, deal: CustomerForm(data, deal=deal),
    "product": _product,
    "source": _source,
}


COLUMNS: Final = {
    "name": {"name": "name"},
    "amount": {"amount": "amount"},
    "due": {"due_on": "due_on"},
    "next": {"next_step": "next_step", "next_step_on": "next_step_on"},
    "after": {"next_step": "next_step", "next_step_on": "next_step_on"},
    "product": {"product": "product_id"},
    "source": {"source": "source_id"},
}


@allow(policy.may_edit, on=visible_in_full)
def edit(request: HttpRequest, deal: Deal, what: str) -> HttpResponse:
    """Show the form of one fact, and save it."""
    if what not in FORMS:
        raise Http404
    form = FORMS[what](posted(request), deal)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request, deal, what, form.cleaned_data)
            return done(request, deal, "", focus="next" if what == "after" else what)
        except Refusal as refusal:
            form.refuse(refusal)
    return ask(request, deal, form, _question(what, deal), what=what)


def _question(what: str, deal: Deal) -> Question:
    lead = _("Done: %(step)s") % {"step": deal.next_step} if what == "after" and deal.next_step else ""
    return Question(title=_title(what, deal), verb=_("Save"), lead=lead)


@require_POST
@allow(policy.may_edit, on=visible_in_full)
def redate(request: HttpRequest, deal: Deal) -> HttpResponse:
    """Put the next step off to another day, in one press."""
    form = StepDayForm(request.POST)
    if not form.is_valid():
        raise Refusal(_("Choose a day between 1990 and 2199."), field="on")
    amend_deals(
        [Amendment(deal_id=deal.pk, next_step_on=form.cleaned_data["on"])], by=member_of(request), at=timezone.now()
    )
    return done(request, deal, "", focus="next")


def _title(what: str, deal: Deal) -> str:
    titles = {
        "name": _("Name of the deal"),
        "amount": _("Amount") if asks_how(deal) or deal.state == Deal.State.OPEN else _("Correct the amount"),
        "due": _("Expected close"),
        "next": _("Next step"),
        "after": pgettext("deal", "What comes next?"),
        "customer": _("Customer"),
        "product": _("Product"),
        "source": _("Source"),
    }
    return titles[what]


def _save(request: HttpRequest, deal: Deal, what: str, read: dict[str, Any]) -> None:
    by, at = member_of(request), timezone.now()
    if what == "amount" and _mistyped(deal, read):
        correct_amounts([(deal.pk, read["amount"])], by=by, at=at)
        return
    if what == "customer":
        values: dict[str, Any] = {"customer_id": chosen_customer(by, read["customer"], read["customer_name"])}
    else:
        values = {column: read[field] for field, column in COLUMNS[what].items()}
    amend_deals([Amendment(deal_id=deal.pk, **values)], by=by, at=at)


def _mistyped(deal: Deal, read: dict[str, Any]) -> bool:
    """What a closed deal was worth cannot change any more; it can only have been typed wrongly."""
    return read.get("how") == TYPO if asks_how(deal) else deal.state != Deal.State.OPEN
