"""Every address of the program. What is open without sign-in is listed, with its reason, in ``config.public``."""

from django.urls import include, path

urlpatterns = [
    path("", include("xiaoguan.home.urls")),
    path("", include("xiaoguan.org.urls")),
    path("customers/", include("xiaoguan.crm.urls")),
    path("deals/", include("xiaoguan.deals.urls")),
    path("analysis/", include("xiaoguan.analysis.urls")),
    path("", include("xiaoguan.services.calendar.urls")),
    path("imports/", include("xiaoguan.services.transfer.urls")),
    path("", include("xiaoguan.services.jobs.urls")),
    path("settings/books/", include("xiaoguan.ledger.urls")),
    path("ui/", include("xiaoguan.ui.urls")),
]
