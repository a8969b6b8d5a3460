"""How the codes of answers read: reasons, dimensions, what moved a balance, how a measure adds up."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from xiaoguan.ledger.measures.answers import NO_DATA, Row
from xiaoguan.ledger.measures.figures import Figure, Reason, Why
from xiaoguan.ledger.measures.language import AddsUp

DIMENSION_NAMES: Final[Mapping[str, object]] = {
    "person": pgettext_lazy("dimension", "Member"),
    "unit": pgettext_lazy("dimension", "Unit"),
    "region": pgettext_lazy("dimension", "Region"),
    "team": pgettext_lazy("dimension", "Team"),
    "customer": pgettext_lazy("dimension", "Customer"),
    "product": pgettext_lazy("dimension", "Product"),
    "product_line": pgettext_lazy("dimension", "Product line"),
    "source": pgettext_lazy("dimension", "Source"),
    "stage": pgettext_lazy("dimension", "Stage"),
    "why": pgettext_lazy("dimension", "Reason"),
    "is_new": pgettext_lazy("dimension", "New or existing customer"),
    "currency": pgettext_lazy("dimension", "Currency"),
    "month": pgettext_lazy("dimension", "Month"),
    "quarter": pgettext_lazy("dimension", "Quarter"),
    "week": pgettext_lazy("dimension", "Week"),
    "day": pgettext_lazy("dimension", "Day"),
}
WHY_NAMES: Final[Mapping[str, object]] = {
    "new": pgettext_lazy("reason", "New"),
    "amount": gettext_lazy("Amount changed"),
    "redate": gettext_lazy("Close date changed"),
    "stage": gettext_lazy("Stage changed"),
    "transfer": gettext_lazy("Transferred"),
    "won": gettext_lazy("Won"),
    "lost": gettext_lazy("Lost"),
    "reopened": gettext_lazy("Re-opened"),
    "mistake": gettext_lazy("Corrected"),
    "opening": pgettext_lazy("reason", "Opened at start"),
    "details": gettext_lazy("Details changed"),
    "moved_in": gettext_lazy("People moved in"),
    "moved_out": gettext_lazy("People moved out"),
    "redated_in": gettext_lazy("Moved in by date"),
    "redated_out": gettext_lazy("Moved out by date"),
}
ACCOUNT_NAMES: Final[Mapping[str, object]] = {
    "won": gettext_lazy("Won"),
    "won_unknown": gettext_lazy("Won, amount unknown"),
    "lost": gettext_lazy("Lost"),
    "lost_unknown": gettext_lazy("Lost, amount unknown"),
    "pipeline": gettext_lazy("Pipeline"),
    "pipeline_unknown": gettext_lazy("Pipeline, amount unknown"),
    "cycle_days": gettext_lazy("Cycle"),
    "stage_days": gettext_lazy("Days in stage"),
    "new_deals": gettext_lazy("New deal"),
    "activity": gettext_lazy("Activity"),
    "customers_new": gettext_lazy("New customer"),
}
ADDS_UP: Final[Mapping[AddsUp, object]] = {
    AddsUp.ADDITIVE: gettext_lazy("Groups add up to the whole."),
    AddsUp.BALANCE: gettext_lazy("A balance on one day: groups add up to the whole, days do not."),
    AddsUp.RATIO: gettext_lazy("The whole is worked out from its own figures, not from those of the groups."),
    AddsUp.DISTINCT: gettext_lazy("The whole counts each one once, so groups may add up to more."),
    AddsUp.ORDER: gettext_lazy("The whole is the middle of all records, not of the groups' figures."),
}
_NEW: Final[Mapping[bool, object]] = {True: gettext_lazy("New customer"), False: gettext_lazy("Existing customer")}


def account_name(key: str) -> str:
    """An account in words; its key where nobody has named it."""
    return str(ACCOUNT_NAMES.get(key, key))


def reason_sentence(reason: Reason | None) -> str:
    """Why a figure has no value; nothing where it has one."""
    if reason is None:
        return ""
    if reason.why is Why.NOT_POSITIVE:
        return _("nothing to divide by")
    sentences = [_missing(account) for account in reason.accounts]
    return _("not known: %(what)s") % {"what": ", ".join(sentences)}


def _missing(account: str) -> str:
    named = {"won": _("won amounts missing"), "lost": _("lost amounts missing"), "pipeline": _("open amounts missing")}
    return named.get(account) or _("%(account)s amounts missing") % {"account": account_name(account)}


def unknown_sentence(figure: Figure) -> str:
    """“12 unknown”, or nothing."""
    many = abs(figure.unknown)
    return ngettext("%(many)s unknown", "%(many)s unknown", many) % {"many": f"{many:,}"} if many else ""


def group_name(by: tuple[str, ...], row: Row) -> str | None:
    """A group in the reader's language: codes are put in words, names stay."""
    if row.group is None or not set(by) & {"why", "is_new"}:
        return row.group
    parts = row.group.split(" · ")
    return " · ".join(value_name(name, item, part) for name, item, part in zip(by, row.key, parts, strict=True))


def value_name(dimension: str, item: object, named: str) -> str:
    """A group's value in words: codes by their meaning, records by the name given."""
    if dimension == "why":
        return str(WHY_NAMES.get(str(item), NO_DATA))
    if dimension == "is_new":
        return NO_DATA if item is None else str(_NEW[bool(item)])
    return named
