"""Addresses of signing in (without a namespace: settings and other rooms name them), team and settings."""

from django.urls import include, path

from xiaoguan.org.views import members, settings, signin, team

_pages = [
    path("team/", team.team, name="team"),
    path("team/units/new", team.new_unit, name="new_unit"),
    path("team/units/<int:pk>", team.unit, name="unit"),
    path("team/units/<int:pk>/rows", team.unit_rows, name="unit_rows"),
    path("team/units/<int:pk>/name", team.rename, name="rename_unit"),
    path("team/units/<int:pk>/move", team.move, name="move_unit"),
    path("team/units/<int:pk>/lead", team.appoint, name="appoint"),
    path("team/units/<int:pk>/end", team.dissolve, name="dissolve_unit"),
    path("team/people", team.people, name="people"),
    path("team/members/new", members.new_member, name="new_member"),
    path("team/members/<int:pk>", members.member, name="member"),
    path("team/members/<int:pk>/data", members.amend, name="amend_member"),
    path("team/members/<int:pk>/unit", members.transfer, name="transfer"),
    path("team/members/<int:pk>/leave", members.let_go, name="leave"),
    path("team/members/<int:pk>/roles", members.grant, name="grant"),
    path("team/members/<int:pk>/roles/<slug:role>/end", members.revoke, name="revoke"),
    path("team/members/<int:pk>/password", members.password, name="set_password"),
    path("team/preferences", members.preferences, name="preferences"),
    path("settings/", settings.index, name="settings"),
    path("settings/company", settings.company_page, name="company"),
    path("settings/calendar", settings.calendar_page, name="calendar"),
    path("settings/calendar/<int:pk>/end", settings.forget_holiday, name="forget_holiday"),
    path("settings/rates", settings.rates_page, name="rates"),
    path("settings/roles", settings.roles_page, name="roles"),
    path("settings/roles/set", settings.set_level, name="set_level"),
]
urlpatterns = [
    path("sign-in", signin.sign_in, name="sign-in"),
    path("sign-out", signin.sign_out, name="sign-out"),
    path("password", signin.change_password, name="password"),
    path("", include((_pages, "org"))),
]
