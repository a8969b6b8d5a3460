"""The ways of looking at deals, and how one leads to another with the filters kept."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import pgettext

from xiaoguan.ui.parts import Choice


def deal_views(request: HttpRequest, here: str) -> list[Choice]:
    """Board and list, with the question of the present address."""
    question = f"?{request.GET.urlencode()}" if request.GET else ""
    return [
        Choice(
            label=pgettext("deals", "Board"),
            url=reverse("deals:board") + question,
            active=here == "board",
            icon="layout-kanban",
        ),
        Choice(
            label=pgettext("deals", "List"), url=reverse("deals:list") + question, active=here == "list", icon="list"
        ),
    ]
