"""Addresses of the pages of deals."""

from django.urls import path

from xiaoguan.deals.views import (
    amend,
    board,
    create,
    filter_editing,
    follow_up,
    listing,
    record,
    settings,
    verbs,
)

app_name = "deals"
urlpatterns = [
    path("", listing.deals, name="list"),
    path("group/", listing.group, name="group"),
    path("columns/", listing.columns, name="columns"),
    path("filter/<slug:field>/", filter_editing.edit, name="filter"),
    path("filter/<slug:field>/find/", filter_editing.find, name="filter-find"),
    path("board/", board.board, name="board"),
    path("board/column/<int:stage_id>/", board.column, name="board-column"),
    path("board/move/", board.move, name="board-move"),
    path("board/undo/", board.undo, name="board-undo"),
    path("new/", create.create, name="create"),
    path("owners/<slug:what>/", verbs.owners, name="owners"),
    path("stages/", settings.stages, name="stages"),
    path("stages/stage/new/", settings.new_stage, name="new-stage"),
    path("stages/stage/<int:pk>/", settings.stage, name="stage"),
    path("stages/reason/new/", settings.new_reason, name="new-reason"),
    path("stages/reason/<int:pk>/", settings.reason, name="reason"),
    path("panel/customer/<int:customer_id>/", record.customer_panel, name="customer-panel"),
    path("<int:pk>/", record.deal, name="deal"),
    path("<int:pk>/log/", follow_up.log, name="log"),
    path("<int:pk>/edit/<slug:what>/", amend.edit, name="edit"),
    path("<int:pk>/next/", amend.redate, name="redate"),
    path("<int:pk>/move/", verbs.move, name="move"),
    path("<int:pk>/win/", verbs.win, name="win"),
    path("<int:pk>/lose/", verbs.lose, name="lose"),
    path("<int:pk>/reopen/", verbs.reopen, name="reopen"),
    path("<int:pk>/transfer/", verbs.transfer, name="transfer"),
    path("<int:pk>/undo/<int:entry_id>/", record.undo, name="undo"),
]
