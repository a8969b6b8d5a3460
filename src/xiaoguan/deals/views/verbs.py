"""Win, lose, re-open, move and transfer a deal."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from xiaoguan.deals import policy
from xiaoguan.deals.actions import (
    Close,
    Reopening,
    lose_deals,
    move_deals,
    reopen_by_mistake,
    reopen_deals,
    transfer_deals,
    win_deals,
)
from xiaoguan.deals.forms.verbs import (
    MISTAKE,
    LoseForm,
    MoveForm,
    ReopenForm,
    TransferForm,
    WinForm,
    closing_suggestion,
)
from xiaoguan.deals.models import Deal
from xiaoguan.deals.queries import choices
from xiaoguan.deals.queries.words import mistake_in_words, return_in_words
from xiaoguan.deals.setup import ensure_loss_reasons
from xiaoguan.deals.views.answers import Question, ask, done, posted
from xiaoguan.ledger.closing import first_open_day
from xiaoguan.lib.refusal import Refusal
from xiaoguan.org.access import allow, member_of, require
from xiaoguan.org.choosing import people_offered
from xiaoguan.org.company import today


@allow(policy.may_win, on=policy.visible_deals)
def win(request: HttpRequest, deal: Deal) -> HttpResponse:
    """The customer bought."""
    now = timezone.now()
    form = WinForm(
        posted(request),
        currency=deal.currency,
        open_from=first_open_day(),
        initial=closing_suggestion(deal, today(now)),
    )
    if request.method == "POST" and form.is_valid():
        close = Close(deal_id=deal.pk, on=form.cleaned_data["on"], amount=form.cleaned_data["amount"])
        try:
            entries = win_deals([close], by=member_of(request), at=now)
            return done(request, deal, _("“%(deal)s” is won.") % {"deal": deal.name}, entries[0])
        except Refusal as refusal:
            form.refuse(refusal)
    return ask(request, deal, form, Question(title=_("Win the deal"), verb=_("Win")))


@allow(policy.may_lose, on=policy.visible_deals)
def lose(request: HttpRequest, deal: Deal) -> HttpResponse:
    """The customer did not buy; the reason is asked at once."""
    now = timezone.now()
    ensure_loss_reasons()
    form = LoseForm(
        posted(request),
        currency=deal.currency,
        reasons=choices.loss_reasons(),
        open_from=first_open_day(),
        initial=closing_suggestion(deal, today(now)),
    )
    if request.method == "POST" and form.is_valid():
        read = form.cleaned_data
        close = Close(deal_id=deal.pk, on=read["on"], amount=read["amount"], reason_id=read["reason"])
        try:
            entries = lose_deals([close], by=member_of(request), at=now)
            return done(request, deal, _("“%(deal)s” is lost.") % {"deal": deal.name}, entries[0])
        except Refusal as refusal:
            form.refuse(refusal)
    return ask(request, deal, form, Question(title=_("Why was the deal lost?"), verb=_("Lose"), tone="danger"))


@allow(policy.may_edit, on=policy.visible_deals)
def move(request: HttpRequest, deal: Deal) -> HttpResponse:
    """The buyer went a step further, or back."""
    stages = [(stage.pk, str(stage)) for stage in choices.stages_of(deal.pipeline_id)]
    form = MoveForm(posted(request), stages=stages, initial={"stage": deal.stage_id})
    if request.method == "POST" and form.is_valid():
        stage_id = form.cleaned_data["stage"]
        try:
            entries = move_deals([(deal.pk, stage_id)], by=member_of(request), at=timezone.now())
            sentence = _("Moved to %(stage)s.") % {"stage": dict(stages)[stage_id]} if entries else ""
            return done(request, deal, sentence, entries[0] if entries else None)
        except Refusal as refusal:
            form.refuse(refusal)
    return ask(request, deal, form, Question(title=_("Move the deal to a stage"), verb=_("Move")))


@allow(policy.may_transfer, on=policy.visible_deals)
def transfer(request: HttpRequest, deal: Deal) -> HttpResponse:
    """Somebody else takes the deal over."""
    now = timezone.now()
    owners = choices.owners(member_of(request), "deals.transfer", today(now)).exclude(pk=deal.owner_id)
    form = TransferForm(posted(request), owners=owners)
    if request.method == "POST" and form.is_valid():
        owner = form.cleaned_data["owner"]
        try:
            entries = transfer_deals([(deal.pk, owner.pk)], by=member_of(request), at=now)
            sentence = _("Transferred to %(person)s.") % {"person": owner.name}
            return done(request, deal, sentence, entries[0] if entries else None)
        except Refusal as refusal:
            form.refuse(refusal)
    lead = _("The open amount counts for the new owner from today on; what was counted until now stays where it is.")
    return ask(request, deal, form, Question(title=_("Transfer the deal"), verb=_("Transfer"), lead=lead))


@require("deals.create", "deals.transfer")
def owners(request: HttpRequest, what: str) -> HttpResponse:
    """Who can be chosen as owner, for what was typed: of a new deal, or of one that is handed over."""
    permission = {"create": "deals.create", "transfer": "deals.transfer"}.get(what)
    if permission is None:
        raise Http404
    return people_offered(request, choices.owners(member_of(request), permission, today(timezone.now())))


@allow(policy.may_reopen, on=policy.visible_deals)
def reopen(request: HttpRequest, deal: Deal) -> HttpResponse:
    """A closed deal is open again: asked whether closing it was a mistake or the customer came back."""
    now = timezone.now()
    open_from = first_open_day()
    form = ReopenForm(posted(request), open_from=open_from, initial={"on": today(now)})
    if request.method == "POST" and form.is_valid():
        try:
            _reopen(request, deal, form)
            return done(request, deal, _("“%(deal)s” is open again.") % {"deal": deal.name})
        except Refusal as refusal:
            form.refuse(refusal)
    effects = {"mistake": mistake_in_words(deal, open_from), "came_back": return_in_words(deal)}
    return ask(request, deal, form, Question(title=_("Re-open the deal"), verb=_("Re-open"), notes=effects))


def _reopen(request: HttpRequest, deal: Deal, form: ReopenForm) -> None:
    by, at = member_of(request), timezone.now()
    if form.cleaned_data["how"] == MISTAKE:
        reopen_by_mistake([deal.pk], by=by, at=at)
    else:
        reopen_deals([Reopening(deal_id=deal.pk, on=form.cleaned_data["on"])], by=by, at=at)
