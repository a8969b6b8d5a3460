"""Which homes a person has, and for whom he answers on the one of a team."""

from collections.abc import Sequence
from datetime import date

from xiaoguan.home.rules import Home, homes
from xiaoguan.org.models import Member
from xiaoguan.org.scope import persons_in, roles_held, scope_of
from xiaoguan.org.tree import UnitTree


def homes_of(member: Member, today: date) -> list[Home]:
    """The homes among which he may switch, the first to begin with."""
    return homes(roles_held(member, today))


def chosen(member: Member, today: date, asked: str) -> tuple[Home, Sequence[Home]]:
    """The home that was asked for where he has it, else the one to begin with; and all that he has."""
    own = homes_of(member, today)
    return next((home for home in own if home == asked), own[0]), own


def team_unit(member: Member, today: date) -> int | None:
    """To which unit the home of a team is narrowed where the scope is the whole company: the one he leads, else his
    own."""
    scope = scope_of(member, "measures.view", today)
    if scope is None or not scope.everything:
        return None
    tree = UnitTree.load()
    return min(tree.led_by(member.pk, today), default=tree.unit_of(member.pk, today))


def team_of(member: Member, today: date, unit: int | None) -> set[int]:
    """The people of the team's home, those who left among them while their records are there."""
    tree = UnitTree.load()
    if unit is not None:
        return tree.persons_of(tree.subtree(unit, today), today)
    scope = scope_of(member, "measures.view", today)
    return (persons_in(scope, today) or set()) if scope else set()
