"""The whole list of what waits, one kind at a time, narrowed to a person where the address names one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from xiaoguan.deals.queries import open_deals
from xiaoguan.home import needs, policy
from xiaoguan.home.needs import Need
from xiaoguan.home.rules import Home
from xiaoguan.journal.kinds import MEMBER
from xiaoguan.lib.refusal import NotAllowed
from xiaoguan.org.models import Member
from xiaoguan.org.records import open_records
from xiaoguan.org.scope import allowed
from xiaoguan.ui.parts import Choice

PAGE: Final = 50
LEAVERS: Final = "leavers"


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsPage:
    """A page of the list; ``after`` asks for the next one. ``person`` names the only one whose records are shown."""

    kinds: list[Choice]
    whys: list[Choice]
    rows: list[Need]
    person: str
    everybody_url: str
    parameters: dict[str, str]
    after: str


def needs_page(member: Member, today: date, given: Mapping[str, str]) -> NeedsPage:
    """What an address asks for; what cannot be read does not filter."""
    kinds = needs.kinds_for(member, today)
    kind = given.get("kind", "")
    leavers = kind == LEAVERS and allowed(member, "deals.transfer", today)
    if not leavers and kind not in kinds:
        kind = next(iter(kinds), "")
    if not kind:
        raise NotAllowed(_("Your role does not allow this page."))
    why = given.get("why", "") if kind == needs.DEALS and given.get("why") in open_deals.KINDS else ""
    person = _person(member, given.get("person", ""))
    persons = {person[0]} if person else _everybody(member, today)
    after = given.get("after", "")
    if leavers:
        rows = needs.of_leavers(member, persons, today, most=PAGE, after=after)
    else:
        rows = needs.page(member, kind, persons, today, most=PAGE, after=after, why=why)
    chosen = {"kind": kind, "why": why, "person": str(person[0]) if person else ""}
    parameters = {name: value for name, value in chosen.items() if value}
    return NeedsPage(
        kinds=_kinds(kinds, kind, parameters),
        whys=_whys(why, parameters) if kind == needs.DEALS else [],
        rows=rows[:PAGE],
        person=person[1] if person else "",
        everybody_url=needs.address(parameters | {"person": ""}),
        parameters=parameters,
        after=rows[PAGE - 1].place if len(rows) > PAGE else "",
    )


def _person(member: Member, text: str) -> tuple[int, str] | None:
    """A person whom the member may see; what else an address names narrows nothing."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    label = open_records(member, [(MEMBER, int(text))])[MEMBER, int(text)].label
    return (int(text), label) if label else None


def _everybody(member: Member, today: date) -> set[int] | None:
    """Those for whom the member answers on his home; None: everybody whom he may see."""
    if Home.TEAM in policy.homes_of(member, today):
        return policy.team_of(member, today, policy.team_unit(member, today))
    return None


def _kinds(kinds: list[str], kind: str, parameters: Mapping[str, str]) -> list[Choice]:
    kept = {"person": parameters.get("person", "")}
    words = {needs.DEALS: _("Deals"), needs.CUSTOMERS: _("Silent customers"), needs.TASKS: _("Overdue tasks")}
    return [Choice(label=words[item], url=needs.address({"kind": item} | kept), active=item == kind) for item in kinds]


def _whys(why: str, parameters: Mapping[str, str]) -> list[Choice]:
    words = {
        "": _("All reasons"),
        open_deals.RESTING: _("Resting too long"),
        open_deals.NO_STEP: _("No next step"),
        open_deals.LONG_PAST: _("Expected close long past"),
    }
    return [
        Choice(label=label, url=needs.address({**parameters, "why": item}), active=item == why)
        for item, label in words.items()
    ]
