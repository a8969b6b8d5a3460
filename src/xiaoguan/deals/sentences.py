"""Each fact about a deal as a sentence. A correction says what was and what is."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext
from django.utils.translation import gettext as _

from xiaoguan.deals.models import Tax
from xiaoguan.deals.queries.records import known_reasons
from xiaoguan.journal.facts import deals as facts
from xiaoguan.journal.kinds import CUSTOMER, DEAL, MEMBER, PRODUCT, SOURCE, STAGE
from xiaoguan.journal.sentences import Change, Names, Sentence, Story, register, register_fields
from xiaoguan.ui import format as write

register_fields(
    DEAL,
    {
        "name": gettext_lazy("Name of the deal"),
        "next_step": gettext_lazy("Next step"),
        "next_step_on": gettext_lazy("Day of the next step"),
    },
)


def amount_in_words(amount: Decimal | None, currency: str) -> str:
    """An exact amount with its currency, or that it is not known."""
    if amount is None:
        return _("not known")
    return write.money(amount, "exact", currency=currency, language=_language())


def _language() -> str:
    return get_language() or "zh-hans"


def _day(value: Any) -> str | None:
    return None if value is None else write.day(value, "long", language=_language())


def _days(count: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


def _reason(reason_id: int | None) -> str:
    """Reasons have no kind of their own in the books."""
    found = next((reason for reason in known_reasons() if reason.pk == reason_id), None)
    return str(found) if found else _("no reason given")


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _correcting(writer: Callable[[Any, Story], Sentence]) -> Callable[[Story], Sentence]:
    """An entry that stands in another's place says so, with what was and what is."""

    def written(story: Story) -> Sentence:
        plain = writer(story.entry.fact, story)
        if not story.replaced:
            return plain
        old = story.replaced[0]
        changes = tuple(_differences(old.fact, story.entry.fact, story.names))
        if old.on_date != story.entry.on_date:
            changes += (_change(_("Day"), _day(old.on_date), _day(story.entry.on_date)),)
        return Sentence(
            icon="eraser", title=_("Corrected: %(what)s") % {"what": plain.title}, detail=plain.detail, changes=changes
        )

    return written


def _change(label: object, old: str | None, new: str | None) -> Change:
    return Change(label=str(label), old=old, new=new)


_NAMED: Final = {
    "customer_id": (gettext_lazy("Customer"), CUSTOMER),
    "product_id": (gettext_lazy("Product"), PRODUCT),
    "source_id": (gettext_lazy("Source"), SOURCE),
    "stage_id": (gettext_lazy("Stage"), STAGE),
    "person_id": (gettext_lazy("Owner"), MEMBER),
}
_AMOUNTS: Final = {
    "amount": gettext_lazy("Amount"),
    "amount_from": gettext_lazy("Earlier amount"),
    "won_amount": gettext_lazy("Amount won"),
    "lost_amount": gettext_lazy("Amount lost"),
}


def _differences(old: Any, new: Any, names: Names) -> Iterator[Change]:
    """Where two tellings of the same happening differ, in people's words."""
    for field, (label, kind) in _NAMED.items():
        was, now = getattr(old, field, None), getattr(new, field, None)
        if was != now:
            yield _change(label, names(kind, was), names(kind, now))
    for field, label in _AMOUNTS.items():
        was, now = getattr(old, field, None), getattr(new, field, None)
        if was != now:
            yield _change(label, amount_in_words(was, old.currency), amount_in_words(now, new.currency))
    if old.due_on != new.due_on:
        yield _change(_("Expected close"), _day(old.due_on), _day(new.due_on))
    if old.tax != new.tax:
        yield _change(_("Tax"), str(Tax(old.tax).label), str(Tax(new.tax).label))
    if getattr(old, "reason_id", None) != getattr(new, "reason_id", None):
        yield _change(_("Reason"), _reason(getattr(old, "reason_id", None)), _reason(getattr(new, "reason_id", None)))


def _says(*kinds: type[facts.Position]) -> Callable[[Callable[[Any, Story], Sentence]], Callable[[Story], Sentence]]:
    def decorate(writer: Callable[[Any, Story], Sentence]) -> Callable[[Story], Sentence]:
        return register(*kinds)(_correcting(writer))

    return decorate


def _standing(fact: facts.Position, names: Names) -> str:
    """How a deal stood when it entered the books."""
    return _joined(
        names(STAGE, fact.stage_id) if fact.stage_id else "",
        amount_in_words(fact.amount, fact.currency) if fact.amount is not None else _("amount not known"),
        _("expected close %(day)s") % {"day": _day(fact.due_on)} if fact.due_on else "",
    )


@_says(facts.DealCreated)
def _created(fact: facts.DealCreated, story: Story) -> Sentence:
    return Sentence(icon="plus", title=_("Deal opened"), detail=_standing(fact, story.names), tone="brand")


@_says(facts.DealOpenedAtStart)
def _at_start(fact: facts.DealOpenedAtStart, story: Story) -> Sentence:
    title = _("Deal was open when the books began")
    return Sentence(icon="plus", title=title, detail=_standing(fact, story.names))


@_says(facts.DealAmountChanged)
def _amount(fact: facts.DealAmountChanged, story: Story) -> Sentence:
    old, new = (amount_in_words(value, fact.currency) for value in (fact.amount_from, fact.amount))
    return Sentence(icon="cash", title=_("Amount changed"), changes=(_change(_("Amount"), old, new),))


@_says(facts.DealRedated)
def _redated(fact: facts.DealRedated, story: Story) -> Sentence:
    change = _change(_("Expected close"), _day(fact.due_from), _day(fact.due_on))
    return Sentence(icon="calendar-event", title=_("Expected close changed"), changes=(change,))


@_says(facts.DealStageChanged)
def _stage(fact: facts.DealStageChanged, story: Story) -> Sentence:
    old, new = story.names(STAGE, fact.stage_from), story.names(STAGE, fact.stage_id)
    detail = ""
    if fact.stage_days is not None:
        detail = _("%(days)s in %(stage)s") % {"days": _days(fact.stage_days), "stage": old}
    return Sentence(
        icon="arrow-right",
        title=_("Moved to %(stage)s") % {"stage": new},
        detail=detail,
        tone="brand",
        changes=(_change(_("Stage"), old, new),),
        complete=True,
    )


@_says(facts.DealTransferred)
def _transferred(fact: facts.DealTransferred, story: Story) -> Sentence:
    old, new = story.names(MEMBER, fact.person_from), story.names(MEMBER, fact.person_id)
    title = _("Transferred to %(person)s") % {"person": new}
    changes = (_change(_("Owner"), old, new),)
    return Sentence(icon="arrows-right-left", title=title, tone="info", changes=changes)


@_says(facts.DealDetailsChanged)
def _details(fact: facts.DealDetailsChanged, story: Story) -> Sentence:
    changes = tuple(
        _change(label, story.names(kind, was), story.names(kind, now))
        for field, (label, kind) in _NAMED.items()
        if field in ("customer_id", "product_id", "source_id")
        and (was := getattr(fact, field.replace("_id", "_from"))) != (now := getattr(fact, field))
    )
    fields = "/".join(change.label for change in changes)
    return Sentence(icon="edit", title=_("Changed: %(fields)s") % {"fields": fields}, changes=changes)


@_says(facts.DealWon)
def _won(fact: facts.DealWon, story: Story) -> Sentence:
    changes: tuple[Change, ...] = (_change(_("State"), pgettext("deal", "Open"), pgettext("deal", "Won")),)
    open_amount = ""
    if fact.won_amount != fact.amount:
        old, new = (amount_in_words(value, fact.currency) for value in (fact.amount, fact.won_amount))
        changes += (_change(_("Amount"), old, new),)
        open_amount = _("open amount before: %(amount)s") % {"amount": old}
    return Sentence(
        icon="trophy",
        title=_("Deal won: %(amount)s") % {"amount": amount_in_words(fact.won_amount, fact.currency)},
        detail=_joined(_("%(days)s after it was opened") % {"days": _days(fact.cycle_days)}, open_amount),
        tone="good",
        changes=changes,
        complete=True,
    )


@_says(facts.DealLost)
def _lost(fact: facts.DealLost, story: Story) -> Sentence:
    at_stake = amount_in_words(fact.lost_amount, fact.currency)
    return Sentence(
        icon="circle-x",
        title=_("Deal lost: %(reason)s") % {"reason": _reason(fact.reason_id)},
        detail=_("At stake: %(amount)s") % {"amount": at_stake},
        tone="bad",
        changes=(_change(_("State"), pgettext("deal", "Open"), pgettext("deal", "Lost")),),
        complete=True,
    )


@_says(facts.WonDealReopened)
def _won_reopened(fact: facts.WonDealReopened, story: Story) -> Sentence:
    gone = amount_in_words(fact.won_amount, fact.currency)
    return Sentence(
        icon="refresh",
        title=_("Re-opened: the customer came back"),
        detail=_("%(amount)s no longer counts as won from this day on") % {"amount": gone},
        tone="warn",
        changes=(_change(_("State"), pgettext("deal", "Won"), pgettext("deal", "Open")),),
        complete=True,
    )


@_says(facts.LostDealReopened)
def _lost_reopened(fact: facts.LostDealReopened, story: Story) -> Sentence:
    gone = amount_in_words(fact.lost_amount, fact.currency)
    return Sentence(
        icon="refresh",
        title=_("Re-opened: the customer came back"),
        detail=_("%(amount)s no longer counts as lost from this day on") % {"amount": gone},
        tone="warn",
        changes=(_change(_("State"), pgettext("deal", "Lost"), pgettext("deal", "Open")),),
        complete=True,
    )


@register(facts.WonBeforeStart)
def _won_before(story: Story) -> Sentence:
    fact = story.entry.fact
    assert isinstance(fact, facts.WonBeforeStart)
    words = {"name": story.names(MEMBER, fact.person_id), "amount": amount_in_words(fact.amount, fact.currency)}
    return Sentence(icon="flag", title=_("Won by %(name)s before the books began: %(amount)s") % words)
