"""The bar of filters that list and board share: its chips, and the small form in which a filter is edited.

The state stands in the address alone. A page makes a ``Filtering`` of its request, asks for the deals of its
``filters`` and includes ``deals/parts/filter_bar.html``; links and forms of the bar lead back to the same page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from xiaoguan.deals.forms import filters as addresses
from xiaoguan.deals.forms.filter_words import DUE, FIELDS, NEXT_STEPS, OPENED, STATES, UNSET
from xiaoguan.deals.queries import filter_values
from xiaoguan.deals.queries.choices import may_choose_unit
from xiaoguan.deals.queries.filters import Amounts, Days, Filters
from xiaoguan.lib.addresses import address_of
from xiaoguan.org.access import member_of
from xiaoguan.org.company import company
from xiaoguan.org.models import Member
from xiaoguan.services.search.finding import can_find
from xiaoguan.ui import format as write
from xiaoguan.ui.parts import Choice

# The pages that have the bar, by the word under which their address stands in links of the bar.
PAGES: Final = {"list": "deals:list", "board": "deals:board"}
SEARCH: Final = "q"


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that is on: its field, the operator and the value in words, where it is edited, the page without it."""

    key: str
    name: str
    operator: str
    value: str
    edit_url: str
    remove_url: str


@dataclass(frozen=True, kw_only=True)
class Filtering:
    """The filters of one request. ``kept`` are the page's other parameters (sort, grouping …), carried along.

    ``fixed`` names fields that this page decides itself: the board shows open deals only. ``without`` names those
    that have nothing to choose from for this person.
    """

    page: str
    filters: Filters
    problems: tuple[str, ...]
    labels: Mapping[str, Mapping[int, str]]
    kept: Mapping[str, str]
    fixed: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def address(self, page: str = "", **changes: str) -> str:
        """The address of this page (or of another one with the bar) with some parameters changed or left out ("")."""
        parameters = {**self.parameters, **changes}
        path = address_of(PAGES[page or self.page])
        query = encoded({key: value for key, value in parameters.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def parameters(self) -> dict[str, str]:
        return {**addresses.write_filters(self.filters), **self.kept}

    @property
    def columns_url(self) -> str:
        return f"{address_of('deals:columns')}?{encoded(self.parameters)}"

    @property
    def group_url(self) -> str:
        """Where one group of the list is; its key is added."""
        return f"{address_of('deals:group')}?{encoded(self.parameters)}"

    @property
    def path(self) -> str:
        return address_of(PAGES[self.page])

    @property
    def text(self) -> str:
        return self.filters.text

    @property
    def is_on(self) -> bool:
        """Whether any filter but the state is on."""
        return bool(addresses.write_filters(replace(self.filters, state=Filters().state)))

    @property
    def states(self) -> list[Choice]:
        """Open, won, lost or all, each with its address."""
        return [
            Choice(
                label=str(label),
                url=self.address(state=addresses.write_filters(Filters(state=code)).get("state", "")),
                active=self.filters.state == code,
            )
            for code, (_word, label) in STATES.items()
        ]

    @property
    def ways(self) -> list[Choice]:
        """Board and list, each with the same filters; what only this page knows (order, grouping) stays here."""
        query = encoded(addresses.write_filters(self.filters))
        return [
            Choice(
                label=label,
                url=f"{address_of(PAGES[page])}?{query}" if query else address_of(PAGES[page]),
                active=page == self.page,
                icon=icon,
            )
            for page, label, icon in (
                ("board", pgettext("deals", "Board"), "layout-kanban"),
                ("list", pgettext("deals", "List"), "list"),
            )
        ]

    @property
    def hidden(self) -> dict[str, str]:
        """What the search box's form carries besides what is typed."""
        return {key: value for key, value in self.parameters.items() if key != SEARCH}

    @property
    def chips(self) -> list[Chip]:
        on = addresses.write_filters(self.filters)
        return [self._chip(key) for key in EDITED if key in on]

    @property
    def cleared_url(self) -> str:
        """The page with its state and its other parameters, but without filters and search."""
        state = addresses.write_filters(Filters(state=self.filters.state))
        path, query = address_of(PAGES[self.page]), encoded({**state, **self.kept})
        return f"{path}?{query}" if query else path

    @property
    def addable(self) -> list[dict[str, str]]:
        """Fields that are not on yet, each with the address of its form."""
        on = addresses.write_filters(self.filters)
        return [
            {"label": str(FIELDS[key]), "url": self.edit_url(key)}
            for key in EDITED
            if key not in on and key not in self.fixed and key not in self.without
        ]

    def edit_url(self, key: str) -> str:
        """Where a filter is edited; the address carries the whole state, so that the form can lead back to it."""
        return f"{address_of('deals:filter', key)}?{encoded({'of': self.page, **self.parameters})}"

    def _chip(self, key: str) -> Chip:
        operator, value = in_words(self, key)
        remove_url = self.address(**{key: ""})
        return Chip(key=key, name=str(FIELDS[key]), operator=operator, value=value, edit_url=self.edit_url(key),
                    remove_url=remove_url)  # fmt: skip


def filtering(
    request: HttpRequest,
    page: str,
    *,
    today: date,
    kept: Mapping[str, str] | None = None,
    fixed: tuple[str, ...] = (),
    query: QueryDict | None = None,
) -> Filtering:
    """Read the filters of a request (or of the ``query`` of the page that it was sent from); names of records are
    looked up, and one that is not to be seen does not filter.

    ``kept`` are the page's other parameters as its links should carry them; ``fixed`` fields stay as ``Filters`` has
    them.
    """
    member = member_of(request)
    sent = request.GET if query is None else query
    given = {key: str(value) for key, value in sent.items() if key not in fixed}
    filters, problems = addresses.read_filters(given, me=member.pk)
    labels, unknown = _names(member, filters, today)
    for key in unknown:
        problems[key] = addresses.unreadable(key, given[key])
    unset: dict[str, Any] = dict.fromkeys(unknown)
    if filters.text and not can_find(filters.text):
        problems[SEARCH], unset["text"] = _("Type at least two characters to search for."), ""
    return Filtering(
        page=page,
        filters=replace(filters, **unset),
        problems=tuple(problems.values()),
        labels=labels,
        kept=kept or {},
        fixed=fixed,
        without=() if may_choose_unit(member, today) else ("unit",),
    )


def _names(member: Member, filters: Filters, today: date) -> tuple[dict[str, dict[int, str]], list[str]]:
    """The names of all records that the filters speak of, and the fields with one that has none to be seen."""
    labels, unknown = {}, []
    for key in filter_values.KEYS:
        among = getattr(filters, key)
        if among is None or among.unset:
            continue
        labels[key] = filter_values.labels(member, key, among.ids, today)
        if any(value not in labels[key] for value in among.ids):
            unknown.append(key)
    return labels, unknown


def encoded(parameters: Mapping[str, str]) -> str:
    """A query that people can read: commas, colons and dots stay."""
    return urlencode(parameters, safe=",:")


# --- chips in words ------------------------------------------------------------------------------------------


def in_words(state: Filtering, key: str) -> tuple[str, str]:
    """The operator and the value of a filter that is on."""
    return _WORDS[key](state, key)


def _records(state: Filtering, key: str) -> tuple[str, str]:
    among = getattr(state.filters, key)
    if among.unset:
        return _("is"), str(UNSET[key])
    names = _(" or ").join(state.labels[key][value] for value in among.ids)
    return (_("is not") if among.but else _("is")), names


def _amount(state: Filtering, _key: str) -> tuple[str, str]:
    amounts: Amounts | None = state.filters.amount
    if amounts is None or amounts.unknown:
        return _("is"), _("not known")
    low, high = _money(amounts.at_least), _money(amounts.at_most)
    if amounts.at_least is not None and amounts.at_most is not None:
        return _("between"), f"{low} – {high}"
    return ("≥", low) if amounts.at_least is not None else ("≤", high)


def _money(amount: Any) -> str:
    return write.money(amount, "compact", currency=company().currency, language=get_language() or "zh-hans")


def _days(state: Filtering, key: str) -> tuple[str, str]:
    days: Days = getattr(state.filters, key)
    if days.word:
        return "", str((DUE if key == "due" else OPENED)[days.word])
    start, end = _day(days.start), _day(days.end)
    if days.start and days.end:
        return _("between"), f"{start} – {end}"
    return (pgettext("filter", "from"), start) if days.start else (pgettext("filter", "until"), end)


def _day(day: date | None) -> str:
    return write.day(day, "long", language=get_language() or "zh-hans")


def _rests(state: Filtering, _key: str) -> tuple[str, str]:
    return "≥", write.days(state.filters.rests, get_language() or "zh-hans")


def _next_step(state: Filtering, _key: str) -> tuple[str, str]:
    return "", str(NEXT_STEPS[state.filters.next_step])


_WORDS: Final[dict[str, Callable[[Filtering, str], tuple[str, str]]]] = {
    **dict.fromkeys(("stage", "owner", "unit", "customer", "product", "line", "source"), _records),
    "amount": _amount,
    **dict.fromkeys(("due", "opened", "closed"), _days),
    "rests": _rests,
    "next": _next_step,
}
# In the order of the menu and of the chips; state and search have controls of their own.
EDITED: Final = ("stage", "owner", "unit", "customer", "product", "line", "source", "amount", "due", "next", "rests",
                 "opened", "closed")  # fmt: skip
