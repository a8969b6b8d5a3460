from django.urls import path

from xiaoguan.services.transfer.views import draft, listing, results, run

app_name = "transfer"
urlpatterns = [
    path("", listing.runs, name="runs"),
    path("new", listing.upload, name="upload"),
    path("<int:pk>/", run.run, name="run"),
    path("<int:pk>/progress", run.progress, name="progress"),
    path("<int:pk>/sheet", draft.sheet, name="sheet"),
    path("<int:pk>/mapping", draft.mapping, name="mapping"),
    path("<int:pk>/corrections", draft.corrections, name="corrections"),
    path("<int:pk>/start", draft.start, name="start"),
    path("<int:pk>/onward", draft.onward, name="onward"),
    path("<int:pk>/drop", draft.drop, name="drop"),
    path("<int:pk>/problems.csv", results.problems_file, name="problems_file"),
    path("<int:pk>/rows", results.rows, name="rows"),
    path("<int:pk>/undo", results.undo, name="undo"),
]
