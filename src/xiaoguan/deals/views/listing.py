"""The list of deals."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from xiaoguan.deals import policy
from xiaoguan.deals.queries.listing import Wanted, listing
from xiaoguan.deals.queries.paging import NEWEST, ORDERS, SORTS
from xiaoguan.deals.views.answers import by_fragment, page_or_part
from xiaoguan.deals.views.filtering import Filtering, filtering
from xiaoguan.org.access import member_of, require
from xiaoguan.org.company import company, today


@require("deals.view")
def deals(request: HttpRequest) -> HttpResponse:
    """The visible deals with filters, order and sums; htmx gets the part alone."""
    member, day = member_of(request), today(timezone.now())
    sort = request.GET.get("sort", "")
    sort = sort if sort in SORTS else NEWEST
    bar = filtering(request, "list", today=day, kept={"sort": sort} if sort != NEWEST else {})
    wanted = Wanted(filters=bar.filters, sort=sort, after=request.GET.get("after", "")[:60])
    found = listing(member, wanted, today=day, fiscal_start_month=company().fiscal_start_month)
    context = {
        "bar": bar,
        "wanted": wanted,
        "found": found,
        "today": day,
        "sorts": _sorts(bar, wanted.sort),
        "may_create": policy.may_create(member),
        "next_url": bar.address(after=found.next_after) if found.next_after else "",
        "first_url": bar.address() if wanted.after else "",
    }
    response = page_or_part(request, "deals/list.html", "view", context)
    if by_fragment(request):
        # The address that people copy carries only what is not usual.
        response["HX-Push-Url"] = bar.address(after=wanted.after)
    return response


# What a first click on a column's head does; the next one turns it round.
_FIRST = {name: name if name in ("due", "next") else f"-{name}" for name in ORDERS}


def _sorts(bar: Filtering, now: str) -> dict[str, dict[str, str]]:
    """For each column that sorts: the address that does it, and how it is sorted now."""
    result = {}
    for name, first in _FIRST.items():
        on = now.lstrip("-") == name
        following = (name if now.startswith("-") else f"-{name}") if on else first
        result[name] = {
            "url": bar.address(sort="" if following == NEWEST else following),
            "sort": ("desc" if now.startswith("-") else "asc") if on else "",
        }
    return result
