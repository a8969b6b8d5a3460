"""The pages of measures: parse, one call, answer."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from xiaoguan.analysis import about_customer, queries
from xiaoguan.analysis.choice import read_choice, read_opening, read_place
from xiaoguan.analysis.overview import Board
from xiaoguan.journal.kinds import CUSTOMER
from xiaoguan.lib.ranked import read_row
from xiaoguan.org import records
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import today


@require("measures.view")
def overview(request: HttpRequest) -> HttpResponse:
    """The fifteen measures of a period; behind a row, inside the page, the rows that follow."""
    at, start, member = timezone.now(), read_row(request.GET.get("row", "")), member_of(request)
    choice = read_choice(request.GET.dict(), today(at))
    if start and _inside(request):
        return _rows(request, queries.further(member, choice, at=at, start=start), bars=True)
    found = queries.overview(member, choice, at=at, start=start)
    return _by_asker(render(request, "analysis/overview.html", {"page": found}))


@require("measures.view")
def others(request: HttpRequest) -> HttpResponse:
    """The other measures: a part of the page of measures when it is opened there, else a page."""
    at, start = timezone.now(), read_row(request.GET.get("row", ""))
    choice = read_choice(request.GET.dict(), today(at))
    found = queries.others(member_of(request), choice, at=at, start=start)
    inside = _inside(request)
    if start and inside:
        return _rows(request, found.board, bars=False)
    return _by_asker(
        render(request, "analysis/others.html#board" if inside else "analysis/others.html", {"page": found})
    )


def _rows(request: HttpRequest, board: Board, *, bars: bool) -> HttpResponse:
    return _by_asker(render(request, "analysis/parts/further.html", {"board": board, "bars": bars}))


def _inside(request: HttpRequest) -> bool:
    """Whether a part of a page is asked for, not a page."""
    return bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]  # its middleware


def _by_asker(response: HttpResponse) -> HttpResponse:
    """One address answers pages and parts of them: whoever keeps answers must keep them apart."""
    patch_vary_headers(response, ["HX-Request"])
    return response


@require("measures.view")
def opened(request: HttpRequest) -> HttpResponse:
    """One figure with the records and postings behind it."""
    at = timezone.now()
    opening = read_opening(request.GET.dict(), today(at))
    after = read_place(request.GET.get("after", ""))
    page = queries.opened(member_of(request), opening, after=after, at=at)
    return render(request, "analysis/opened.html", {"page": page})


@require("measures.view")
def customer_figures(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The bar of figures on the page of a customer."""
    record = _customer(request, customer_id)
    found = about_customer.figures_of(member_of(request), customer_id, at=timezone.now())
    return render(request, "analysis/customer_figures.html", {"found": found, "record": record})


@require("measures.view")
def customer_products(request: HttpRequest, customer_id: int) -> HttpResponse:
    """What a customer bought, on its page."""
    _customer(request, customer_id)
    bought = about_customer.products_of(member_of(request), customer_id, at=timezone.now())
    return render(request, "analysis/customer_products.html", {"bought": bought})


def _customer(request: HttpRequest, customer_id: int) -> records.Opened:
    """The customer, if the member may open it; else 404."""
    record = records.opened(member_of(request), [(CUSTOMER, customer_id)])[CUSTOMER, customer_id]
    if record.label is None:
        raise Http404
    return record
